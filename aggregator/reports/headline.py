"""The headline figures of a period, with their change against the equal period before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from aggregator.reports.counts import Counts, figures, total
from aggregator.reports.query import ReportQuery


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure. *change* is a share (0.25: a quarter more), None where none can be told."""

    value: int | None
    before: int | None
    change: float | None


def headline(
    query: ReportQuery, by_day: Mapping[date, Counts], kept_from: date | None
) -> Mapping[str, Headline]:
    """Sum *by_day* for the query's period and the equal period before it.

    Days before *kept_from* are unknown, not zero: an earlier period that reaches further back
    is no comparison.
    """
    value = _figures(query, by_day, query.period.days())
    before = query.period.before()
    earlier: Mapping[str, int | None] = {}
    if before is not None and kept_from is not None and kept_from <= before.first:
        earlier = _figures(query, by_day, before.days())
    return {
        metric: Headline(now, earlier.get(metric), change(earlier.get(metric), now))
        for metric, now in value.items()
    }


def _figures(
    query: ReportQuery, by_day: Mapping[date, Counts], days: list[date]
) -> dict[str, int | None]:
    kept = total([Counts(), *(by_day[day] for day in days if day in by_day)])
    return figures(kept, query.total, query.metrics)


def change(before: int | None, now: int | None) -> float | None:
    """Return by what share *now* is more (or less) than *before*.

    >>> change(80, 100)
    0.25
    >>> change(0, 100) is None
    True
    """
    if not before or now is None:
        return None
    return (now - before) / before
