"""Tell what of a site-day is still on its way to the store, for whoever closes the day."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import date

from collector.day_marks import read_running
from collector.ingest import Ingest
from collector.ledger import Ledger
from collector.spool import Spool, spool_path
from collector.spooling.file import SpoolFile
from oboro.workspace import Workspace


class Outstanding:
    """What ``oboro.services.Delivering`` promises, of a collector that runs."""

    def __init__(self, ingest: Ingest, ledger: Ledger, spool: Spool) -> None:
        self._ingest = ingest
        self._ledger = ledger
        self._spool = spool

    async def end_visits(self, site: str, day: date) -> None:
        """End the visits that *day* of *site* still has, and keep their ends."""
        await self._ingest.end_day(site, day)

    async def pending(self, site: str, day: date) -> bool:
        """Tell whether anything of *day* is open in memory, spooled, or sent and not verified."""
        # In the order of a fact's way, which never goes back: none is missed on its way.
        if self._ledger.has_day(site, day) or self._spool.waits_for(site, day):
            return True
        return await asyncio.to_thread(self._spool.outbox.holds_day, site, day)

    def release(self, day: date) -> bool:
        """Forget what was delivered of *day*; False while a batch of it is on its way."""
        return self._spool.outbox.release(day)


class Left:
    """The same of a spool that no collector empties: nothing is in memory then."""

    def __init__(self, workspace: Workspace) -> None:
        self._path = spool_path(workspace.settings)
        self._running = workspace.settings.data_dir / "running"
        self._catalog = workspace.catalog
        self._randomness = workspace.randomness

    async def end_visits(self, site: str, day: date) -> None:
        """There is none: the stop of the last collector ended them, or a crash lost them."""

    async def pending(self, site: str, day: date) -> bool:
        """Tell whether the spool holds anything of *day* that the store was not seen to hold.

        A day on which a collector was lost waits for the next start, which marks it.
        """
        return await asyncio.to_thread(self._holds_day, site, day)

    def release(self, day: date) -> bool:
        """Forget what was delivered of *day*; False while a batch of it is on its way."""
        if not self._path.exists():
            return True
        with closing(SpoolFile.open(self._path, self._randomness)) as file:
            return file.release(day)

    def _holds_day(self, site: str, day: date) -> bool:
        declared = self._catalog.site_for(site)
        if declared and (declared.zone.key, day) in read_running(self._running):
            return True
        if not self._path.exists():
            return False
        with closing(SpoolFile.open(self._path, self._randomness)) as file:
            return file.holds_day(site, day)
