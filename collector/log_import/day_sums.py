"""Sum the facts and outcomes of each site-day as they come; a day leaves when it is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from oboro.facts import Fact

Values = tuple[str, str, str, int, int, int, int]
"""Topic, value, value2, views, visits, visitors, events."""


@dataclass(frozen=True, slots=True)
class SummedDay:
    """All that an import keeps of one site on one day; each key of *facts* occurs once."""

    site: str
    day: date
    facts: list[Values]
    outcomes: list[tuple[str, int]]

    @property
    def views(self) -> int:
        """The day's page views."""
        return sum(fact[3] for fact in self.facts if fact[0] == "total")

    @property
    def visitors(self) -> int:
        """The day's visitor-days."""
        return sum(fact[5] for fact in self.facts if fact[0] == "total")


class DaySums:
    """Running sums of one site, by day."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._facts: dict[date, dict[tuple[str, str, str], list[int]]] = {}

    def add(self, facts: Iterable[Fact]) -> None:
        """Add *facts* to their days."""
        for _, day, topic, value, value2, views, visits, visitors, events in facts:
            sums = self._facts.get(day)
            if sums is None:
                sums = self._facts[day] = {}
            key = (topic, value, value2)
            counts = sums.get(key)
            if counts is None:
                sums[key] = [views, visits, visitors, events]
            else:
                counts[0] += views
                counts[1] += visits
                counts[2] += visitors
                counts[3] += events

    def leave(self, day: date, outcomes: Mapping[str, int]) -> SummedDay:
        """Return what was summed of *day*, and forget it."""
        sums = self._facts.pop(day, {})
        return SummedDay(
            self._site,
            day,
            [
                (*key, counts[0], counts[1], counts[2], counts[3])
                for key, counts in sorted(sums.items())
            ],
            sorted(Counter(outcomes).items()),
        )

    def days(self) -> list[date]:
        """Return the days that are being summed, in order."""
        return sorted(self._facts)
