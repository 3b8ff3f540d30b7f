"""The topics a fact can have, and what views, visits and visitors mean for each.

This table drives the collector, the reports, ``docs/metrics.md`` and the visitors' notice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypedDict, Unpack


class Counted(StrEnum):
    """What a metric of a topic counts; the values are the words used in ``docs/metrics.md``."""

    EACH = "each"
    """Every one of them that carried the value."""
    WITH = "with"
    """Visits, or visitor-days, in which the value occurred at least once."""
    BEGAN = "began here"
    """Visits, or visitor-days, that began with the value."""
    ENDED = "ended here"
    """Visits that ended with the value."""
    NONE = "not available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One kind of fact. *attributes* names one attribute, or the two of a crossing."""

    name: str
    attributes: tuple[str, ...]
    purpose: str
    views: Counted = Counted.EACH
    visits: Counted = Counted.BEGAN
    visitors: Counted = Counted.BEGAN
    events: Counted = Counted.NONE
    gathered: bool = False
    """Whether its values wait for a crowd although they are single.

    Anybody's own words do, and the steps of funnels, which say what was read one after the other.
    """

    @property
    def gathers(self) -> bool:
        """Whether its values are written once a crowd stands behind them, and not at once."""
        return self.gathered or self.is_crossing

    @property
    def is_crossing(self) -> bool:
        """Whether the topic holds two attributes and is gathered before it is written."""
        return len(self.attributes) == 2

    def available(self, metric: str) -> bool:
        """Tell whether *metric* (views, visits, visitors, events) exists for the topic."""
        return bool(getattr(self, metric) is not Counted.NONE)


GOAL = "goal"
"""The topic of goals (`oboro.goals`)."""
FUNNEL_STEP = "funnel_step"
"""The topic of steps of funnels (`oboro.funnels`)."""
METRICS = ("views", "visits", "visitors", "events")


class _Meanings(TypedDict, total=False):
    views: Counted
    visits: Counted
    visitors: Counted
    events: Counted


_WITH: _Meanings = {"visits": Counted.WITH, "visitors": Counted.WITH}
_HAPPENING: _Meanings = {"views": Counted.NONE, "events": Counted.EACH, **_WITH}
_EITHER: _Meanings = {"events": Counted.EACH, "visits": Counted.WITH, "visitors": Counted.WITH}
_REACHED: _Meanings = {"views": Counted.NONE, **_WITH}
_ENDING: _Meanings = {"views": Counted.NONE, "visits": Counted.ENDED, "visitors": Counted.NONE}
_MOVING: _Meanings = {"visits": Counted.NONE, "visitors": Counted.NONE}


def _single(name: str, purpose: str, **counted: Unpack[_Meanings]) -> Topic:
    return Topic(name=name, attributes=(name,), purpose=purpose, **counted)


def _gathered(name: str, purpose: str, **counted: Unpack[_Meanings]) -> Topic:
    return replace(_single(name, purpose, **counted), gathered=True)


def _crossing(first: str, second: str, purpose: str, **counted: Unpack[_Meanings]) -> Topic:
    return Topic(name=f"{first}*{second}", attributes=(first, second), purpose=purpose, **counted)


