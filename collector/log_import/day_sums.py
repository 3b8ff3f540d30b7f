"""Sum what each site-day keeps as hits come; a day leaves when it is over.

A hit adds to about twenty facts. Here they are not made: hits that carry the same are counted
together, and taken apart once, when their day leaves. That sums to the same as the facts of
`collector.topics`, and is several times as fast.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from collector.answers import Answers
from collector.coarse import Coarse, Surroundings
from collector.contributing import (
    HOURS,
    OF_SURROUNDINGS,
    PAGES,
    SOURCES,
    TOTALS,
    keys_around,
)
from collector.hit_sums import add
from collector.log_import.most_frequent import most_frequent
from collector.topics import endings_of, marked
from collector.traits import (
    MARKS,
    SURROUNDING_TOPICS,
    Carried,
    Trait,
    surrounding_values,
)
from oboro.contributions import TOTAL_KEY
from oboro.facts import Fact
from oboro.topics import SINGLES, Counted

Values = tuple[str, str, str, int, int, int, int]
"""Topic, value, value2, views, visits, visitors, events."""

Key = TypeVar("Key")
Counts = list[int]
"""Views, visits, visitors, events."""

_VISITS_WITH = frozenset(
    topic.name for topic in SINGLES if topic.visits is Counted.WITH and topic.name not in MARKS
)
_VISITORS_WITH = frozenset(
    topic.name for topic in SINGLES if topic.visitors is Counted.WITH and topic.name not in MARKS
)


_TOTAL: Trait = ("total", "", "")


@dataclass(frozen=True, slots=True)
class SummedDay:
    """All that an import keeps of one site on one day; each key of each list occurs once."""

    site: str
    day: date
    facts: list[Values]
    outcomes: list[tuple[str, int]]
    contributions: list[tuple[str, str, int]]
    """Publication table, key, and how many visitor-days are counted under it."""

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

    def __init__(self, site: str, distinct_values: int = 10_000) -> None:
        self._site = site
        self._most = distinct_values
        self._days: dict[date, _Day] = {}

    def count(self, day: date, hour: int, coarse: Coarse, answers: Answers) -> None:
        """Add the singles of a hit that is counted on *day*."""
        sums = self._days.get(day)
        if sums is None:
            sums = self._days[day] = _Day()
        sums.count(hour, coarse, answers)
        if answers.ended:
            self.add(endings_of(answers.ended))

    def add(self, facts: Iterable[Fact]) -> None:
        """Add *facts* to their days."""
        for fact in facts:
            sums = self._days.get(fact.day)
            if sums is None:
                sums = self._days[fact.day] = _Day()
            add(sums.facts, fact[2:5], fact[5:])

    def leave(self, day: date, outcomes: Mapping[str, int]) -> SummedDay:
        """Return what was summed of *day*, and forget it."""
        sums = self._days.pop(day, None) or _Day()
        facts = [
            (*trait, views, visits, visitors, events)
            for trait, (views, visits, visitors, events) in sorted(
                most_frequent(sums.taken_apart(), self._most).items()
            )
            if views or visits or visitors or events
        ]
        contributions = [(*key, n) for key, n in sorted(sums.contributed().items())]
        return SummedDay(self._site, day, facts, sorted(outcomes.items()), contributions)

    def days(self) -> list[date]:
        """Return the days that are being summed, in order."""
        return sorted(self._days)


class _Day:
    """One day's sums, hits that carry the same together."""

    __slots__ = (
        "_began_around",
        "_began_from",
        "_began_in",
        "_both",
        "_carried",
        "_entries",
        "_hours",
        "_pages",
        "_places",
        "_visitors",
        "_visits",
        "facts",
    )

    def __init__(self) -> None:
        self.facts: dict[Trait, Counts] = {}
        self._hours: dict[int, Counts] = {}
        self._entries: dict[str, Counts] = {}
        # By identity, since hashing all values costs more. The objects are held here, so that
        # no other one gets the number of one that went.
        self._carried: dict[int, tuple[Carried, Counts]] = {}
        self._places: dict[int, tuple[Surroundings, Counts]] = {}
        self._both: Counter[Trait] = Counter()
        self._visits: Counter[Trait] = Counter()
        self._visitors: Counter[Trait] = Counter()
        # What visitors' days that contribute began with, and the pages they contribute.
        self._began_around: dict[int, tuple[Surroundings, list[int]]] = {}
        self._began_from: Counter[str] = Counter()
        self._began_in: Counter[int] = Counter()
        self._pages: Counter[str] = Counter()

    def count(self, hour: int, coarse: Coarse, answers: Answers) -> None:
        visit, visitor = answers.visit_first, answers.day_first
        if answers.contributes:
            self._contribute(hour, coarse.surroundings, answers.origin.source)
        if answers.contributes_page:
            self._pages[coarse.page] += 1
        view = 1
        if coarse.marks:
            for trait, added in marked(coarse, answers, gathered=False):
                add(self.facts, trait, added)
        if not coarse.view:
            view = 0
            add(self.facts, _TOTAL, (0, 0, 0, 1))
            if not visit:
                return
        counts = self._hours.get(hour)
        if counts is None:
            counts = self._hours[hour] = [0, 0, 0, 0]
        carried, place = answers.carried, coarse.surroundings
        known = self._carried.get(id(carried))
        if known is None:
            known = self._carried[id(carried)] = (carried, [0, 0, 0, 0])
        known_place = self._places.get(id(place))
        if known_place is None:
            known_place = self._places[id(place)] = (place, [0, 0, 0, 0])
        for each in (counts, known[1], known_place[1]):
            each[0] += view
            if visit:
                each[1] += 1
                each[2] += visitor
        if visit:
            add(self._entries, coarse.page, (0, 1, int(visitor), 0))
        if answers.visit_new is answers.day_new:
            self._both.update(answers.visit_new)
        else:
            if answers.visit_new:
                self._visits.update(answers.visit_new)
            if answers.day_new:
                self._visitors.update(answers.day_new)

    def _contribute(self, hour: int, around: Surroundings, source: str) -> None:
        known = self._began_around.get(id(around))
        if known is None:
            known = self._began_around[id(around)] = (around, [0])
        known[1][0] += 1
        self._began_from[source] += 1
        self._began_in[hour] += 1

    def contributed(self) -> dict[tuple[str, str], int]:
        """Return how many visitor-days are counted under each key of each publication table."""
        around: list[dict[str, int]] = [{} for _ in OF_SURROUNDINGS]
        visitor_days = 0
        for surroundings, (n,) in self._began_around.values():
            visitor_days += n
            for counts, key in zip(around, keys_around(surroundings), strict=True):
                counts[key] = counts.get(key, 0) + n
        found = {(TOTALS, TOTAL_KEY): visitor_days} if visitor_days else {}
        for table, counted in (
            *((table, counts) for (table, _), counts in zip(OF_SURROUNDINGS, around, strict=True)),
            (SOURCES, self._began_from),
            (PAGES, self._pages),
            (HOURS, {f"{hour:02}": n for hour, n in self._began_in.items()}),
        ):
            for key, n in counted.items():
                found[table, key] = n
        return found

    def taken_apart(self) -> dict[Trait, Counts]:
        """Return what is counted of each value."""
        summed: dict[Trait, Counts] = {trait: [*counts] for trait, counts in self.facts.items()}
        for hour, counts in self._hours.items():
            add(summed, ("hour", f"{hour:02}", ""), counts)
            add(summed, _TOTAL, counts)
        for page, counts in self._entries.items():
            add(summed, ("entry", page, ""), counts)
        self._add_carried(summed)
        self._add_places(summed)
        for news, visits, visitors in (
            (self._both, 1, 1),
            (self._visits, 1, 0),
            (self._visitors, 0, 1),
        ):
            for trait, n in news.items():
                with_visits = n * visits if trait[0] in _VISITS_WITH else 0
                with_visitors = n * visitors if trait[0] in _VISITORS_WITH else 0
                if with_visits or with_visitors:
                    add(summed, trait, (0, with_visits, with_visitors, 0))
        return summed

    def _add_carried(self, summed: dict[Trait, Counts]) -> None:
        for carried, (views, visits, visitors, _) in self._carried.values():
            for trait, visits_with, visitors_with in carried.singles:
                counts = summed.get(trait)
                if counts is None:
                    counts = summed[trait] = [0, 0, 0, 0]
                counts[0] += views
                if not visits_with:
                    counts[1] += visits
                if not visitors_with:
                    counts[2] += visitors

    def _add_places(self, summed: dict[Trait, Counts]) -> None:
        # By topic, then by value: a text keeps its hash, a tuple of labels does not.
        around: list[dict[str, Counts]] = [{} for _ in SURROUNDING_TOPICS]
        for surroundings, (views, visits, visitors, _) in self._places.values():
            for values, value in zip(around, surrounding_values(surroundings), strict=True):
                counts = values.get(value)
                if counts is None:
                    counts = values[value] = [0, 0, 0, 0]
                counts[0] += views
                counts[1] += visits
                counts[2] += visitors
        for topic, values in zip(SURROUNDING_TOPICS, around, strict=True):
            for value, counts in values.items():
                if value:
                    add(summed, (topic, value, ""), counts)
