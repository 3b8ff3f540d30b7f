"""What one acknowledged answer stands for, and how a group of them becomes commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from collector.spooling.blobs import pack
from collector.spooling.tables import COARSE_EVENTS, OUTCOMES, SpooledTable, Sums
from oboro.facts import Fact
from oboro.outcomes import OutcomeCount


class Entry(NamedTuple):
    """Facts and outcomes that are kept together or not at all.

    *keys* is how many ledger keys the entry may add to those its sites have gathered (0 or 1).
    """

    facts: Sequence[Fact]
    outcomes: Sequence[OutcomeCount]
    keys: int = 0

    @property
    def sites(self) -> set[str]:
        """The sites that the entry tells of."""
        return {fact.site for fact in self.facts} | {outcome.site for outcome in self.outcomes}


class Commit(NamedTuple):
    """The summed rows of one site, day and table out of one group of entries."""

    site: str
    day: date
    table: str
    views: int
    rows: bytes


def commits_of(entries: Iterable[Entry]) -> list[Commit]:
    """Sum *entries* by site, day and table, so that which hit a row came from is gone."""
    facts: dict[tuple[str, date], Sums] = {}
    outcomes: dict[tuple[str, date], Sums] = {}
    for entry in entries:
        for site, day, topic, value, value2, *counts in entry.facts:
            _add(facts.setdefault((site, day), {}), (topic, value, value2), counts)
        for site, day, outcome, n in entry.outcomes:
            _add(outcomes.setdefault((site, day), {}), (outcome,), [n])
    return [*_commits(COARSE_EVENTS, facts), *_commits(OUTCOMES, outcomes)]


def _add(sums: Sums, labels: tuple[str, ...], counts: list[int]) -> None:
    kept = sums.get(labels)
    if kept is None:
        sums[labels] = counts
    else:
        for place, count in enumerate(counts):
            kept[place] += count


def _commits(table: SpooledTable, by_day: dict[tuple[str, date], Sums]) -> list[Commit]:
    return [
        Commit(site, day, table.name, table.views(sums), pack(sums))
        for (site, day), sums in by_day.items()
    ]