SINGLES: tuple[Topic, ...] = (
    Topic(
        name="total",
        attributes=(),
        purpose="how much the site is used",
        visits=Counted.EACH,
        visitors=Counted.EACH,
        events=Counted.EACH,
    ),
    _single("hour", "at which hour of the local day pages are read"),
    _single("page", "which pages are read", **_WITH),
    _single("section", "which parts of the site are read", **_WITH),
    _single("entry", "on which pages visits begin", views=Counted.NONE),
    _single("exit", "on which pages visits end", **_ENDING),
    _single("duration", "how long visits are, in six classes", **_ENDING),
    _single("pages", "how many pages visits read, in five classes", **_ENDING),
    _single("time", "how long pages are in view during a visit, in six classes", **_ENDING),
    _single("scroll", "how far down a page visits get, in five classes", **_ENDING),
    _single("source", "which places visits come from", visitors=Counted.WITH),
    _single("channel", "which kinds of places visits come from", visitors=Counted.WITH),
    _single("referrer", "which domains link to the site", visitors=Counted.WITH),
    _single("campaign", "which declared campaigns bring visits", visitors=Counted.WITH),
    _single("country", "from which countries the site is read"),
    _single("region", "from which prefectures of Japan the site is read, with its database"),
    _single("network", "through which large networks the site is read, with its database"),
    _single("browser", "which browsers the site must work in"),
    _single("browser_version", "how old the browsers are that the site must work in"),
    _single("os", "which operating systems the site must work on"),
    _single("os_version", "how old the operating systems are that the site must work on"),
    _single("device", "on which kinds of devices the site is read"),
    _single("screen", "for which widths of screen the site must be laid out"),
    _single("language", "which languages readers prefer"),
    _single("event", "how often declared events happen", **_HAPPENING),
    _single(
        "property",
        "with which declared properties pages are read and events happen",
        **_EITHER,
    ),
    _single(GOAL, "in how many visits the declared goals are reached", **_REACHED),
    _gathered(
        FUNNEL_STEP, "in how many visits each step of the declared funnels is taken", **_REACHED
    ),
    _single("download", "which files are downloaded", **_HAPPENING),
    _gathered("outbound", "to which domains links are followed", **_HAPPENING),
    _gathered("not_found", "which addresses lead nowhere", **_HAPPENING),
    _gathered("search", "what is looked for on the site", **_WITH),
)

CROSSINGS: tuple[Topic, ...] = (
    _crossing("page", "source", "which places bring readers to which pages", **_WITH),
    _crossing("page", "country", "from which countries which pages are read", **_WITH),
    _crossing("page", "device", "on which devices which pages are read", **_WITH),
    _crossing("section", "source", "which places bring readers to which sections", **_WITH),
    _crossing("source", "country", "from which countries which places bring visits"),
    _crossing("source", "device", "on which devices which places bring visits"),
    _crossing("from", "to", "which page leads to which next one", **_MOVING),
    _crossing("page", "time", "how long which pages are in view, in six classes", **_REACHED),
    _crossing("page", "scroll", "how far down which pages are read, in five classes", **_REACHED),
    _crossing("event", "page", "on which pages which events happen", **_HAPPENING),
    _crossing("event", "source", "which places bring visits in which events happen", **_HAPPENING),
    _crossing(
        "source",
        "pages",
        "how many pages visits from which places read, in five classes",
        **_ENDING,
    ),
    _crossing("entry", "pages", "how many pages visits read that begin on which page", **_ENDING),
)

STEPS: dict[str, str] = {
    "from": "the page that was read before",
    "to": "the page that was read next",
}
"""Attributes that are pages too, by their place in a visit; they exist in a crossing alone."""
STEP_OF = "page"
"""What a step is: a focus on one of these is a focus on either step."""
READINGS = ("time", "scroll")
"""What is known of each page that a visit read, once the visit is over; crossed with the page."""

OPEN_ATTRIBUTES: dict[str, str] = {
    "page": "page",
    "entry": "page",
    "exit": "page",
    "section": "section",
    "source": "source",
    "referrer": "referrer",
    "download": "download",
}
"""Attributes whose values no list closes, and the set of values that each draws from."""

TOPICS: dict[str, Topic] = {topic.name: topic for topic in (*SINGLES, *CROSSINGS)}


def crossing_of(first: str, second: str) -> Topic | None:
    """Return the crossing that holds *first* and *second*, in whichever order, if there is one.

    A page is held together with the steps that lead to it and from it.

    >>> crossing_of("to", "page").name, crossing_of("source", "page").name
    ('from*to', 'page*source')
    """
    if STEP_OF in (first, second) and STEPS.keys() & {first, second}:
        return TOPICS["*".join(STEPS)]
    return TOPICS.get(f"{first}*{second}") or TOPICS.get(f"{second}*{first}")
