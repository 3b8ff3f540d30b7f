"""Mark the days whose figures miss something, so that every report says so.

While a collector runs, a file names today's date in each zone it counts in. A clean stop removes
it; a start that finds it knows on which days the memory of a collector was lost.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from collector.durable_file import write_durably
from oboro.clock import local_day
from oboro.errors import OboroError
from oboro.sites import Site
from oboro.store import Store

log = logging.getLogger("oboro.day_marks")

PARTIAL = "partial"
VOID = "void"
_VERSIONS = {PARTIAL: 1, VOID: 2}
"""Void says more than partial, so it wins."""

SiteDay = tuple[str, date]
ZoneDay = tuple[str, date]


class DayMarks:
    """The marks of one collector; blocking, for a thread of its own."""

    def __init__(self, store: Store, running: Path) -> None:
        self._store = store
        self._running = running
        self._crashed = read_running(running)
        self._written: set[ZoneDay] | None = None

    def begin(self, sites: Iterable[Site], at: datetime, *, handed: bool = False) -> None:
        """Mark the days on which an earlier collector was lost, and note that one runs now.

        *handed*: it was not lost, but handed over all that it knew.
        """
        sites = [site for site in sites if not site.demonstration]
        self.note(sites, at)
        lost = {
            (site.host, day)
            for site in sites
            for zone, day in self._crashed
            if zone == site.zone.key and not handed
        }
        self.mark(lost, PARTIAL)
        self._crashed = set()
        self.note(sites, at)

    def note(self, sites: Iterable[Site], at: datetime) -> None:
        """Keep today's date in the zones of *sites* on the disk."""
        today = {(site.zone.key, local_day(at, site.zone)) for site in sites}
        if today | self._crashed != self._written:
            self._written = today | self._crashed
            _write(self._running, self._written)

    def mark(self, days: Iterable[SiteDay], state: str) -> None:
        """Write *state* of *days*; the same again changes nothing."""
        self._store.insert(
            "days",
            ("site", "day", "node", "state", "label", "version"),
            [
                (site, day, self._store.node, state, "", _VERSIONS[state])
                for site, day in sorted(days)
            ],
        )

    def end(self, days: Iterable[SiteDay]) -> None:
        """Mark the *days* whose memory a clean stop gives up, and note that none runs.

        While the store is away the file stays: the next start then marks today, as after a crash.
        """
        try:
            self.mark(days, PARTIAL)
        except OboroError as error:
            log.warning(
                "today is not marked partial yet, the next start does so: %s; what was "
                "acknowledged and did not reach the store waits in the spool",
                error,
            )
        else:
            self._running.unlink(missing_ok=True)


def read_running(path: Path) -> set[ZoneDay]:
    """Return the zones and days that the file at *path* names: a collector runs, or was lost."""
    if not path.exists():
        return set()
    days = set()
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        zone, _, day = line.partition(" ")
        # A line that is no date tells nothing; it must not keep a collector from starting.
        with suppress(ValueError):
            days.add((zone, date.fromisoformat(day)))
    return days


def _write(path: Path, days: Iterable[ZoneDay]) -> None:
    write_durably(path, "".join(f"{zone} {day}\n" for zone, day in sorted(days)))
