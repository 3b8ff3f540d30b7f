"""Group a series of days into the bars of a chart, beside the span before."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

Figures = Mapping[str, int | None]

HOUR, DAY, WEEK, MONTH = "hour", "day", "week", "month"
INTERVALS = (DAY, WEEK, MONTH)


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bar: an hour of the *first* day, or the days from *first* to *last*.

    *mark* is ``partial``, ``void``, ``running`` (not over yet), ``unkept`` (before the first
    day with figures), ``short`` (a week or month of which the span holds a part) or empty.
    """

    first: date
    last: date
    figures: Figures
    before: Figures
    hour: int | None = None
    mark: str = ""


def intervals_for(days: int) -> tuple[str, ...]:
    """Return the intervals that make sense for a span of *days*, the best one first."""
    if days <= 13:
        return (DAY,)
    if days <= 92:
        return (DAY, WEEK)
    if days <= 430:
        return (WEEK, DAY, MONTH)
    return (MONTH, WEEK)


def bucketed(
    days: Sequence[date],
    now: Sequence[Figures],
    before: Sequence[Figures],
    interval: str,
    marks: Mapping[date, str],
) -> list[Bucket]:
    """Group *days* by *interval*. *before* holds the figures of the span before, day by day.

    Weeks are counted back from the last day, so that the newest one is whole.
    """
    numbers = range(len(days))

    def group_of(n: int) -> object:
        if interval == MONTH:
            return (days[n].year, days[n].month)
        return (len(days) - 1 - n) // 7 if interval == WEEK else n

    made: list[Bucket] = []
    for _, members in groupby(numbers, group_of):
        ns = list(members)
        found = [marks.get(days[n], "") for n in ns]
        mark = _worst(found) or ("short" if len(ns) < _whole(days[ns[0]], interval) else "")
        made.append(
            Bucket(
                days[ns[0]],
                days[ns[-1]],
                added(now[n] for n in ns),
                added(before[n] for n in ns if n < len(before)) if before else {},
                mark=mark,
            )
        )
    return made


def added(figures: Iterable[Figures]) -> dict[str, int | None]:
    """Add up figures metric by metric; one that is not available stays so."""
    sums: dict[str, int | None] = {}
    for one in figures:
        for metric, value in one.items():
            known = sums.get(metric, 0)
            sums[metric] = None if value is None or known is None else known + value
    return sums


def _whole(day: date, interval: str) -> int:
    if interval == MONTH:
        return monthrange(day.year, day.month)[1]
    return 7 if interval == WEEK else 1


def _worst(marks: Iterable[str]) -> str:
    found = set(marks)
    return next((mark for mark in ("void", "partial", "running", "unkept") if mark in found), "")
