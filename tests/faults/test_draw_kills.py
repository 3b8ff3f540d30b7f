"""Kill -9 at the system calls of a draw: nothing is spent twice, nothing drawn twice.

What was drawn and not stored is lost for good, and its budget stays spent.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from aggregator.publish.budget import BudgetLedger
from aggregator.publish.entries import Step
from tests.faults.killing import ROOT
from tests.faults.test_syscall_kills import killed_at, tracer_works
from tests.support.drawing import bytes_in

CALLS = ("fallocate", "fdatasync", "fsync", "pwrite64", "rename", "unlink", "write")
TABLES = 6
"""Three tables in each of two months."""

needs_tracer = pytest.mark.skipif(
    not tracer_works(), reason="strace is not installed, or may not trace here"
)


def live(directory: Path, under: Sequence[str] = (), seconds: float | None = None) -> bool:
    """Let a child draw; return whether it came to its end unharmed."""
    child = subprocess.Popen(
        [*under, sys.executable, "-m", "tests.faults.drawing_child", str(directory)],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    if seconds is not None:
        time.sleep(seconds)
        child.kill()
    return child.wait(timeout=120) == 0


def check(directory: Path, stored: dict[str, bytes]) -> dict[str, bytes]:
    """Return what is stored now; what was *stored* before must be there byte for byte."""
    now = bytes_in(directory)
    told = directory.parent / f"{directory.name}-noise.txt"
    drawn = told.read_text().splitlines() if told.exists() else []
    ledger = BudgetLedger.open(directory)
    steps = [entry.step for entry in ledger.entries()]
    ledger.close()
    assert stored.items() <= now.items()
    assert len(drawn) <= TABLES
    assert len(now) <= len(drawn)
    assert steps.count(Step.RESERVED) in (0, TABLES // 2, TABLES)
    return now


def settled(directory: Path) -> None:
    """Draw to the end, and see that each table was drawn, or burned, once."""
    stored = check(directory, {})
    assert live(directory)
    check(directory, stored)
    ledger = BudgetLedger.open(directory)
    steps = [entry.step for entry in ledger.entries()]
    ledger.close()
    assert steps.count(Step.DRAWN) + steps.count(Step.BURNED) == TABLES
    assert steps.count(Step.CLEARED) == 2


@needs_tracer
@pytest.mark.parametrize(
    ("call", "number"),
    [("fallocate", 2), ("fdatasync", 6), ("fsync", 3), ("rename", 1), ("pwrite64", 40)],
)
def test_a_kill_at_a_system_call_draws_nothing_twice(
    tmp_path: Path, call: str, number: int
) -> None:
    directory = tmp_path / "data"
    directory.mkdir()

    assert not live(directory, killed_at(call, number))
    settled(directory)


@pytest.mark.soak
@needs_tracer
def test_kills_at_every_such_call_draw_nothing_twice(tmp_path: Path) -> None:
    kills = 0
    for call in CALLS:
        number = 1
        while True:
            directory = tmp_path / f"{call}-{number}"
            directory.mkdir()
            if live(directory, killed_at(call, number)):
                break
            settled(directory)
            kills += 1
            number += 1
    assert kills >= 100


@pytest.mark.soak
def test_a_hundred_kills_at_random_in_one_directory_draw_nothing_twice(tmp_path: Path) -> None:
    chance = random.Random(7)
    for life in range(10):
        directory = tmp_path / str(life)
        directory.mkdir()
        stored: dict[str, bytes] = {}
        for _ in range(10):
            live(directory, seconds=chance.uniform(0.3, 1.2))
            stored = check(directory, stored)
        settled(directory)
