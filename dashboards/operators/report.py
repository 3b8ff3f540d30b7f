"""Read everything the operators' page shows of a site: one pass, in a thread of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from aggregator.reports.answer import answer
from aggregator.reports.funnels import FunnelRead, funnels
from aggregator.reports.panels import panels
from aggregator.reports.periods import Period
from aggregator.reports.quality import PARTIAL, VOID, Quality, quality
from aggregator.reports.query import DAY, HOUR, Focus, ReportQuery
from aggregator.reports.report import Report
from dashboards.operators.buckets import Bucket, Figures, bucketed
from dashboards.operators.choice import Choice
from dashboards.operators.comparison import Change, changes
from dashboards.operators.panels import SHORT, WITH_A_DATABASE, Shown, metric_of, shown
from oboro.funnels import Funnel, step_named
from oboro.site_changes import SiteChange
from oboro.store import Store
from oboro.topics import FUNNEL_STEP, METRICS, TOPICS

MOST_ROWS = 1000
"""Rows an opened panel shows at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the page's address asks for. *opened* names the one topic whose rows are all shown."""

    site: str
    choice: Choice
    metric: str
    interval: str
    tabs: Mapping[str, str]
    focus: Focus | None = None
    opened: str = ""
    rows: int = 100
    zone: ZoneInfo | None = None
    """The site's, by whose clock hours are counted."""
    hour: int = 0
    """The site's present hour: what is compared when only today is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """What the page shows. *hourly* is there for a single day or as the hours of the day."""

    metric: str
    figures: Mapping[str, int | None]
    changes: Mapping[str, Change]
    compared: Period | None
    buckets: Sequence[Bucket]
    hours: Sequence[Bucket]
    panels: Sequence[Shown]
    quality: Quality
    funnels: Sequence[FunnelRead] = ()


def read(
    store: Store,
    asked: Asked,
    noted: Sequence[SiteChange] = (),
    declared: Sequence[Funnel] = (),
) -> Shows:
    """Read the page's figures; *noted* and *declared* are what the catalog tells of the site."""
    choice, focus = asked.choice, asked.focus
    query = ReportQuery(site=asked.site, period=choice.period, by=DAY, metrics=METRICS, focus=focus)
    known = quality(store, asked.site, choice.period, noted, asked.zone)
    metric = metric_of(query.total.name, None, asked.metric)
    by_hour = len(choice.period) == 1 and focus is None
    series = answer(store, replace(query, by=HOUR if by_hour else DAY))
    earlier = _earlier(store, replace(query, by=series.query.by), known)
    now, before = _figures(series), _figures(earlier)
    over = _over(choice, by_hour, asked.hour)
    return Shows(
        metric=metric,
        figures=series.totals,
        changes=changes(now, before, over, METRICS),
        compared=earlier.query.period if earlier else None,
        buckets=(
            _hours(choice.period.first, now, before, over)
            if by_hour
            else bucketed(choice.period.days(), now, before, asked.interval, _marks(choice, known))
        ),
        hours=_hours_of_day(store, query) if not by_hour and focus is None else (),
        panels=_panels(store, query, asked, metric),
        quality=known,
        funnels=funnels(store, asked.site, choice.period, _of_step(focus, declared)),
    )


def _of_step(focus: Focus | None, declared: Sequence[Funnel]) -> Sequence[Funnel]:
    """Return the funnels that are shown: all, or the one of the step that is focused on."""
    if focus is None:
        return declared
    if focus.topic != FUNNEL_STEP:
        return ()
    name, _, _ = step_named(focus.value)
    return [funnel for funnel in declared if funnel.name == name]


def _earlier(store: Store, query: ReportQuery, known: Quality) -> Report | None:
    """Read the span before, unless its beginning lies before what is kept."""
    period = query.period.before()
    if period is None or known.kept_from is None or known.kept_from > period.first:
        return None
    return answer(store, replace(query, period=period))


def _figures(report: Report | None) -> list[Figures]:
    return [row.figures for row in report.rows] if report else []


def _over(choice: Choice, by_hour: bool, hour: int) -> int:
    """Return how many of the entries are over: days before today, or hours before this one."""
    if not choice.includes_today:
        return 24 if by_hour else len(choice.period)
    if by_hour:
        return hour
    return max(0, (choice.today - choice.period.first).days)


def _marks(choice: Choice, known: Quality) -> dict[date, str]:
    marks = {}
    if known.kept_from:
        for day in choice.period.days():
            if day < known.kept_from:
                marks[day] = "unkept"
    if choice.includes_today:
        marks[choice.today] = "running"
    for state in (PARTIAL, VOID):
        marks.update(dict.fromkeys(known.days_in(state), state))
    return marks


def _hours(day: date, now: Sequence[Figures], before: Sequence[Figures], over: int) -> list[Bucket]:
    return [
        Bucket(
            day,
            day,
            figures,
            before[hour] if before else {},
            hour=hour,
            mark="running" if hour == over else "",
        )
        for hour, figures in enumerate(now)
    ]


def _hours_of_day(store: Store, query: ReportQuery) -> list[Bucket]:
    report = answer(store, replace(query, by=HOUR))
    return _hours(query.period.first, _figures(report), (), -1)


def _panels(store: Store, query: ReportQuery, asked: Asked, metric: str) -> list[Shown]:
    tabs = dict(asked.tabs)
    limit = SHORT
    if asked.opened:
        tabs = {name: topic for name, topic in tabs.items() if topic == asked.opened}
        limit = min(asked.rows, MOST_ROWS)
    wanted = {topic: metric_of(topic, query.focus, metric) for topic in tabs.values()}
    found: dict[str, Report] = {}
    asked_too = {topic: metric_of(topic, query.focus, metric) for topic in WITH_A_DATABASE}
    every = asked_too | wanted
    for first in dict.fromkeys(every.values()):
        topics = [topic for topic, by in every.items() if by == first]
        # The first metric named is the one that rows are ordered by.
        ranked = (first, *(other for other in METRICS if other != first))
        found |= panels(store, replace(query, metrics=ranked, limit=limit), topics)
    hidden = {topic for topic in WITH_A_DATABASE if topic not in found or not found[topic].rows}
    return [
        shown(name, topic, wanted[topic], found.get(topic), query.focus, hidden)
        for name, topic in tabs.items()
    ]


def metrics_of(focus: Focus | None) -> tuple[str, ...]:
    """Return the metrics the headline shows: those the site, or the focused topic, has."""
    topic = TOPICS[focus.topic if focus else "total"]
    return tuple(metric for metric in METRICS if topic.available(metric))
