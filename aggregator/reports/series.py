"""One single topic's value by day: the site's own total, or a focused value's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from aggregator.reports.counts import Counts
from aggregator.reports.periods import Period
from aggregator.reports.query import ReportQuery
from oboro.sql import load_sql
from oboro.store import Store


def series(store: Store, query: ReportQuery, period: Period) -> Mapping[date, Counts]:
    """Return what *query*'s totals are made of, for each day of *period* that has any."""
    read = store.query(
        load_sql(__package__, "series.sql"),
        {
            "site": query.site,
            "first": period.first,
            "last": period.last,
            "topic": query.total.name,
            "value": query.focus.value if query.focus else "",
        },
    )
    return {day: Counts(*counts) for day, *counts in read}
