"""Take a hit apart into facts: singles, written at once, and pairs, which gather first.

What each topic counts is said in `oboro.topics`; how, in `collector.traits`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from collector.answers import Answers, VisitEnd
from collector.coarse import Coarse
from collector.coarsen.referrer import DIRECT_ORIGIN
from collector.traits import (
    ENDINGS,
    SURROUNDING_TOPICS,
    Counting,
    Trait,
    carried,
    event_traits,
    mark_trait,
    step_trait,
    surrounding_values,
)
from oboro.facts import Fact
from oboro.topics import GOAL, TOPICS


class Pair(NamedTuple):
    """A crossing of a hit, or a single that is gathered, with what it adds."""

    trait: Trait
    views: int
    visits: int
    visitors: int
    events: int = 0

    @property
    def topic(self) -> str:
        """The crossing."""
        return self.trait[0]

    @property
    def value(self) -> str:
        """The value of its first attribute."""
        return self.trait[1]

    @property
    def value2(self) -> str:
        """The value of its second attribute."""
        return self.trait[2]


_new = tuple.__new__
"""Makes a named tuple in half the time; every hit makes some twenty-five of them."""


def singles_of(site: str, day: date, hour: int, coarse: Coarse, answers: Answers) -> list[Fact]:
    """Return the singles that a hit of *site* adds to.

    A hit that adds nothing to a topic has no fact of it: an event within a visit leaves the total
    and itself.
    """
    view, event = (1, 0) if coarse.view else (0, 1)
    visit, visitor = int(answers.visit_first), int(answers.day_first)
    facts = [_new(Fact, (site, day, "total", "", "", view, visit, visitor, event))]
    if coarse.marks:
        facts += [
            Fact(site, day, *trait, *counts)
            for trait, counts in marked(coarse, answers, gathered=False)
        ]
    if view or visit:
        facts.append(_new(Fact, (site, day, "hour", f"{hour:02}", "", view, visit, visitor, 0)))
        facts += [
            _new(Fact, (site, day, trait[0], trait[1], "", view, visits, visitors, 0))
            for trait, visits, visitors in _counted(answers.carried.singles, answers)
        ]
        facts += [
            _new(Fact, (site, day, topic, value, "", view, visit, visitor, 0))
            for topic, value in zip(
                SURROUNDING_TOPICS, surrounding_values(coarse.surroundings), strict=True
            )
            if value
        ]
    if visit:
        facts.append(_new(Fact, (site, day, "entry", coarse.page, "", 0, 1, visitor, 0)))
    return facts


def marked(
    coarse: Coarse, answers: Answers, *, gathered: bool
) -> Iterator[tuple[Trait, tuple[int, int, int, int]]]:
    """Yield the traits of the marks that are *gathered*, or not, with all that they add.

    That is views, visits, visitors and events. A goal is reached once in a visit: a hit that
    reaches it again adds nothing, and has no fact of it.
    """
    view = int(coarse.view)
    for mark in coarse.marks:
        if TOPICS[mark[0]].gathered == gathered:
            trait = mark_trait(mark)
            visits, visitors = int(trait in answers.visit_new), int(trait in answers.day_new)
            if mark[0] != GOAL:
                yield trait, (view, visits, visitors, 1 - view)
            elif visits or visitors:
                yield trait, (0, visits, visitors, 0)


def _stepped(answers: Answers) -> Iterator[Pair]:
    """Yield the steps of funnels that a visit takes, with what each adds."""
    for trait in answers.steps:
        visits, visitors = int(trait in answers.visit_new), int(trait in answers.day_new)
        if visits or visitors:
            yield Pair(trait, 0, visits, visitors)


def pairs_of(coarse: Coarse, answers: Answers) -> list[Pair]:
    """Return what a hit adds to that is gathered: crossings, its own words, steps of funnels."""
    view = int(coarse.view)
    pairs: list[Pair] = []
    if coarse.marks:
        pairs += [Pair(trait, *counts) for trait, counts in marked(coarse, answers, gathered=True)]
        happened = 1 - view
        pairs += [
            Pair(trait, 0, int(trait in answers.visit_new), int(trait in answers.day_new), happened)
            for trait in event_traits(coarse.marks, coarse.page, answers.origin.source)
        ]
    if answers.steps:
        pairs += _stepped(answers)
    if view or answers.visit_first:
        pairs += [
            _new(Pair, (trait, view, visits, visitors, 0))
            for trait, visits, visitors in _crossed(answers)
        ]
    move = answers.move
    if move is not None:
        pairs.append(_new(Pair, (move, 1, 0, int(move in answers.day_new), 0)))
    return pairs


def pairs_ended(ended: Iterable[VisitEnd]) -> dict[tuple[str, date], list[Pair]]:
    """Return by site and day what is known of visits at their ends and gathers."""
    pairs: dict[tuple[str, date], list[Pair]] = {}
    for end in ended:
        if end.crossed:
            pairs.setdefault((end.site, end.day), []).extend(
                _new(Pair, (trait, 0, 1, int(first), 0)) for trait, first in end.crossed
            )
    return pairs


def _counted(countings: tuple[Counting, ...], answers: Answers) -> Iterable[tuple[Trait, int, int]]:
    """Return each trait with the visits and the visitors that the hit adds to it."""
    visit, visitor = int(answers.visit_first), int(answers.day_first)
    visit_new, day_new = answers.visit_new, answers.day_new
    if visitor or not (visit_new or day_new):
        # To somebody new today everything is new; to others, mostly nothing.
        return [(counting[0], visit, visitor) for counting in countings]
    return [
        (
            trait,
            int(trait in visit_new) if visits_with else visit,
            int(trait in day_new) if visitors_with else visitor,
        )
        for trait, visits_with, visitors_with in countings
    ]


def _crossed(answers: Answers) -> Iterable[tuple[Trait, int, int]]:
    """Do as `_counted` does for the crossings that a hit carries."""
    visit, visitor = int(answers.visit_first), int(answers.day_first)
    visit_new, day_new = answers.visit_new, answers.day_new
    with_them, begun = answers.carried.crossings_with, answers.carried.crossings_begun
    if visitor or not (visit_new or day_new):
        return [(trait, visit, visitor) for trait in with_them + begun]
    return [
        *((trait, int(trait in visit_new), int(trait in day_new)) for trait in with_them),
        *((trait, visit, visitor) for trait in begun),
    ]


def endings_of(ended: Iterable[VisitEnd]) -> list[Fact]:
    """Return what is known of visits once they are over, summed by value.

    Each topic for itself: on which page a visit ended says nothing about how long it was.
    """
    sums: dict[tuple[str, date], list[dict[str, int]]] = {}
    for end in ended:
        by_topic = sums.get((end.site, end.day))
        if by_topic is None:
            by_topic = sums[end.site, end.day] = [{} for _ in ENDINGS]
        values = (end.exit_page, end.duration, end.pages, end.time, end.scroll)
        for visits, value in zip(by_topic, values, strict=True):
            if value:
                visits[value] = visits.get(value, 0) + 1
    return [
        Fact(site, day, topic, value, "", 0, n, 0, 0)
        for (site, day), by_topic in sums.items()
        for topic, visits in zip(ENDINGS, by_topic, strict=True)
        for value, n in visits.items()
    ]


def of_somebody_new(coarse: Coarse) -> Answers:
    """Return what the ledger answers to the first hit of somebody who is new today."""
    origin = coarse.origin or DIRECT_ORIGIN
    carries = carried(coarse, origin)
    steps = tuple(step_trait(step) for step in coarse.steps if step[1] == 1)
    happened = event_traits(coarse.marks, coarse.page, origin.source)
    traits = carries.told_apart.union(map(mark_trait, coarse.marks), happened, steps)
    return Answers(True, True, traits, traits, origin, carries, (), steps=steps)
