"""Answer a query: by day from the value's own single, else the largest values of a topic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from aggregator.reports.counts import Counts, figures, total
from aggregator.reports.panels import panels
from aggregator.reports.query import DAY, ReportQuery
from aggregator.reports.report import Report, Row
from aggregator.reports.series import series
from oboro.store import Store


def answer(store: Store, query: ReportQuery) -> Report:
    """Read one report."""
    if query.by == DAY:
        return by_day(query, series(store, query, query.period))
    return panels(store, query, [query.by])[query.by]


def by_day(query: ReportQuery, kept: Mapping[date, Counts]) -> Report:
    """List every day of the query's period; a day on which nothing is *kept* is 0."""
    days = query.period.days()
    rows = tuple(
        Row(day.isoformat(), figures(kept.get(day, Counts()), query.source, query.metrics))
        for day in days[: query.limit]
    )
    whole = total([Counts(), *(kept[day] for day in days if day in kept)])
    totals = figures(whole, query.total, query.metrics)
    return Report(query, rows, totals, rows_left=len(days) - len(rows))
