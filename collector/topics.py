"""Take a hit apart into facts: singles, written at once, and pairs, which gather first.

What each topic counts is said in `oboro.topics`; how, in `collector.traits`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from collector.answers import Answers, VisitEnd
from collector.coarse import Coarse
from collector.coarsen.referrer import DIRECT_ORIGIN
from collector.traits import (
    SURROUNDING_TOPICS,
    Counting,
    Trait,
    carried,
    event_trait,
    surrounding_values,
)
from oboro.facts import Fact


class Pair(NamedTuple):
    """A crossing of a hit, with what it adds."""

    trait: Trait
    views: int
    visits: int
    visitors: int

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


def facts_of(site: str, day: date, hour: int, coarse: Coarse, answers: Answers) -> list[Fact]:
    """Return the singles that a hit of *site* adds to, and those of visits it ended.

    A hit that adds nothing to a topic has no fact of it: an event within a visit leaves the total
    and itself.
    """
    view, event = (0, 1) if coarse.event else (1, 0)
    visit, visitor = int(answers.visit_first), int(answers.day_first)
    facts = [_new(Fact, (site, day, "total", "", "", view, visit, visitor, event))]
    if event:
        trait = event_trait(coarse.event)
        visits, visitors = int(trait in answers.visit_new), int(trait in answers.day_new)
        facts.append(Fact(site, day, *trait, 0, visits, visitors, 1))
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
    if answers.ended:
        facts += exits_of(answers.ended)
    return facts


def pairs_of(coarse: Coarse, answers: Answers) -> list[Pair]:
    """Return the crossings that a hit adds to."""
    view = 0 if coarse.event else 1
    if not (view or answers.visit_first):
        return []
    return [
        _new(Pair, (trait, view, visits, visitors))
        for trait, visits, visitors in _counted(answers.carried.crossings, answers)
    ]


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


def exits_of(ended: Iterable[VisitEnd]) -> list[Fact]:
    """Return the exits of visits that are over, summed by page."""
    return [
        Fact(end.site, end.day, "exit", end.exit_page, "", 0, visits, 0, 0)
        for end, visits in Counter(ended).items()
    ]


def of_somebody_new(coarse: Coarse) -> Answers:
    """Return what the ledger answers to the first hit of somebody who is new today."""
    origin = coarse.origin or DIRECT_ORIGIN
    carries = carried(coarse, origin)
    traits = carries.told_apart
    if coarse.event:
        traits |= {event_trait(coarse.event)}
    return Answers(True, True, traits, traits, origin, carries, ())
