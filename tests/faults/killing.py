"""Start the child, kill it, and compare what it acknowledged with what is there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Books:
    """Pages by what their child told of them, over any number of kills."""

    directory: Path
    sent: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    kills: int = 0

    def live_and_die(
        self,
        mode: str,
        *,
        seconds: float | None = None,
        at_work: bool = False,
        under: Sequence[str] = (),
    ) -> bool:
        """Let a child live in *mode*, for *seconds* if it does not end or die *under* a tracer.

        The seconds begin with its start or, *at_work*, with its first acknowledged view.
        Return whether it came to its end unharmed.
        """
        with tempfile.TemporaryFile() as told:
            command = [*under, *child_command(mode, str(self.directory), str(self.kills))]
            child = subprocess.Popen(command, stdout=told, cwd=ROOT)
            try:
                if at_work:
                    _wait_for_work(child, told)
                child.wait(timeout=seconds or 120)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                child.wait()
            self.kills += 1
            told.seek(0)
            sent, kept = told_in(told.read())
            self.sent |= sent
            self.kept |= kept
        return child.returncode == 0

    def balance(self) -> dict[str, int]:
        """Return what is wrong: acknowledged views lost, views doubled, views nobody sent."""
        return balances([self])[0]

    def compared(self, found: dict[str, Any]) -> dict[str, int]:
        """Return the same of what was *found*."""
        pages: dict[str, int] = found["pages"]
        return {
            "lost": len(self.kept - set(pages)),
            "doubled": sum(views > 1 for views in pages.values()),
            "never sent": len(set(pages) - self.sent),
            "difference": found["difference"],
        }


def balances(several: Sequence[Books]) -> list[dict[str, int]]:
    """Start on the data of each of *several*, one after the other, and return each's balance."""
    answer = subprocess.run(
        child_command("report", *(str(books.directory) for books in several)),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        check=True,
        timeout=120 * len(several),
    )
    found = [json.loads(line) for line in answer.stdout.splitlines() if line.startswith("{")]
    return [books.compared(each) for books, each in zip(several, found, strict=True)]


def _wait_for_work(child: subprocess.Popen[bytes], told: IO[bytes]) -> None:
    """Return when *child* told of an acknowledged view; how long that takes is the machine's."""
    for _ in range(12_000):
        if child.poll() is not None or b"kept " in os.pread(told.fileno(), 1 << 16, 0):
            return
        time.sleep(0.01)
    raise subprocess.TimeoutExpired(child.args, 120)


def told_in(output: bytes) -> tuple[set[str], set[str]]:
    """Return the pages that a child's *output* says were sent, and those that were kept."""
    pages: dict[str, set[str]] = {"sent": set(), "kept": set()}
    for line in output.decode().splitlines(keepends=True):
        what, _, page = line.partition(" ")
        if what in pages and page.endswith("\n"):
            pages[what].add(page.rstrip())
    return pages["sent"], pages["kept"]


RIGHT = {"lost": 0, "doubled": 0, "never sent": 0, "difference": 0}


def child_command(mode: str, *arguments: str) -> list[str]:
    """Return what starts a child in *mode*."""
    return [sys.executable, "-m", "tests.faults.child", mode, *arguments]
