"""The operators' page of one site: read what the address asks for, draw what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from aggregator.reports.periods import Period
from aggregator.reports.query import BY, FOCUSES, Focus
from dashboards.charts import bar_chart
from dashboards.operators.alarms import alarms_of
from dashboards.operators.buckets import HOUR, INTERVALS, MONTH, WEEK, Bucket, intervals_for
from dashboards.operators.choice import LONGEST, PRESETS, Choice, chosen_days
from dashboards.operators.live import import_under_way, live_figures
from dashboards.operators.panels import OF_A_PAGE, PANELS, chosen_tab, focused_by
from dashboards.operators.publishing import publication_panel
from dashboards.operators.report import MOST_ROWS, Asked, Shows, metrics_of, read
from dashboards.rendering import page, words_for
from oboro.clock import local_day, local_hour
from oboro.contributions import PUBLICATION_TABLES
from oboro.errors import UsageError
from oboro.formats import Formats
from oboro.funnels import Funnel
from oboro.goals import Goal
from oboro.outcomes import Outcome
from oboro.page_titles import WITH_TITLES
from oboro.settings import Settings
from oboro.sites import Site
from oboro.topics import METRICS, STEP_OF, TOPICS
from oboro.versions import in_force_on, within
from oboro.words import Words
from oboro.workspace import Workspace

DEFAULT_METRIC = "visits"
SHORT_LABELS = {"hour": 8, "day": 8, "week": 7, "month": 7}


async def site_page(request: web.Request, workspace: Workspace, site: Site) -> web.Response:
    """Answer with the page of *site*."""
    at = workspace.clock.now()
    asked = asked_of(
        request.query,
        site,
        chosen_days(request.query, local_day(at, site.zone)),
        local_hour(at, site.zone),
    )
    period = asked.choice.period
    changes = await asyncio.to_thread(
        workspace.catalog.site_changes, site.host, period.first, period.last
    )
    shows = await asyncio.to_thread(read, workspace.store, asked, changes, site.funnels)
    publication = await asyncio.to_thread(
        publication_panel, workspace, site, local_day(at, site.zone), shows.quality.kept_from
    )
    alarms = await asyncio.to_thread(alarms_of, workspace, site)
    titles = await asyncio.to_thread(_titles, workspace, site, shows, words_for(request))
    live = live_figures(workspace, site)
    return page(
        request,
        "site.html",
        **shown_on_page(asked, shows, site, workspace.settings, words_for(request)),
        sites=workspace.catalog.sites(),
        titles=titles,
        publication=publication,
        topics_of=PUBLICATION_TABLES,
        alarms=alarms,
        live=live,
        arrived=live.arrived if live else False,
        importing=import_under_way(workspace) if site.demonstration else None,
    )


def _titles(
    workspace: Workspace, site: Site, shows: Shows, words: Words
) -> Mapping[str, Mapping[str, str]]:
    """Return by topic the titles of the pages that are shown, in the language of *words*."""
    found: dict[str, Mapping[str, str]] = {}
    for panel in shows.panels:
        if panel.topic in WITH_TITLES:
            titles = workspace.catalog.page_titles(site.host, [row.key for row in panel.rows])
            language = words.locale.language
            found[panel.topic] = {
                page: title.in_language(language) for page, title in titles.items()
            }
    return found


def asked_of(query: Mapping[str, str], site: Site, choice: Choice, hour: int) -> Asked:
    """Read everything the address asks for; what cannot be read is left out."""
    focus = _focus(query.get("focus", ""))
    declared = {"events": bool(site.events), "goals": bool(site.goals)}
    if focus is None or focus.topic != STEP_OF:
        declared |= dict.fromkeys(OF_A_PAGE, False)
    panels = [name for name in PANELS if declared.get(name, True)]
    tabs = {name: chosen_tab(name, query.get(name), focus) for name in panels}
    opened = query.get("all", "")
    for name in panels:
        if opened in PANELS[name]:
            tabs[name] = opened
    if opened not in tabs.values():
        opened = ""
    wanted = query.get("metric", DEFAULT_METRIC)
    possible = intervals_for(len(choice.period))
    interval = query.get("interval", "")
    if interval not in possible:
        interval = possible[0]
    if len(choice.period) == 1 and focus is None:
        interval = HOUR
    rows = query.get("rows", "")
    return Asked(
        site=site.host,
        choice=choice,
        metric=wanted if wanted in METRICS else DEFAULT_METRIC,
        interval=interval,
        tabs=tabs,
        focus=focus,
        opened=opened,
        rows=max(1, min(int(rows), MOST_ROWS)) if rows.isdecimal() and len(rows) < 6 else 100,
        zone=site.zone,
        hour=hour,
    )


def _focus(text: str) -> Focus | None:
    topic, _, value = text.partition(":")
    if topic not in FOCUSES or topic not in BY or not value:
        return None
    try:
        return Focus(topic, value)
    except UsageError:
        return None


def _goals_shown(choice: Choice, versions: Iterable[Goal]) -> tuple[Goal, ...]:
    """Return the goals in force within the days chosen and, if those are not over, what comes."""
    last = date.max if choice.includes_today else choice.period.last
    return within(choice.period.first, last, versions)


def _to_come(choice: Choice, versions: Iterable[Funnel]) -> tuple[Funnel, ...]:
    """Return what is counted from a later day on, where the days chosen are not over."""
    if not choice.includes_today:
        return ()
    now = in_force_on(choice.period.last, tuple(versions))
    return tuple(each for each in in_force_on(date.max, versions) if each not in now)


def shown_on_page(
    asked: Asked, shows: Shows, site: Site, settings: Settings, words: Words
) -> dict[str, Any]:
    """Return what the template draws, but for what changes by the second."""
    form = Formats(words.locale)
    metric = shows.metric
    values = _values(shows.buckets, metric)
    befores = [bucket.before[metric] or 0 for bucket in shows.buckets if metric in bucket.before]
    hours_values = _values(shows.hours, _by_hour(metric))
    possible = intervals_for(len(asked.choice.period))
    known = shows.quality
    return {
        "site": site,
        "funnels_to_come": () if asked.focus else _to_come(asked.choice, site.funnels),
        "goals": _goals_shown(asked.choice, site.goals),
        "choice": asked.choice,
        "presets": tuple(PRESETS),
        "focus": asked.focus,
        "focused_by": focused_by,
        "focus_counts": _focus_counts(asked.focus, metric),
        "focus_gathers": asked.focus is not None and TOPICS[asked.focus.topic].gathers,
        "metrics": [m for m in metrics_of(asked.focus) if m != "events" or _has_events(shows)],
        "metrics_all": METRICS,
        "shows": shows,
        "interval": asked.interval,
        "intervals": possible,
        "intervals_shown": [name for name in INTERVALS if name in possible],
        "chart": bar_chart(values, befores, SHORT_LABELS[asked.interval]),
        "captions": [_caption(bucket, asked.interval, form, words) for bucket in shows.buckets],
        "long_captions": [_long(bucket, asked.interval, form, words) for bucket in shows.buckets],
        "values": values,
        "befores": befores,
        "marks": [bucket.mark for bucket in shows.buckets],
        "hours_chart": bar_chart(hours_values),
        "hours_captions": [_caption(bucket, HOUR, form, words) for bucket in shows.hours],
        "hours_values": hours_values,
        "hours_marks": ["" for _ in shows.hours],
        "opened": asked.opened,
        "most_rows": MOST_ROWS,
        "kept_span": _kept_span(known.kept_from, known.kept_to),
        "outcomes": _outcomes(known.outcomes),
        "k": settings.gathering_k,
        "visit_minutes": settings.visit_minutes,
        "tick_minutes": round(settings.tick_limit_seconds / 60) or 1,
        "tick_keys": settings.tick_keys,
    }


def _values(buckets: Sequence[Bucket], metric: str) -> list[int]:
    return [bucket.figures.get(metric) or 0 for bucket in buckets]


def _by_hour(metric: str) -> str:
    return metric if TOPICS["hour"].available(metric) else "views"


def _has_events(shows: Shows) -> bool:
    return bool(shows.figures.get("events"))


def _focus_counts(focus: Focus | None, metric: str) -> str:
    """Return which text says what the focused value's figures count."""
    return getattr(TOPICS[focus.topic], metric).name.lower() if focus else "each"


def _caption(bucket: Bucket, interval: str, form: Formats, words: Words) -> str:
    if interval == HOUR:
        return words("value.hour", hour=bucket.hour)
    if interval == MONTH:
        return form.month(bucket.first)
    return form.day_of_month(bucket.first)


def _long(bucket: Bucket, interval: str, form: Formats, words: Words) -> str:
    if interval == MONTH:
        return form.month(bucket.first)
    if interval == WEEK:
        return form.span(bucket.first, bucket.last)
    if interval == HOUR:
        return words("value.hour", hour=bucket.hour)
    return form.day(bucket.first)


def _kept_span(first: date | None, last: date | None) -> Period | None:
    """Return the days with figures, or the newest of them that one page can show."""
    if first is None or last is None:
        return None
    return Period(max(first, last - timedelta(days=LONGEST - 1)), last)


def _outcomes(found: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what was counted first, then the reasons, the most frequent first."""
    return sorted(found.items(), key=lambda pair: (pair[0] != Outcome.COUNTED, -pair[1]))
