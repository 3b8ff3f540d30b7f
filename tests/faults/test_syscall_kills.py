"""Kill -9 at chosen system calls, where random moments hardly ever hit.

The engine notes an insert's token and renames the part afterwards; it renames a new partition
into place before it covers the old one. Both gaps last microseconds. A few such calls are killed
for real; what a kill at each call of a flush or a sum would leave is looked at by `stopping`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.killing import RIGHT, Books, balances
from tests.faults.stopping import live_in_steps

CALLS = (
    "rename",
    "renameat2",
    "link",
    "symlink",
    "mkdir",
    "rmdir",
    "unlink",
    "unlinkat",
    "ftruncate",
    "fdatasync",
    "fsync",
    "pwrite64",
    "write",
)
CHANGING = "^(p?write|.*sync|rename|link|symlink|unlink|f?truncate|falloc|mkdir|rmdir|copy_file)"
"""What the names of calls that change a file begin with."""


def tracer_works() -> bool:
    """Tell whether strace is there and may trace."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False)
    return tried.returncode == 0


pytestmark = pytest.mark.skipif(
    not tracer_works(), reason="strace is not installed, or may not trace here"
)


def killed_at(call: str, number: int) -> list[str]:
    """Return what kills the child when one of its threads has made *call* *number* times itself."""
    return [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        f"trace={call}",
        "-e",
        f"inject={call}:signal=KILL:when={number}",
    ]


def prepared(directory: Path) -> Books:
    """Return the books of a store that has its tables and rows of two batches."""
    books = Books(directory)
    assert books.live_and_die("once")
    return books


@pytest.mark.parametrize(
    ("mode", "call", "number"),
    [
        ("once", "rename", 1),  # the first part of an insert
        ("once", "fdatasync", 9),
        ("sum", "rename", 1),  # the staging table's part
        ("sum", "link", 5),  # the new partition is being put together
        ("sum", "rename", 2),  # the new partition is there, and so is the old one
        ("sum", "rename", 3),
    ],
)
def test_a_kill_at_a_system_call_loses_nothing_and_doubles_nothing(
    tmp_path: Path, mode: str, call: str, number: int
) -> None:
    books = prepared(tmp_path)
    assert not books.live_and_die(mode, under=killed_at(call, number))
    assert books.balance() == RIGHT


@pytest.mark.parametrize("mode", ["once", "sum"])
def test_the_sweep_misses_no_call_that_changes_a_file(tmp_path: Path, mode: str) -> None:
    books = prepared(tmp_path / "data")
    made = tmp_path / "calls"
    count = ["strace", "-f", "-qq", "-c", "-U", "name", "-o", str(made)]
    assert books.live_and_die(mode, under=[*count, "-e", f"trace=/{CHANGING}"])
    # Beside the table's head, its foot and its rules, a line is a call's name.
    lines = {line.strip() for line in made.read_text().splitlines()}
    names = {line for line in lines if line.isidentifier() and line not in ("syscall", "total")}

    assert {"write", "fdatasync", "rename"} <= names
    assert names - set(CALLS) == set()


def test_a_state_is_right_for_what_it_was_acknowledged_and_for_no_more(tmp_path: Path) -> None:
    books = prepared(tmp_path / "data")
    life = live_in_steps("once", books, ("rename",), tmp_path / "copies")
    first = life.states[0].books
    right = first.balance()
    first.kept |= {page for state in life.states for page in state.books.kept}

    assert life.ended_well
    assert life.stops >= len(life.states) >= 2
    assert right == RIGHT
    assert first.balance()["lost"] > 0, "a state of too little must not pass for right"


@pytest.mark.soak
@pytest.mark.parametrize("mode", ["once", "sum"])
def test_kills_at_every_call_that_changes_a_file_lose_nothing_and_double_nothing(
    tmp_path: Path, mode: str
) -> None:
    books = prepared(tmp_path / "data")
    life = live_in_steps(mode, books, CALLS, tmp_path / "copies")
    found = balances([state.books for state in life.states])
    sys.stdout.write(
        f"{mode}: {life.calls} calls on files of the data directory; stopped {life.stops} times, "
        f"with {len(life.states)} different states; wrong: {len(found) - found.count(RIGHT)}\n"
    )

    assert life.ended_well
    assert life.calls > 100
    assert len(life.states) > 100
    assert [(n, each) for n, each in enumerate(found) if each != RIGHT] == []
