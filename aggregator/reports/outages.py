"""Tell hours in which nothing was counted although a site is read then: it or we were away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

USUAL = 20
"""Views from which on an empty hour is no chance: were they Poisson's, one hour in 480 million."""
WEEKS = 2
"""How far before and after an hour is compared, in weeks."""
AROUND = timedelta(weeks=WEEKS)

ByHour = Mapping[date, Mapping[int, int]]
"""Views by day and hour; what is not there is none."""


class Outage(NamedTuple):
    """From the beginning of *first* to the end of *last*, hours of *day*, nothing was counted.

    *usual* is how many views these hours have otherwise.
    """

    day: date
    first: int
    last: int
    usual: int


def outages(views: ByHour, days: Sequence[date], zone: ZoneInfo | None = None) -> list[Outage]:
    """Return the outages of *days*, by the *views* of these and of `AROUND` them.

    An empty hour is one if the same hour is busy both on the days around it and on the same weekday
    of the weeks around it, so that neither a quiet Sunday nor a night is taken for one. Hours that
    the wall clock of *zone* leaves out are none; nor is a day of which nothing is there.
    """
    found: list[Outage] = []
    for day in days:
        if not any(views.get(day, {}).values()):
            continue
        left_out = hours_left_out(day, zone) if zone else frozenset()
        for hour in range(24):
            if views[day].get(hour) or hour in left_out:
                continue
            usual = _usual(views, day, hour)
            if usual < USUAL:
                continue
            if found and found[-1].day == day and found[-1].last == hour - 1:
                found[-1] = found[-1]._replace(last=hour, usual=found[-1].usual + round(usual))
            else:
                found.append(Outage(day, hour, hour, round(usual)))
    return found


def hours_left_out(day: date, zone: ZoneInfo) -> frozenset[int]:
    """Return the hours that the wall clock of *zone* skips on *day*.

    >>> hours_left_out(date(2026, 3, 8), ZoneInfo("America/New_York"))
    frozenset({2})
    """
    return frozenset(
        hour
        for hour in range(24)
        if (local := datetime(day.year, day.month, day.day, hour, 30, tzinfo=zone))
        .astimezone(UTC)
        .astimezone(zone)
        .hour
        != local.hour
    )


def _usual(views: ByHour, day: date, hour: int) -> float:
    """Return how many views *hour* of *day* would have, by the less busy of both comparisons."""
    near = [timedelta(days=after) for after in range(-6, 7) if after]
    weekly = [timedelta(weeks=after) for after in range(-WEEKS, WEEKS + 1) if after]
    return min(_mean(views, day, hour, near), _mean(views, day, hour, weekly))


def _mean(views: ByHour, day: date, hour: int, after: Sequence[timedelta]) -> float:
    known = [views[day + each].get(hour, 0) for each in after if day + each in views]
    # One other day alone says nothing of what is usual.
    return sum(known) / len(known) if len(known) > 1 else 0.0
