"""What is asked of a report, validated; a refusal names what there is instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from aggregator.reports.periods import Period, parsed_day
from oboro.errors import UsageError
from oboro.topics import METRICS, SINGLES, STEP_OF, STEPS, TOPICS, Topic, crossing_of

DAY = "day"
"""What ``by`` says for figures over time; it is no topic, every fact has a day."""
HOUR = "hour"
TOTAL = "total"
BY = (DAY, *(topic.name for topic in SINGLES), *STEPS)
"""Everything a report can be listed by."""
FOCUSES = tuple(topic.name for topic in SINGLES if topic.attributes)
"""Everything a report can be narrowed to one value of."""
DEFAULT_METRICS = ("views", "visits", "visitors")
DEFAULT_LIMIT = 100
LARGEST_LIMIT = 100_000
DEFAULT_DAYS = 28


@dataclass(frozen=True, slots=True)
class Focus:
    """One value of one single topic that a report is narrowed to."""

    topic: str
    value: str

    def __post_init__(self) -> None:
        if self.topic not in FOCUSES:
            raise UsageError(f"there is no focus on {self.topic!r}; there is: {', '.join(FOCUSES)}")

    @classmethod
    def parse(cls, text: str) -> Focus:
        """Read ``TOPIC=VALUE``; a value may hold further equals signs."""
        topic, equals, value = text.partition("=")
        if not equals or not value:
            raise UsageError("--focus is written TOPIC=VALUE, like page=/news/")
        return cls(topic.strip(), value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuery:
    """One report: a site's *metrics* over a *period*, listed *by* a topic or by day.

    *limit* None means the default for topics, and everything for days and hours.
    """

    site: str
    period: Period
    by: str
    metrics: tuple[str, ...] = DEFAULT_METRICS
    focus: Focus | None = None
    limit: int | None = None

    def __post_init__(self) -> None:
        unknown = [metric for metric in self.metrics if metric not in METRICS]
        if unknown or not self.metrics:
            raise UsageError(
                f"there is no metric {', '.join(map(repr, unknown)) or 'at all'}; "
                f"there is: {', '.join(METRICS)}"
            )
        if len(set(self.metrics)) < len(self.metrics):
            raise UsageError("a metric is named twice")
        if self.limit is not None and not 1 <= self.limit <= LARGEST_LIMIT:
            raise UsageError(f"--limit is a number between 1 and {LARGEST_LIMIT}")
        topic_asked(self.by, self.focus)

    @property
    def source(self) -> Topic:
        """The topic whose rows answer it."""
        return topic_asked(self.by, self.focus)

    @property
    def total(self) -> Topic:
        """The topic its totals are read from: the site's own, or the focused value's own."""
        return TOPICS[self.focus.topic if self.focus else TOTAL]


def topic_asked(by: str, focus: Focus | None) -> Topic:
    """Return the topic that answers a report *by* something under *focus*.

    By day, by total and by the focused topic itself, a focus reads the value's own single;
    by any other topic it needs a crossing of the two.
    """
    if by not in BY:
        hint = ""
        if by in TOPICS:
            first, second = TOPICS[by].attributes
            first = STEP_OF if first in STEPS else first
            hint = (
                f"; {by} is read with --by {second} --focus {first}=VALUE, or the other way round"
            )
        raise UsageError(f"there is no report by {by!r}{hint}; there is: {', '.join(BY)}")
    if focus is None:
        if by in STEPS:
            raise UsageError(
                f"{by} is read with a focus on a page alone: --by {by} --focus {STEP_OF}=VALUE"
            )
        return TOPICS[TOTAL if by == DAY else by]
    if by in (DAY, TOTAL, focus.topic):
        return TOPICS[focus.topic]
    crossing = crossing_of(by, focus.topic)
    if crossing is None:
        there_are = crossed_with(focus.topic)
        raise UsageError(
            f"{by} and {focus.topic} are not kept together; kept together with {focus.topic}: "
            f"{', '.join(there_are) or 'nothing'}; by day every focus can be read"
        )
    return crossing


def focused_first(by: str, crossing: Topic) -> bool:
    """Tell whether a focus names the first attribute of *crossing*, whose other one is *by*.

    >>> focused_first("to", TOPICS["from*to"]), focused_first("page", TOPICS["page*source"])
    (True, False)
    """
    return crossing.attributes[1] == by


def is_kept(by: str, focus: Focus | None) -> bool:
    """Tell whether a report *by* something can be read under *focus*."""
    try:
        topic_asked(by, focus)
    except UsageError:
        return False
    return True


def crossed_with(topic: str) -> list[str]:
    """Return the topics that are kept together with *topic*."""
    return [name for name in BY if name != topic and crossing_of(name, topic)]


def parsed_query(arguments: Mapping[str, Any], *, site: str, today: date) -> ReportQuery:
    """Build the query that a command's *arguments* write; *today* is the site's own day.

    Without days it covers the last 28.
    """
    last = parsed_day(arguments["to"], "--to") if arguments.get("to") else today
    if arguments.get("from"):
        first = parsed_day(arguments["from"], "--from")
    else:
        first = last - timedelta(days=DEFAULT_DAYS - 1)
    by = str(arguments.get("by") or DAY)
    focus = arguments.get("focus")
    return ReportQuery(
        site=site,
        period=Period(first, last),
        by=by,
        metrics=_metrics(arguments.get("metrics"), by, focus),
        focus=Focus.parse(focus) if focus else None,
        limit=arguments.get("limit"),
    )


def _metrics(asked: str | Sequence[str] | None, by: str, focus: str | None) -> tuple[str, ...]:
    if asked is None:
        about_events = by == "event" or (focus or "").startswith("event=")
        return ("events", "visits", "visitors") if about_events else DEFAULT_METRICS
    names = asked.split(",") if isinstance(asked, str) else asked
    return tuple(name.strip() for name in names)
