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
_ZONE = re.compile(rb" ([+-])([01]\d)([0-5]\d)")
_MINUTES = {b":%02d" % number: number * 60 for number in range(60)}
_SECONDS = {b":%02d" % number: number for number in range(61)}
_KEPT = 50_000


class Timestamps:
    """Read times like ``17/May/2015:10:05:03 +0000``; hour and zone are looked up once.

    A time before 1995 was not written by a web server's clock and is no time at all.
    """

    def __init__(self) -> None:
        self._hours: dict[bytes, int | None] = {}

    def seconds(self, text: bytes) -> int | None:
        """Return the moment *text* names, or None when there is no such moment."""
        hour = text[:14] + text[20:]
        try:
            begins = self._hours[hour]
        except KeyError:
            if len(self._hours) >= _KEPT:
                self._hours.clear()
            begins = self._hours[hour] = _begins(text[:14], text[20:])
        minutes, seconds = _MINUTES.get(text[14:17]), _SECONDS.get(text[17:20])
        if begins is None or minutes is None or seconds is None:
            return None
        return begins + minutes + seconds


def _begins(hour: bytes, zone: bytes) -> int | None:
    begins, match = _hour_begins(hour), _ZONE.fullmatch(zone)
    if begins is None or match is None:
        return None
    offset = int(match[2]) * 3600 + int(match[3]) * 60
    return begins + offset if match[1] == b"-" else begins - offset


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
