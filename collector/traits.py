"""What a hit carries, as the table of topics says, and how each topic counts it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter

from collector.coarse import Coarse, Mark, Origin, Surroundings
from oboro.funnels import Step, value_of
from oboro.topics import FUNNEL_STEP, READINGS, STEP_OF, STEPS, TOPICS, Counted, Topic

Trait = tuple[str, str, str]
"""Something that a hit carries: topic, value, and the second value of a crossing (else empty)."""

CACHED = 20_000
"""Combinations held ready; a hit that resembles an earlier one costs little.

What they are made of is shared, or held without more tuples than needed: the interpreter's garbage
collector has to look at each of them.
"""

_Planned = tuple[str, str, bool, bool]

_PLACES = frozenset(field.name for field in fields(Surroundings))
_OF_ORIGIN = frozenset(field.name for field in fields(Origin))
_OF_PAGE = frozenset({"page", "section"})
MARKS = frozenset(
    {"event", "property", "goal", "download", "outbound", "not_found", "search", FUNNEL_STEP}
)
"""Singles that not every hit carries: the marks and the steps of `collector.coarse.Coarse`."""
ENDINGS = ("exit", "duration", "pages", "time", "scroll")
"""Singles that are known when a visit ends."""
MOVE = "*".join(STEPS)
"""The crossing of a page with the next one of its visit, which a hit by itself does not tell."""
PAGE_ENDINGS = tuple(f"{STEP_OF}*{reading}" for reading in READINGS)
"""Crossings of a page that are known when a visit ends."""
VISIT_ENDINGS = ("source*pages", "entry*pages")
"""Crossings of how many pages a visit read, which is known when it ends."""
EVENT = "event"
OF_EVENTS = (f"{EVENT}*page", f"{EVENT}*source")
"""Crossings of an event with the page it happens on and the source of its visit."""
_TOLD_APART = frozenset({"hour", "entry", *ENDINGS, *MARKS})
"""Singles that `collector.topics` counts by themselves."""


Counting = tuple[Trait, bool, bool]
"""A single, and whether its visits, and its visitors, are those *with* it or those it began.

Plain tuples of plain values: the interpreter's garbage collector looks at each of them once, and
would look at named ones for as long as they are held.
"""


@dataclass(slots=True, unsafe_hash=True)
class Carried:
    """What a hit carries besides its surroundings, hour and marks; nothing changes it.

    *told_apart* are the traits that the ledger must remember by key: those of topics that count
    visits or visitors with a value. Of *crossings_with*, visits and visitors are those with them,
    of *crossings_begun* those they began.
    """

    told_apart: frozenset[Trait]
    singles: tuple[Counting, ...]
    crossings_with: tuple[Trait, ...]
    crossings_begun: tuple[Trait, ...]


def carried(coarse: Coarse, origin: Origin) -> Carried:
    """Return what a hit of a visit from *origin* carries; an event does not read its page."""
    page, section = (coarse.page, coarse.section) if coarse.view else ("", "")
    place = coarse.surroundings
    # Strings keep their hash, objects do not.
    return _carried(
        page,
        section,
        origin.source,
        origin.channel,
        origin.referrer,
        origin.campaign,
        place.country,
        place.device,
    )


def mark_trait(mark: Mark) -> Trait:
    """Return the trait of a *mark*."""
    return (*mark, "")


def event_traits(marks: Iterable[Mark], page: str, source: str) -> list[Trait]:
    """Return the crossings that events among *marks* carry, in a visit from *source*.

    >>> event_traits([("event", "signup"), ("goal", "g")], "/a", "")
    [('event*page', 'signup', '/a')]
    """
    return [
        (topic, name, value)
        for mark, name in marks
        if mark == EVENT
        for topic, value in zip(OF_EVENTS, (page, source), strict=True)
        if value
    ]


def step_trait(step: Step) -> Trait:
    """Return the trait of a visit's having taken *step*."""
    return (FUNNEL_STEP, value_of(step), "")


def page_trait(page: str) -> Trait:
    """Return the trait of *page*, which a view of it carries."""
    return (STEP_OF, page, "")


@lru_cache(CACHED)
def _carried(
    page: str,
    section: str,
    source: str,
    channel: str,
    referrer: str,
    campaign: str,
    country: str,
    device: str,
) -> Carried:
    values = {
        "page": page,
        "section": section,
        "source": source,
        "channel": channel,
        "referrer": referrer,
        "campaign": campaign,
        "country": country,
        "device": device,
    }
    singles = tuple(
        [
            _counting(topic, value, visits_with, visitors_with)
            for topic, attribute, visits_with, visitors_with in _SINGLES
            # An empty value is none: a visit without a referrer adds nothing to the referrers.
            if (value := values[attribute])
        ]
    )
    with_them, begun = _crossed(_CROSSINGS_WITH, values), _crossed(_CROSSINGS_BEGUN, values)
    told_apart = [
        trait for trait, visits_with, visitors_with in singles if visits_with or visitors_with
    ]
    return Carried(frozenset([*told_apart, *with_them]), singles, with_them, begun)


@lru_cache(CACHED)
def _counting(topic: str, value: str, visits_with: bool, visitors_with: bool) -> Counting:
    """Return one that all combinations with it share."""
    return (topic, value, ""), visits_with, visitors_with


def _crossed(plan: tuple[Trait, ...], values: dict[str, str]) -> tuple[Trait, ...]:
    return tuple(
        [
            (topic, value, value2)
            for topic, first, second in plan
            if (value := values[first]) and (value2 := values[second])
        ]
    )


def _singles(attributes: frozenset[str]) -> tuple[Topic, ...]:
    return tuple(
        topic
        for topic in TOPICS.values()
        if len(topic.attributes) == 1 and topic.attributes[0] in attributes - _TOLD_APART
    )


def _crossings(counted: Counted) -> tuple[Trait, ...]:
    """Return of each crossing whose visits and visitors are *counted* its name and attributes."""
    by_themselves = (MOVE, *PAGE_ENDINGS, *VISIT_ENDINGS, *OF_EVENTS)
    return tuple(
        (topic.name, topic.attributes[0], topic.attributes[1])
        for topic in TOPICS.values()
        if topic.is_crossing and topic.name not in by_themselves
        if topic.visits is topic.visitors is counted
    )


_SINGLES: tuple[_Planned, ...] = tuple(
    (topic.name, topic.attributes[0], topic.visits is Counted.WITH, topic.visitors is Counted.WITH)
    for topic in _singles(_OF_PAGE | _OF_ORIGIN)
)
_CROSSINGS_WITH, _CROSSINGS_BEGUN = _crossings(Counted.WITH), _crossings(Counted.BEGAN)
SURROUNDING_TOPICS = tuple(topic.name for topic in _singles(_PLACES))
"""The singles of a hit's surroundings; the hit that begins a visit decides for the visit."""

surrounding_values: Callable[[Surroundings], tuple[str, ...]] = attrgetter(*SURROUNDING_TOPICS)
"""Return the values of `SURROUNDING_TOPICS`, in their order."""
