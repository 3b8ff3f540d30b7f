"""The coarse event: all that is ever kept of a hit, one attribute a row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

UNKNOWN = "(unknown)"
"""A value that could not be told, or that was too fine to keep."""
OTHER = "(other)"
"""A value outside the declared list."""
DIRECT = "(direct)"
"""A visit that named no place it came from."""


class Fact(NamedTuple):
    """One attribute (or one gathered crossing of two) with what it adds to each metric.

    *value2* is empty for singles. A metric that a topic does not have stays 0.
    """

    site: str
    day: date
    topic: str
    value: str
    value2: str
    views: int
    visits: int
    visitors: int
    events: int


def summed(facts: Iterable[Fact]) -> list[Fact]:
    """Add up *facts* that agree in site, day, topic and values; the order is that of the keys."""
    sums: dict[tuple[str, date, str, str, str], list[int]] = {}
    for fact in facts:
        counts = sums.setdefault(fact[:5], [0, 0, 0, 0])
        counts[0] += fact.views
        counts[1] += fact.visits
        counts[2] += fact.visitors
        counts[3] += fact.events
    return [Fact(*key, *counts) for key, counts in sorted(sums.items())]
