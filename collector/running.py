"""The collector within a server: what is put together at its start, and how it stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence, Set
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from typing import Any

from aiohttp import web

from collector.admission import admit, checks_by
from collector.admission.rate import Rate
from collector.among_others import AmongOthers
from collector.app import Counter
from collector.choice import Choice
from collector.coarsener import Coarsener
from collector.compaction import Compaction
from collector.counted_days import CountedDays
from collector.databases import Databases
from collector.day_marks import SiteDay
from collector.demo.background import background
from collector.dialect_routes import Dialects
from collector.entrance import Entrance
from collector.formed_days import formed_days
from collector.forming import Forming
from collector.gathering import Gathering
from collector.handover.passing import left_with_keeper, taken_over
from collector.handover.state import Memory, packed, unpacked
from collector.ingest import Ingest
from collector.keyed_entrance import KeyedEntrance
from collector.ledger import Ledger
from collector.letting_go import LettingGo
from collector.live import Live
from collector.membership import Membership, NodesHeard
from collector.metrics import MemoryUsed, outcome_total
from collector.outstanding import Outstanding
from collector.pipeline import Pipeline
from collector.script import script_routes
from collector.server_routes import ServerEvents
from collector.spool import Spool
from collector.spool_metrics import SpoolMetrics
from collector.spooling.outbox import Outbox
from collector.threads import run_through
from collector.variety import Variety, recall
from collector.writer import Writer, always
from oboro.clock import local_day
from oboro.day_locks import DayLocks
from oboro.errors import OboroError
from oboro.journal import kind_and_place
from oboro.metrics import registry_of
from oboro.rooms import Part, closed_days_of
from oboro.services import ClosedDays, Delivering, LiveFigures, Spooling
from oboro.site_changes import DATABASES, SiteChange
from oboro.workspace import Workspace

log = logging.getLogger("oboro.collector")


class Running:
    """One collector: its memory, its routes, and its loops."""

    def __init__(self, workspace: Workspace) -> None:
        settings = workspace.settings
        self._workspace = workspace
        self._forming = Forming(settings.data_dir / "forming")
        self._ledger = Ledger(
            randomness=workspace.randomness,
            capacity=settings.ledger_keys,
            visit_minutes=settings.visit_minutes,
            forms=self._forming.forms,
        )
        self._gathering = Gathering(
            k=settings.gathering_k, keys=settings.gathering_keys, pairs=settings.gathering_pairs
        )
        self._days = CountedDays(workspace, self._forming, self._ledger, self._gathering)
        workspace.catalog.on_change(self._days.note_site)
        self._live = Live(workspace.clock, self._ledger)
        self._variety = Variety(settings.distinct_values)
        self._locks = workspace.find(DayLocks) or DayLocks()
        self._metrics = registry_of(workspace)
        self._ingest = Ingest(
            clock=workspace.clock,
            tick_seconds=settings.tick_seconds,
            acknowledged=outcome_total(self._metrics),
        )
        self._metrics.register(MemoryUsed(settings, self._ledger, self._gathering))
        workspace.offer(DayLocks, self._locks)
        workspace.offer(LiveFigures, self._live)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Return what the collector answers to."""
        workspace = self._workspace
        entrance = Entrance(
            ingest=self._ingest,
            clock=workspace.clock,
            settings=workspace.settings,
            site_for=workspace.catalog.site_for,
        )
        choice = Choice(
            ingest=self._ingest,
            clock=workspace.clock,
            settings=workspace.settings,
            site_for=workspace.catalog.site_for,
        )
        keyed = KeyedEntrance(
            ingest=self._ingest,
            clock=workspace.clock,
            settings=workspace.settings,
            site_for=workspace.catalog.site_for,
            site_with_key=workspace.catalog.site_with_key,
        )
        counting = [
            *Counter(entrance=entrance).routes,
            *Dialects(entrance=entrance, keyed=keyed).routes,
            *ServerEvents(entrance=keyed).routes,
        ]
        return [*counting, *choice.routes, *script_routes(workspace.settings.data_dir)]

    @asynccontextmanager
    async def lifetime(self, _app: web.Application) -> AsyncIterator[None]:
        """Take hits for the length of the block.

        What an earlier process left half done is finished before the first hit is taken.
        """
        workspace, settings = self._workspace, self._workspace.settings
        databases = await run_through(partial(Databases, settings))
        workspace.offer(Databases, databases)
        coarsener = Coarsener(databases, grounds=databases)
        await run_through(coarsener.prepare)
        pipeline = Pipeline(
            catalog_site_for=workspace.catalog.site_for,
            coarsener=coarsener,
            admit=partial(admit, checks=checks_by(settings, databases)),
            ledger=self._ledger,
            gathering=self._gathering,
            live=self._live,
            rate=Rate(settings.network_hits),
            variety=self._variety,
            closed=self._is_closed,
        )
        member = await run_through(partial(Membership.of, workspace))
        if member is not None:
            await run_through(partial(self._join, member))
        spool = Spool.open(
            settings.data_dir / "spool.db",
            randomness=workspace.randomness,
            clock=workspace.clock,
            settings=settings,
        )
        letting_go = LettingGo(workspace.catalog, pipeline, spool)
        others = None if member is None else self._among_others(member, letting_go, spool)
        try:
            if others is not None:
                await run_through(others.leave_out)
            async with self._emptying(spool, member), background(workspace):
                memory = Memory(self._ledger, self._gathering, self._variety, self._live)
                handed = await run_through(partial(self._take_over, memory))
                formed = await run_through(partial(formed_days, spool.outbox, workspace.store))
                self._ledger.withhold(formed.days)
                await run_through(partial(self._begin_days, formed.void, handed))
                if others is not None:
                    await run_through(others.reckon)
                self._ingest.open(pipeline, spool)
                workspace.offer(Spooling, spool)
                workspace.offer(Outbox, spool.outbox)
                workspace.offer(LettingGo, letting_go)
                workspace.offer(Delivering, Outstanding(self._ingest, self._ledger, spool))
                async with looping(
                    self._ingest.run(),
                    self._look_after(pipeline, coarsener, databases),
                    *(() if others is None else (others.belong(),)),
                ):
                    yield
                self._days.pass_on()
                if not await self._handed_over(memory):
                    now = workspace.clock.now()
                    await self._ingest.stop()
                    await run_through(partial(self._days.end, now))
        finally:
            await spool.close()

    def _join(self, member: Membership) -> None:
        """Take a place among the collectors on the store, and learn which days are closed."""
        member.join()
        self._metrics.register(NodesHeard(member, self._workspace.clock))
        closed = closed_days_of(self._workspace)
        if closed is not None:
            closed.read_again()

    def _among_others(self, member: Membership, letting_go: LettingGo, spool: Spool) -> AmongOthers:
        return AmongOthers(
            self._workspace,
            member,
            letting_go=letting_go,
            spool=spool,
            ingest=self._ingest,
            ledger=self._ledger,
            days=self._days,
            locks=self._locks,
        )

    @asynccontextmanager
    async def _emptying(self, spool: Spool, member: Membership | None) -> AsyncIterator[None]:
        """Bring what the spool holds into the store for the length of the block."""
        workspace, settings = self._workspace, self._workspace.settings
        writer = Writer(
            spool,
            workspace.store,
            self._locks,
            clock=workspace.clock,
            settings=settings,
            may_deliver=always if member is None else member.may_deliver,
        )
        compaction = Compaction(workspace.store, spool.outbox, self._locks, settings=settings)
        await compaction.recover()
        await writer.reconcile()
        metrics = SpoolMetrics(spool, writer)
        self._metrics.register(metrics)
        try:
            async with looping(writer.run(), compaction.run()):
                yield
                writer.stop()
        finally:
            self._metrics.unregister(metrics)

    async def _look_after(
        self, pipeline: Pipeline, coarsener: Coarsener, databases: Databases
    ) -> None:
        """Mark days, read new databases, and drop what is in memory of days and sites gone by."""
        while True:
            await asyncio.sleep(self._workspace.settings.tick_seconds)
            coarsener.expire(self._workspace.clock.now())
            pipeline.keep(site.host for site in self._workspace.catalog.sites())
            try:
                if await run_through(databases.refresh):
                    coarsener.forget()
                    await run_through(self._note_databases)
            except OboroError as error:
                log.error("%s", error)
            try:
                await run_through(self._days.note)
            except Exception as error:
                log.error("days could not be marked yet: %s", kind_and_place(error))

    def _note_databases(self) -> None:
        """Note on every site that places are told otherwise from now on."""
        now = self._workspace.clock.now()
        for site in self._workspace.catalog.sites():
            change = SiteChange(local_day(now, site.zone), DATABASES)
            self._workspace.catalog.note_changes(site.host, [change])

    def _is_closed(self, site: str, day: date) -> bool:
        # Looked up each time: the room that closes days begins after this one.
        closed = self._workspace.find(ClosedDays)
        return closed is not None and closed.is_closed(site, day)

    def _take_over(self, memory: Memory) -> Set[SiteDay] | None:
        """Fill *memory* with a predecessor's; return what it formed, None if there is none."""
        directory = self._workspace.settings.data_dir
        try:
            return taken_over(directory, lambda data: unpacked(data, memory))
        except (OboroError, OSError, EOFError) as error:
            log.error("what the last server knew was not handed over: %s", kind_and_place(error))
            return None

    async def _handed_over(self, memory: Memory) -> bool:
        """Leave *memory* to a successor; tell whether that could be done.

        Days are not marked, nor is the file taken away that says a collector runs: should no
        successor take the memory, the next start marks them as after a crash.
        """
        settings = self._workspace.settings
        if not settings.handover_seconds or not await self._ingest.pause():
            return False
        if await run_through(partial(self._left, memory)):
            return True
        self._ingest.resume()
        return False

    def _left(self, memory: Memory) -> bool:
        settings = self._workspace.settings
        data = packed(memory, self._forming.formed())
        return left_with_keeper(settings.data_dir, data, settings.handover_seconds)

    def _begin_days(self, void: set[SiteDay], handed: Set[SiteDay] | None) -> None:
        workspace = self._workspace
        sites, now = workspace.catalog.sites(), workspace.clock.now()
        recall(self._variety, workspace.store, sites, now)
        self._days.begin(void, handed)


@asynccontextmanager
async def looping(*loops: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run *loops* beside the block; at its end they are stopped, and waited for."""
    tasks = [asyncio.ensure_future(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def part(workspace: Workspace) -> Part:
    """Return the collector's part in a server."""
    running = Running(workspace)
    return Part(routes=running.routes(), lifetime=running.lifetime)
