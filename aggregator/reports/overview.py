"""Everything the operators' page shows of one period, read in a handful of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aggregator.reports.answer import by_day
from aggregator.reports.headline import Headline, headline
from aggregator.reports.panels import panels
from aggregator.reports.periods import Period
from aggregator.reports.quality import Quality, quality
from aggregator.reports.query import DAY, HOUR, ReportQuery
from aggregator.reports.report import Report
from aggregator.reports.series import series
from oboro.store import Store


@dataclass(frozen=True, slots=True)
class Overview:
    """*series* is by hour for a single day without focus, else by day.

    *panels* has no entry for a topic that is not kept together with the focus.
    """

    headline: Mapping[str, Headline]
    series: Report
    panels: Mapping[str, Report]
    quality: Quality


def overview(store: Store, query: ReportQuery, topics: Sequence[str]) -> Overview:
    """Read the headline, the chart, the panels of *topics* and the facts on quality.

    *query* gives site, period, metrics, focus and the panels' limit; its ``by`` is not used.
    """
    known = quality(store, query.site, query.period)
    before = query.period.before()
    span = Period(before.first, query.period.last) if before else query.period
    kept = series(store, query, span)
    hourly = len(query.period) == 1 and query.focus is None
    shown = panels(store, query, [*topics, HOUR] if hourly else topics)
    chart = shown[HOUR] if hourly else by_day(replace(query, by=DAY, limit=None), kept)
    return Overview(
        headline=headline(query, kept, known.kept_from),
        series=chart,
        panels={topic: shown[topic] for topic in topics if topic in shown},
        quality=known,
    )
