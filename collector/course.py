"""How a visit goes, packed into one number, so that a million open visits stay small.

From the lowest bits up: how far down a page it got (percent), whether that was ever told, how
many pages it read, how many seconds they were in view, and the second in which it began.
"""

from __future__ import annotations

from typing import NamedTuple

_PERCENT_BITS, _VIEWS_BITS, _SECONDS_BITS = 7, 10, 17
_TOLD = 1 << _PERCENT_BITS
_VIEWS_AT = _PERCENT_BITS + 1
_SECONDS_AT = _VIEWS_AT + _VIEWS_BITS
_BEGAN_AT = _SECONDS_AT + _SECONDS_BITS
_MOST_VIEWS = (1 << _VIEWS_BITS) - 1
_MOST_SECONDS = 86_400


class Course(NamedTuple):
    """A visit so far. *seconds* in view and *percent* of a page are None where no page told."""

    began: int
    views: int
    seconds: int | None
    percent: int | None


def begun(at: float, *, view: bool) -> int:
    """Return the course of a visit that begins at *at* with a view, or with an event."""
    return int(at) << _BEGAN_AT | int(view) << _VIEWS_AT


def views_in(course: int) -> int:
    """Return how many pages a visit has read so far.

    >>> views_in(begun(7, view=False)), views_in(begun(7, view=True))
    (0, 1)
    """
    return course >> _VIEWS_AT & _MOST_VIEWS


def viewed(course: int) -> int:
    """Return *course* with one more page read; beyond a thousand they are not told apart.

    >>> read(viewed(begun(1000.5, view=True)))
    Course(began=1000, views=2, seconds=None, percent=None)
    """
    if course >> _VIEWS_AT & _MOST_VIEWS == _MOST_VIEWS:
        return course
    return course + (1 << _VIEWS_AT)


def engaged(course: int, seconds: float, percent: int) -> int:
    """Return *course* with *seconds* more in view, and *percent* of a page seen.

    >>> read(engaged(engaged(begun(7, view=True), 3.6, 80), 2, 40))
    Course(began=7, views=1, seconds=6, percent=80)
    """
    before = read(course)
    total = min((before.seconds or 0) + round(max(seconds, 0)), _MOST_SECONDS)
    furthest = max(before.percent or 0, min(max(percent, 0), 100))
    return (
        before.began << _BEGAN_AT
        | total << _SECONDS_AT
        | before.views << _VIEWS_AT
        | _TOLD
        | furthest
    )


def read(course: int) -> Course:
    """Return what *course* says."""
    told = bool(course & _TOLD)
    return Course(
        began=course >> _BEGAN_AT,
        views=course >> _VIEWS_AT & _MOST_VIEWS,
        seconds=course >> _SECONDS_AT & ((1 << _SECONDS_BITS) - 1) if told else None,
        percent=course & (_TOLD - 1) if told else None,
    )
