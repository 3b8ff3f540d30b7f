"""Draw periods from made-up contributions with a noise that tells each time it is asked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from aggregator.publish.budget import BudgetLedger
from aggregator.publish.drawing import Drawing, PublicTable
from aggregator.publish.periods import Period
from oboro.policy import PublicationPolicy

SITE = "example.jp"
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))
POLICY = PublicationPolicy(
    shares={
        "totals": Fraction(1, 4),
        "pages": Fraction(1, 2),
        "devices": Fraction(1, 4),
    }
)
TABLES = (
    PublicTable(
        name="totals", kind="closed", keys=("visitor-days",), version=1, listed_on=None
    ),
    PublicTable(
        name="pages", kind="listed", keys=("(other)", "/", "/広報"), version=2,
        listed_on="2026-02-28",
    ),
    PublicTable(
        name="devices", kind="closed", keys=("(other)", "desktop", "mobile"), version=1,
        listed_on=None,
    ),
)  # fmt: skip


@dataclass
class Kept:
    """Contributions in memory, or in a file beside the data that tells when they are cleared."""

    by_table: Mapping[str, Mapping[str, int]]
    cleared: int = 0

    def counts(self, table: str, keys: Sequence[str]) -> list[int]:
        """Return the counts under *keys*; it is a mistake to ask when they are deleted."""
        assert not self.cleared, f"{table} was asked for after it was deleted"
        return [self.by_table[table].get(key, 0) for key in keys]

    def clear(self) -> None:
        """Delete them."""
        self.cleared += 1


def a_month() -> Kept:
    """Return contributions to all of `TABLES`."""
    return Kept(
        {
            "totals": {"visitor-days": 1000},
            "pages": {"/": 800, "/広報": 300, "(other)": 20},
            "devices": {"desktop": 400, "mobile": 600},
        }
    )


@dataclass
class TellingNoise:
    """Noise that is different at every call, each of which leaves a line in *path*."""

    path: Path

    def __call__(self, counts: Sequence[int], l1: int, epsilon: Fraction) -> list[int]:
        noise = [int.from_bytes(os.urandom(2)) - 2**15 for _ in counts]  # noqa: TID251 # a test's
        with self.path.open("a") as told:
            told.write(f"{l1} {epsilon}\n")
        return [count + each for count, each in zip(counts, noise, strict=True)]

    def calls(self) -> list[str]:
        """Return a line for every draw that was ever made."""
        return self.path.read_text().splitlines() if self.path.exists() else []


@contextmanager
def drawing_in(directory: Path) -> Iterator[Drawing]:
    """Open the ledger in *directory* as a server does when it starts."""
    ledger = BudgetLedger.open(directory)
    try:
        noise = TellingNoise(directory.parent / f"{directory.name}-noise.txt")
        yield Drawing(ledger=ledger, directory=directory, noise=noise, software="0.1.0")
    finally:
        ledger.close()


def draw(drawing: Drawing, kept: Kept, period: Period = MARCH) -> None:
    """Draw `TABLES` for *period*."""
    drawing.draw(SITE, period, POLICY, TABLES, kept, {"gaps": {"2026-03-07": "void"}})


def bytes_in(directory: Path) -> dict[str, bytes]:
    """Return every stored draw."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.glob("draws/**/*.json"))
    }
