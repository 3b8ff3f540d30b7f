"""Turn a log's own time, with its zone offset, into seconds since 1970."""

from __future__ import annotations

import re
from calendar import timegm

_HOUR = re.compile(rb"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d)")
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
           b"Dec")  # fmt: skip
_MONTH = {name: number for number, name in enumerate(_MONTHS, 1)}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIRST_YEAR = 1995
_REST = re.compile(rb":([0-5]\d):([0-5]\d|60) ([+-])([01]\d)([0-5]\d)")
_KEPT = 50_000


class Timestamps:
    """Read times like ``17/May/2015:10:05:03 +0000``; the calendar part is looked up once an hour.

    A time before 1995 was not written by a web server's clock and is no time at all.
    """

    def __init__(self) -> None:
        self._hours: dict[bytes, int | None] = {}

    def seconds(self, text: bytes) -> int | None:
        """Return the moment *text* names, or None when there is no such moment."""
        hour = text[:14]
        try:
            base = self._hours[hour]
        except KeyError:
            if len(self._hours) >= _KEPT:
                self._hours.clear()
            base = self._hours[hour] = _hour_begins(hour)
        rest = _REST.fullmatch(text, 14)
        if base is None or rest is None:
            return None
        minute, second, sign, hours, minutes = rest.groups()
        offset = int(hours) * 3600 + int(minutes) * 60
        if sign == b"-":
            offset = -offset
        return base + int(minute) * 60 + int(second) - offset


def _hour_begins(text: bytes) -> int | None:
    match = _HOUR.fullmatch(text)
    if match is None:
        return None
    day, year, hour = int(match[1]), int(match[3]), int(match[4])
    month = _MONTH.get(match[2])
    if month is None or not 1 <= day <= _DAYS[month - 1] or year < _FIRST_YEAR or hour > 23:
        return None
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if month == 2 and day == 29 and not leap:
        return None
    return timegm((year, month, day, hour, 0, 0))
