"""The store's tables that pass through the spool, and how their rows are summed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import add
from typing import Any

Labels = tuple[str, ...]
Sums = dict[Labels, list[int]]
"""Counts by labels: the rows of one table, each key once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledTable:
    """A table of the store: rows of *labels* and *counts*, by site and day, with a batch.

    *viewed* says which labels stand for page views, in the first count: the audit adds them up.
    """

    name: str
    labels: Labels
    counts: tuple[str, ...]
    viewed: Labels | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row as it is inserted."""
        return ("site", "day", *self.labels, *self.counts, "node", "batch")

    def views(self, sums: Sums) -> int:
        """Return the page views that *sums* of one site stand for."""
        counts = sums.get(self.viewed) if self.viewed is not None else None
        return counts[0] if counts else 0

    def views_by_site(self, sums: Sums) -> int:
        """Return the page views that *sums* stand for whose labels begin with a site."""
        return sum(counts[0] for labels, counts in sums.items() if labels[1:] == self.viewed)


COARSE_EVENTS = SpooledTable(
    name="coarse_events",
    labels=("topic", "value", "value2"),
    counts=("views", "visits", "visitors", "events"),
    viewed=("total", "", ""),
)
OUTCOMES = SpooledTable(name="outcomes", labels=("outcome",), counts=("n",))
CONTRIBUTIONS = SpooledTable(
    name="contributions", labels=("publication_table", "key"), counts=("n",)
)

TABLES: Mapping[str, SpooledTable] = {
    table.name: table for table in (COARSE_EVENTS, OUTCOMES, CONTRIBUTIONS)
}


def add_rows(sums: Sums, rows: Iterable[tuple[Any, ...]], labels: int) -> None:
    """Add *rows* to *sums*: so many *labels*, then counts; a busy tick has a hundred thousand."""
    get = sums.get
    for row in rows:
        key = row[:labels]
        kept = get(key)
        if kept is None:
            sums[key] = list(row[labels:])
        else:
            kept[:] = map(add, kept, row[labels:])


def add_up(rows: Iterable[tuple[Labels, Iterable[int]]]) -> Sums:
    """Sum the counts of *rows* that agree in their labels."""
    sums: Sums = {}
    for labels, counts in rows:
        kept = sums.get(labels)
        if kept is None:
            sums[labels] = list(counts)
        else:
            kept[:] = map(add, kept, counts)
    return sums
