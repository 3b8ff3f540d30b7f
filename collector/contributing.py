"""What a hit adds to the publication tables, by the bound of each, before anything is summed.

The ledger says whether a hit is the one its visitor's day is counted by, from what it knows of
that one key alone. So whoever else was there changes nothing of it: one visitor's day, added or
removed, moves each table by its own bound and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from operator import attrgetter

from collector.answers import Answers
from collector.coarse import Coarse, Surroundings
from collector.coarsen.referrer import DIRECT_ORIGIN
from oboro.contributions import (
    PUBLICATION_TABLES,
    TOTAL_KEY,
    VOID,
    Bound,
    Contribution,
)

_AROUND = frozenset(field.name for field in fields(Surroundings))
OF_SURROUNDINGS = tuple(
    (table.name, table.topic)
    for table in PUBLICATION_TABLES.values()
    if table.bound is Bound.ONCE and table.topic in _AROUND
)
"""Tables and attributes: what surrounds the first hit counts for the whole day."""
_TABLES = tuple(table for table, _ in OF_SURROUNDINGS)
keys_around: Callable[[Surroundings], tuple[str, ...]] = attrgetter(
    *(topic for _, topic in OF_SURROUNDINGS)
)
"""Return the keys of `OF_SURROUNDINGS`, in their order."""
_new = tuple.__new__
TOTALS, HOURS, SOURCES, PAGES = "totals", "hours", "sources", "pages"


def contributions_of(
    site: str, day: date, hour: int, coarse: Coarse, answers: Answers
) -> list[Contribution]:
    """Return what a hit of *site* adds; nothing for most hits."""
    if answers.void:
        return [Contribution(site, day, VOID, "", 1)]
    found = []
    if answers.contributes:
        found += [
            Contribution(site, day, TOTALS, TOTAL_KEY, 1),
            Contribution(site, day, HOURS, f"{hour:02}", 1),
            Contribution(site, day, SOURCES, (coarse.origin or DIRECT_ORIGIN).source, 1),
        ]
        found += [
            _new(Contribution, (site, day, table, key, 1))
            for table, key in surrounding_keys(coarse.surroundings)
        ]
    if answers.contributes_page:
        found.append(Contribution(site, day, PAGES, coarse.page, 1))
    return found


def surrounding_keys(around: Surroundings) -> Iterable[tuple[str, str]]:
    """Return the tables of `OF_SURROUNDINGS` with their keys."""
    return zip(_TABLES, keys_around(around), strict=True)
