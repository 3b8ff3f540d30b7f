"""The last half hour in figures, by site and in memory: totals, never who."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

from collector.changes import Changes
from collector.ledger import Ledger
from oboro.clock import Clock

MINUTES = 30
NOW = timedelta(minutes=5)


class Live:
    """What ``oboro.services.LiveFigures`` promises, for the sites of one collector."""

    def __init__(self, clock: Clock, ledger: Ledger) -> None:
        self._clock = clock
        self._ledger = ledger
        self._views: dict[str, dict[int, int]] = {}

    def now(self, site_host: str) -> int:
        """Return the visitors of the last five minutes."""
        return self._ledger.active(site_host, self._clock.now() - NOW)

    def views(self, site_host: str) -> list[int]:
        """Return thirty totals of a minute each, the oldest first; the last minute is this one."""
        minutes = self._views.get(site_host, {})
        last = _minute(self._clock.now())
        return [minutes.get(minute, 0) for minute in range(last - MINUTES + 1, last + 1)]

    def arrived(self, site_host: str) -> bool:
        """Tell whether any hit was counted since the start."""
        return site_host in self._views

    def add(self, site_host: str, at: datetime, views: int, changes: Changes) -> None:
        """Count a hit."""
        minutes = self._views.get(site_host)
        if minutes is None:
            minutes = {}
            changes.put(self._views, site_host, minutes)
        minute = _minute(at)
        changes.put(minutes, minute, minutes.get(minute, 0) + views)

    def expire(self, at: datetime, changes: Changes) -> None:
        """Forget the minutes that are shown no more."""
        oldest = _minute(at) - MINUTES
        for minutes in self._views.values():
            for minute in [minute for minute in minutes if minute < oldest]:
                changes.remove(minutes, minute)

    def handed(self) -> dict[str, dict[int, int]]:
        """Return the views of each site's last minutes."""
        return self._views

    def take_over(self, views: dict[str, dict[int, int]]) -> None:
        """Go on with what `handed` returned elsewhere."""
        self._views = views

    def keep(self, sites: Set[str]) -> None:
        """Forget other sites, which are counted no more."""
        for site in self._views.keys() - sites:
            del self._views[site]


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
