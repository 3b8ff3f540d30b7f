"""Where time comes from: a clock that is passed in, and the calendar of a site's zone."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

_LONGEST_DAY = timedelta(days=2)
"""What no local day reaches, wherever clocks are set."""


class Clock(Protocol):
    """What long-lived objects ask for the time; pure functions take ``at`` instead."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go backwards, from an arbitrary start."""
        ...


class SystemClock:
    """The machine's clock; the only place that reads it."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that moves only when told to, for tests and for replaying logs."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("ManualClock needs an aware datetime")
        self._at = start.astimezone(UTC)
        self._ticks = 0.0

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._ticks

    def advance(self, by: timedelta) -> None:
        """Move forward by *by*."""
        self._at += by
        self._ticks += by.total_seconds()

    def set(self, at: datetime) -> None:
        """Move to *at*; the monotonic part only ever moves forward."""
        self._ticks += max(0.0, (at - self._at).total_seconds())
        self._at = at.astimezone(UTC)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of *at* on the wall clock of *zone*."""
    return at.astimezone(zone).date()


def local_hour(at: datetime, zone: ZoneInfo) -> int:
    """Return the wall-clock hour (0-23) of *at* in *zone*; a repeated hour keeps its label."""
    return at.astimezone(zone).hour


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of *day* in *zone*, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def is_over(ends: datetime, at: datetime) -> bool:
    """Tell whether the day that ends at *ends* is over, or began on a clock that was days ahead.

    On a clock that is set back over midnight the day goes on. One that was a year ahead when the
    day began must not let it last a year, with all that is remembered until its end.
    """
    return at >= ends or ends - at > _LONGEST_DAY


def next_midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment of the local day after *at*, in UTC."""
    return day_begins(local_day(at, zone) + timedelta(days=1), zone)
