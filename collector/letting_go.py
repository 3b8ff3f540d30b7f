"""Let go of sites that are declared no more: nothing of them comes to the spool afterwards."""

from __future__ import annotations

import asyncio

from collector.pipeline import Pipeline
from collector.spool import Spool
from oboro.catalog import Catalog


class LettingGo:
    """What a running collector has in memory and on its way to the disk; made on the loop."""

    def __init__(self, catalog: Catalog, pipeline: Pipeline, spool: Spool) -> None:
        self._catalog = catalog
        self._pipeline = pipeline
        self._spool = spool
        self._loop = asyncio.get_running_loop()

    async def let_go(self) -> None:
        """Drop what is in memory of sites gone by, and wait for what is on its way to the disk."""
        self._keep_declared()
        await self._spool.wait_for_earlier()
        # What the disk did not take is in memory again.
        self._keep_declared()

    def let_go_now(self) -> None:
        """Do the same from another thread, and return once it is done."""
        asyncio.run_coroutine_threadsafe(self.let_go(), self._loop).result()

    def _keep_declared(self) -> None:
        self._pipeline.keep(site.host for site in self._catalog.sites())
