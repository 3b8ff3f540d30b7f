"""How busy a made-up day is: weekday, season, holidays, one storm a year, and one restart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_WEEKDAYS = (1.16, 1.10, 1.06, 1.04, 1.0, 0.74, 0.80)
_MONTHS = (0.96, 1.0, 1.14, 1.12, 0.98, 0.97, 1.02, 0.94, 1.0, 1.03, 1.02, 0.92)
_QUIET = {(1, 1): 0.45, (1, 2): 0.5, (1, 3): 0.55, (12, 30): 0.7, (12, 31): 0.6}
_STORM = {(9, 11): 1.6, (9, 12): 4.6, (9, 13): 2.1}
_RESTARTS = {(3, 18), (7, 15), (11, 11)}
RESTART = range(9 * 3600 + 40 * 60, 13 * 3600 + 10 * 60)
"""The seconds of a restart day in which nothing was counted."""

_WORKDAY_HOURS = (9, 5, 3, 2, 3, 6, 14, 26, 42, 52, 56, 50, 58, 46, 44, 44, 42, 40, 42, 46, 50, 48,
                  36, 20)  # fmt: skip
_WEEKEND_HOURS = (12, 7, 4, 3, 3, 5, 10, 18, 30, 44, 52, 52, 46, 44, 46, 46, 44, 42, 40, 44, 48, 48,
                  36, 22)  # fmt: skip


def busyness(day: date) -> float:
    """Return how many times the usual visits *day* brings."""
    key = (day.month, day.day)
    usual = _WEEKDAYS[day.weekday()] * _MONTHS[day.month - 1]
    return usual * _QUIET.get(key, 1.0) * _STORM.get(key, 1.0)


def storminess(day: date) -> float:
    """Return which share of the visits of *day* is about the storm."""
    extra = _STORM.get((day.month, day.day), 1.0)
    return 1.0 - 1.0 / extra


def hours(day: date) -> Sequence[int]:
    """Return the weights of the hours of *day*."""
    return _WEEKEND_HOURS if day.weekday() >= 5 else _WORKDAY_HOURS


def has_restart(day: date) -> bool:
    """Tell whether the collector of the made-up town stood still for hours on *day*."""
    return (day.month, day.day) in _RESTARTS
