"""Stop a child after each call that changes a file, and keep what it had on the disk just then.

`kill -9` leaves what the calls up to it did, and nothing of what memory held. So one life that is
stopped at each call has the data of a kill at every one of them.

``strace -e inject=…:when=N`` would not reach them all: it counts the calls of each thread by
itself, and the first thread that makes its N-th is killed before any other makes its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.killing import ROOT, Books, child_command, told_in


@dataclass(slots=True)
class State:
    """What was on the disk at a stop, and at those right after it that had changed nothing."""

    books: Books
    digest: bytes
    stops: int = 1


@dataclass(slots=True)
class Life:
    """A life from its start to its end, and how it was stopped."""

    calls: int = 0
    """Calls of the kinds asked for that named something below the data directory."""
    stops: int = 0
    ended_well: bool = False
    states: list[State] = field(default_factory=list)


def live_in_steps(mode: str, before: Books, calls: Sequence[str], copies: Path) -> Life:
    """Let a child live in *mode* after *before*, and keep in *copies* each state of its data.

    Two threads may be in a call at once; then one stop comes after both.
    """
    life = Life()
    names = ",".join(calls)
    with tempfile.TemporaryFile() as told, tempfile.NamedTemporaryFile("r") as traced:
        child = subprocess.Popen(
            [
                # The tracer lets go of its place as the parent: else it would hear of the stops.
                *("strace", "-D", "-f", "-y", "-qq", "-o", traced.name, "-e", "signal=none"),
                *("-e", f"trace={names}", "-e", f"inject={names}:signal=STOP"),
                *child_command(mode, str(before.directory), str(before.kills)),
            ],
            stdout=told,
            cwd=ROOT,
        )
        for _ in _stops_of(child):
            life.stops += 1
            sent, kept = told_in(os.pread(told.fileno(), 1 << 24, 0))
            _keep_state(life.states, before, sent, kept, copies)
        life.ended_well = child.returncode == 0
        life.calls = sum(
            str(before.directory) in line and " resumed>" not in line for line in traced
        )
    return life


def _stops_of(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Yield while all threads of *child* stand still, until it has ended."""
    while True:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            child.returncode = os.waitstatus_to_exitcode(status)
            return
        try:
            yield
        finally:
            child.send_signal(signal.SIGCONT)


def _keep_state(
    states: list[State], before: Books, sent: set[str], kept: set[str], copies: Path
) -> None:
    digest = _digest_of(before.directory)
    if states and states[-1].digest == digest:
        # The latest that was acknowledged on the same data is the most that it must hold; what was
        # sent later than it was written cannot be in it.
        states[-1].books.kept |= kept
        states[-1].stops += 1
        return
    copy = copies / str(len(states))
    shutil.copytree(before.directory, copy, symlinks=True)
    states.append(State(Books(copy, before.sent | sent, before.kept | kept), digest))


def _digest_of(directory: Path) -> bytes:
    """Return a digest of all names and bytes below *directory*."""
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        content = b"" if path.is_symlink() or not path.is_file() else path.read_bytes()
        place = f"{path.relative_to(directory)}\0{len(content)}\0"
        digest.update(place.encode() + content)
    return digest.digest()
