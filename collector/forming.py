"""Decide on which days of which sites contributions to publications are formed.

Who is counted under what is decided key by key; *whether* anybody is must not hang on who came.
So it hangs on the clock and on when collectors ran, and on nothing that visitors do: a day forms
contributions from its first moment, under one collector that was there all the time. A stop or a
crash loses who was counted; what was formed until then stands, and nothing more is formed on
that day. A file notes each day before anything is formed on it, so that every later start knows.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence, Set
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from collector.day_marks import SiteDay
from collector.durable_file import write_durably
from oboro.clock import local_day
from oboro.sites import Site

AHEAD = timedelta(minutes=10)
"""How long before it begins a day is noted: many ticks, so that its first visitor counts."""
KEPT_DAYS = timedelta(days=7)
"""How long the file names a day that is over; clocks are not set back further."""
_EARLIEST_ZONE = timedelta(hours=14)


class Forming:
    """The days of one collector; `begin` and `note` block, for a thread of their own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = _read(path)
        self._over: frozenset[SiteDay] = frozenset()
        self._today: frozenset[SiteDay] = frozenset()
        self._noted: frozenset[SiteDay] = frozenset()
        self._lock = threading.Lock()

    def begin(
        self, sites: Iterable[Site], at: datetime, handed: Set[SiteDay] = frozenset()
    ) -> None:
        """Give up the days that an earlier collector had begun, and note those of this one.

        Days *handed* over by it go on, unless they have passed meanwhile.
        """
        latest = (at.astimezone(UTC) + _EARLIEST_ZONE).date()
        sites = list(sites)
        todays = {site.host: local_day(at, site.zone) for site in sites}
        self._over = frozenset(
            (host, day)
            for host, day in self._written
            if day <= todays.get(host, latest)
            and not ((host, day) in handed and day == todays.get(host))
        )
        self.note(sites, at)

    def note(self, sites: Iterable[Site], at: datetime) -> None:
        """Note the present day of *sites*, and the next one when it is near; durable on return.

        A day that another one followed never comes back, also on a clock that is set back.
        """
        with self._lock:
            self._note(list(sites), at)

    def _note(self, sites: Sequence[Site], at: datetime) -> None:
        today = frozenset((site.host, local_day(at, site.zone)) for site in sites)
        self._over |= self._today - today
        self._today = today
        days = today | {(site.host, local_day(at + AHEAD, site.zone)) for site in sites}
        if not days <= self._written:
            oldest = (at.astimezone(UTC) - KEPT_DAYS).date()
            written = {(host, day) for host, day in self._written | days if day >= oldest}
            write_durably(self._path, "".join(f"{host} {day}\n" for host, day in sorted(written)))
            self._written = written
        self._noted = days

    def give_up(self, sites: Iterable[Site], at: datetime) -> None:
        """Form nothing more of the present day of *sites*: others may know its visitors."""
        with self._lock:
            self._over |= {(site.host, local_day(at, site.zone)) for site in sites}

    def formed(self) -> frozenset[SiteDay]:
        """Return the days that contributions are formed of now, for a successor to go on with."""
        return self._noted - self._over

    def forms(self, site: str, day: date) -> bool:
        """Tell whether contributions of *day* of *site* are formed now; from any thread."""
        return (site, day) in self._noted and (site, day) not in self._over


def _read(path: Path) -> set[SiteDay]:
    if not path.exists():
        return set()
    days = set()
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        host, _, day = line.partition(" ")
        # A line that is no date tells nothing; it must not keep a collector from starting.
        with suppress(ValueError):
            days.add((host, date.fromisoformat(day)))
    return days
