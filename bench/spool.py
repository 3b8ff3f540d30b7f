"""Measure group commits of the spool against a plain file with fdatasync, in the same run.

``python -m bench.spool``. Disks differ by a factor of fifty: read the ratios, not the figures.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from collector.spool import Entry, Spool
from collector.spooling.entry import commits_of
from collector.spooling.file import SpoolFile
from oboro.clock import SystemClock
from oboro.facts import Fact
from oboro.outcomes import OutcomeCount
from oboro.randomness import SystemRandomness
from oboro.settings import Settings

SECONDS = 1.0
ROUNDS = 3
DAY = date(2026, 3, 4)
TOPICS = (
    "page", "section", "source", "channel", "referrer", "country", "browser", "browser_version",
    "os", "os_version", "device", "screen", "language", "hour", "entry",
)  # fmt: skip


def an_entry(number: int) -> Entry:
    """Return the sixteen facts of one hit; a hundred pages, few values of everything else."""
    values = [f"/page/{number % 100}", *(f"{topic} {number % 7}" for topic in TOPICS[1:])]
    facts = [
        Fact("example.jp", DAY, topic, value, "", 1, 0, 0, 0)
        for topic, value in zip(TOPICS, values, strict=True)
    ]
    total = Fact("example.jp", DAY, "total", "", "", 1, 0, 0, 0)
    return Entry([total, *facts], [OutcomeCount("example.jp", DAY, "counted", 1)], 0)


def per_second(step: Callable[[], None], entries: int) -> float:
    """Return how many entries a second *step*, which keeps *entries*, comes to."""
    steps, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        step()
        steps += 1
    return entries * steps / (time.perf_counter() - began)


def group_commits(directory: Path, size: int) -> tuple[float, float]:
    """Return hits a second of the spool and of the plain file, *size* to a commit."""
    entries = [an_entry(number) for number in range(size)]
    spool = SpoolFile.open(directory / f"spool-{size}.db", SystemRandomness())
    plain = os.open(directory / f"plain-{size}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append() -> None:
        os.write(plain, msgspec.msgpack.encode(entries))
        os.fdatasync(plain)

    rounds = [
        (per_second(lambda: spool.add(commits_of(entries)), size), per_second(append, size))
        for _ in range(ROUNDS)
    ]
    spool.close()
    os.close(plain)
    ours, theirs = zip(*rounds, strict=True)
    return statistics.median(ours), statistics.median(theirs)


async def answers(directory: Path, visitors: int) -> float:
    """Return acknowledged hits a second when *visitors* wait for each of theirs."""
    spool = Spool.open(
        directory / "answers.db",
        randomness=SystemRandomness(),
        clock=SystemClock(),
        settings=Settings(data_dir=directory),
    )
    ends = time.perf_counter() + 2 * SECONDS
    kept = 0

    async def visitor(entry: Entry) -> None:
        nonlocal kept
        while time.perf_counter() < ends:
            await spool.commit(entry)
            kept += 1

    await asyncio.gather(*(visitor(an_entry(number)) for number in range(visitors)))
    await spool.close()
    return kept / (2 * SECONDS)


def main() -> None:
    """Print the figures as one JSON document."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        figures: dict[str, dict[str, float]] = {}
        for size in (1, 100, 1000):
            ours, theirs = group_commits(directory, size)
            figures[f"{size} to a commit"] = {
                "spool hits/s": round(ours),
                "plain file hits/s": round(theirs),
                "ratio": round(ours / theirs, 2),
            }
        figures["256 waiting"] = {"spool hits/s": round(asyncio.run(answers(directory, 256)))}
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
