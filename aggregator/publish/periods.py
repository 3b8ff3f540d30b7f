"""Which periods a stretch of days consists of, and under which policy each is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from oboro.errors import Conflict
from oboro.policy import Cadence, PublicationPolicy, policy_on

DAY = timedelta(days=1)


class Period(NamedTuple):
    """Days that are drawn once and together: *first* to *last*, both of them included."""

    first: date
    last: date

    def days(self) -> list[date]:
        """Return its days in order."""
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.first < self.last else str(self.first)


def unit_around(day: date, cadence: Cadence) -> Period:
    """Return the day, the week from Monday to Sunday, or the month that *day* lies in.

    >>> str(unit_around(date(2026, 2, 11), Cadence.WEEK))
    '2026-02-09 to 2026-02-15'
    """
    if cadence is Cadence.DAY:
        return Period(day, day)
    if cadence is Cadence.WEEK:
        monday = day - day.weekday() * DAY
        return Period(monday, monday + 6 * DAY)
    first = day.replace(day=1)
    return Period(first, (first + 31 * DAY).replace(day=1) - DAY)


def period_around(day: date, versions: Sequence[PublicationPolicy]) -> Period:
    """Return the period that *day* is drawn in.

    A period lies under one version of the policy: where another comes into force within a week or
    month, that is cut there, since noise is measured for what one version lets a visitor-day add.
    """
    unit = unit_around(day, policy_on(day, versions).cadence)
    begins = [each.in_force_from for each in versions]
    return Period(
        max([unit.first, *(first for first in begins if first <= day)]),
        min([unit.last, *(first - DAY for first in begins if first > day)]),
    )


def periods_of(first: date, last: date, versions: Sequence[PublicationPolicy]) -> list[Period]:
    """Return the periods from *first* to *last*.

    Raises a `Conflict` that names the period when the stretch begins or ends within one, or that
    names the day when the policy changes in between.
    """
    if first > last:
        raise Conflict(f"{first} is after {last}; give the earlier day with --from")
    periods = list(_periods(first, last, versions))
    for day, period, cut in (
        (first, periods[0], periods[0].first < first),
        (last, periods[-1], periods[-1].last > last),
    ):
        if cut:
            raise Conflict(
                f"{day} lies within the period {period}, whose figures are drawn together; "
                "publish whole periods"
            )
    policy = policy_on(first, versions)
    for period in periods:
        if policy_on(period.first, versions) != policy:
            raise Conflict(
                f"another version of the policy is in force from {period.first} on; "
                f"publish the days before and from {period.first} apart"
            )
    return periods


def _periods(first: date, last: date, versions: Sequence[PublicationPolicy]) -> Iterator[Period]:
    day = first
    while day <= last:
        period = period_around(day, versions)
        yield period
        day = period.last + DAY


def over_before(today: date, oldest: date, versions: Iterable[PublicationPolicy]) -> list[Period]:
    """Return every period from that of *oldest* to the last that is over before *today*."""
    kept = list(versions)
    first = period_around(oldest, kept).first
    return [period for period in _periods(first, today - DAY, kept) if period.last < today]
