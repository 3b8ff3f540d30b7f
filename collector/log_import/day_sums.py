"""Sum what each site-day keeps as hits come; a day leaves when it is over.

A hit adds to about twenty facts. Here they are not made: hits that carry the same are counted
together, and taken apart once, when their day leaves. That sums to the same as the facts of
`collector.topics`, and is several times as fast.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from collector.answers import Answers
from collector.coarse import Coarse, Surroundings
from collector.topics import exits_of
from collector.traits import Carried, Trait, event_trait, surrounding_values
from oboro.facts import Fact
from oboro.topics import SINGLES, Counted

Values = tuple[str, str, str, int, int, int, int]
"""Topic, value, value2, views, visits, visitors, events."""

Like = TypeVar("Like")
Counts = list[int]
"""Views, visits, visitors, events."""

_SINGLES_VISITS_WITH = frozenset(
    topic.name for topic in SINGLES if topic.visits is Counted.WITH and topic.name != "event"
)
_SINGLES_VISITORS_WITH = frozenset(
    topic.name for topic in SINGLES if topic.visitors is Counted.WITH and topic.name != "event"
)


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
        self._days: dict[date, _Day] = {}

    def count(self, day: date, hour: int, coarse: Coarse, answers: Answers) -> None:
        """Add the singles of a hit that is counted on *day*."""
        sums = self._days.get(day)
        if sums is None:
            sums = self._days[day] = _Day()
        sums.count(hour, coarse, answers)
        if answers.ended:
            self.add(exits_of(answers.ended))

    def add(self, facts: Iterable[Fact]) -> None:
        """Add *facts* to their days."""
        for fact in facts:
            sums = self._days.get(fact.day)
            if sums is None:
                sums = self._days[fact.day] = _Day()
            _add_to(sums.facts, fact[2:5], fact[5:])

    def leave(self, day: date, outcomes: Mapping[str, int]) -> SummedDay:
        """Return what was summed of *day*, and forget it."""
        sums = self._days.pop(day, None) or _Day()
        summed: dict[Trait, Counts] = {}
        for trait, counts in sums.taken_apart():
            _add_to(summed, trait, counts)
        facts = [
            (*trait, views, visits, visitors, events)
            for trait, (views, visits, visitors, events) in sorted(summed.items())
            if views or visits or visitors or events
        ]
        return SummedDay(self._site, day, facts, sorted(outcomes.items()))

    def days(self) -> list[date]:
        """Return the days that are being summed, in order."""
        return sorted(self._days)


class _Alike:
    """Counts of hits that share an object; by identity, since hashing its values costs more."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, Counts]] = {}

    def add(self, shared: object, more: Iterable[int]) -> None:
        # The object is held here, so no other one gets its number meanwhile.
        known = self._known.get(id(shared))
        if known is None:
            known = self._known[id(shared)] = (shared, [0, 0, 0, 0])
        _add(known[1], more)

    def of(self, kind: type[Like]) -> Iterator[tuple[Like, Counts]]:
        for shared, counts in self._known.values():
            assert isinstance(shared, kind)
            yield shared, counts


class _Day:
    """One day's sums, hits that carry the same together."""

    __slots__ = (
        "_carried",
        "_entries",
        "_hours",
        "_surroundings",
        "_total",
        "_visitors",
        "_visits",
        "facts",
    )

    def __init__(self) -> None:
        self.facts: dict[Trait, Counts] = {}
        self._total: Counts = [0, 0, 0, 0]
        self._hours: dict[int, Counts] = {}
        self._entries: dict[str, Counts] = {}
        self._carried = _Alike()
        self._surroundings = _Alike()
        self._visits: Counter[Trait] = Counter()
        self._visitors: Counter[Trait] = Counter()

    def count(self, hour: int, coarse: Coarse, answers: Answers) -> None:
        view, event = (0, 1) if coarse.event else (1, 0)
        visit, visitor = int(answers.visit_first), int(answers.day_first)
        _add(self._total, (view, visit, visitor, event))
        if event:
            trait = event_trait(coarse.event)
            with_event = (0, int(trait in answers.visit_new), int(trait in answers.day_new), 1)
            _add_to(self.facts, trait, with_event)
            if not visit:
                return
        counts = (view, visit, visitor, 0)
        _add_to(self._hours, hour, counts)
        self._carried.add(answers.carried, counts)
        self._surroundings.add(coarse.surroundings, counts)
        if answers.visit_new:
            self._visits.update(answers.visit_new)
        if answers.day_new:
            self._visitors.update(answers.day_new)
        if visit:
            _add_to(self._entries, coarse.page, (0, 1, visitor, 0))

    def taken_apart(self) -> Iterator[tuple[Trait, Iterable[int]]]:
        yield from self.facts.items()
        yield ("total", "", ""), self._total
        for hour, counts in self._hours.items():
            yield ("hour", f"{hour:02}", ""), counts
        for page, counts in self._entries.items():
            yield ("entry", page, ""), counts
        for carried, (views, visits, visitors, _) in self._carried.of(Carried):
            for trait, visits_with, visitors_with in carried.singles:
                began = (0 if visits_with else visits, 0 if visitors_with else visitors)
                yield trait, (views, *began, 0)
        for around, counts in self._surroundings.of(Surroundings):
            for topic, value in surrounding_values(around):
                yield (topic, value, ""), counts
        for trait, n in self._visits.items():
            if trait[0] in _SINGLES_VISITS_WITH:
                yield trait, (0, n, 0, 0)
        for trait, n in self._visitors.items():
            if trait[0] in _SINGLES_VISITORS_WITH:
                yield trait, (0, 0, n, 0)


def _add(counts: Counts, more: Iterable[int]) -> None:
    views, visits, visitors, events = more
    counts[0] += views
    counts[1] += visits
    counts[2] += visitors
    counts[3] += events


def _add_to(sums: dict[Like, Counts], key: Like, more: Iterable[int]) -> None:
    counts = sums.get(key)
    if counts is None:
        sums[key] = list(more)
    else:
        _add(counts, more)
