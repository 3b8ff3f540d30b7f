"""Which lists the operators' page shows, and what each says when it has no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from aggregator.reports.classes import class_begins
from aggregator.reports.query import Focus, crossed_with
from aggregator.reports.report import Report, Row
from oboro.topics import READINGS, STEP_OF, STEPS, TOPICS, crossing_of

PANELS: Mapping[str, tuple[str, ...]] = {
    "sources": ("source", "channel", "referrer", "campaign"),
    "pages": ("page", "section", "entry", "exit"),
    "came_from": ("from",),
    "went_to": ("to",),
    "reading": ("time", "scroll", "pages"),
    "places": ("country", "region", "network", "language"),
    "devices": ("device", "browser", "os", "screen"),
    "events": ("event",),
    "goals": ("goal",),
}
"""Each panel with the topics of its tabs, the usual one first."""

OF_A_PAGE = frozenset({"came_from", "went_to"})
"""Panels that are there under a focus on a page alone."""
WITH_A_DATABASE = frozenset({"region", "network"})
"""Topics that have rows only where a database was added; their tabs are hidden until then."""

SHORT = 8
"""Rows of a panel before it is opened."""
FALLBACK_METRICS = ("visits", "events", "views", "visitors")


class Standing(StrEnum):
    """Why a panel shows what it shows; the values name texts."""

    ROWS = "rows"
    EMPTY = "empty"
    APART = "apart"
    """The topic is not kept together with the focus."""
    GATHERING = "gathering"
    """It is, but no crowd stands behind any pair yet."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One panel as it is drawn. *metric* is what its rows are ordered by and its bars show."""

    name: str
    tabs: tuple[str, ...]
    topic: str
    metric: str
    standing: Standing
    rows: Sequence[Row]
    total: int
    left: int
    at_least: bool
    together: tuple[str, ...]
    """Under a focus: the topics of this panel that are kept together with it."""

    def share(self, row: Row) -> float:
        """Return what part of the total *row* is; parts can overlap, a whole is never passed."""
        return min(1.0, (row.figures[self.metric] or 0) / self.total) if self.total else 0.0

    def length(self, row: Row) -> float:
        """Return how long the row's bar is, in per cent of the longest."""
        most = max((other.figures[self.metric] or 0 for other in self.rows), default=0)
        return round(100 * (row.figures[self.metric] or 0) / most, 1) if most else 0.0


def chosen_tab(panel: str, asked: str | None, focus: Focus | None) -> str:
    """Return the topic *panel* shows: the one asked for, else the first that has an answer."""
    tabs = PANELS[panel]
    if asked in tabs:
        return str(asked)
    if focus is None:
        return tabs[0]
    kept = {focus.topic, *crossed_with(focus.topic)}
    return next((topic for topic in tabs if topic in kept), tabs[0])


def metric_of(topic: str, focus: Focus | None, wanted: str) -> str:
    """Return *wanted* where *topic* has it (together with *focus*), else the nearest it has."""
    source = topic_behind(topic, focus)
    order = (wanted, *FALLBACK_METRICS)
    return next(metric for metric in order if TOPICS[source].available(metric))


def topic_behind(topic: str, focus: Focus | None) -> str:
    """Return the name of the topic whose rows answer *topic* under *focus*."""
    if focus is None or focus.topic == topic:
        return topic
    crossing = crossing_of(topic, focus.topic)
    return crossing.name if crossing else topic


def focused_by(topic: str) -> str:
    """Return the topic that a focus on a value of *topic* is on: a step is a page."""
    return STEP_OF if topic in STEPS else topic


def shown(
    panel: str,
    topic: str,
    metric: str,
    report: Report | None,
    focus: Focus | None,
    hidden: Set[str] = frozenset(),
) -> Shown:
    """Return *panel* with the answer to its *topic*; no report means not kept together.

    *hidden* are tabs of topics that have nothing to show here.
    """
    together: tuple[str, ...] = ()
    if focus:
        crossed = crossed_with(focus.topic)
        together = tuple(tab for tab in PANELS[panel] if tab in crossed)
    rows = [row for row in report.rows if row.figures[metric]] if report else []
    if topic in (*READINGS, "pages"):
        rows.sort(key=lambda row: class_begins(row.key))
    if report is None:
        standing = Standing.APART
    elif rows:
        standing = Standing.ROWS
    else:
        standing = Standing.GATHERING if report.at_least else Standing.EMPTY
    total = (report.totals.get(metric) if report else None) or 0
    return Shown(
        name=panel,
        tabs=tuple(tab for tab in PANELS[panel] if tab == topic or tab not in hidden),
        topic=topic,
        metric=metric,
        standing=standing,
        rows=rows,
        total=total,
        left=report.rows_left if report else 0,
        at_least=report.at_least if report else False,
        together=together,
    )
