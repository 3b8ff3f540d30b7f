"""Take hits in: a slot in the spool first, then the pipeline, then the commit, then the answer."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date

from collector.arrival import Arrival
from collector.changes import Changes
from collector.pipeline import Pipeline
from collector.recent import Recent, now
from collector.spool import Entry, Spool, SpoolUnavailable
from collector.spooling.entry import joined
from collector.taken import Taken
from oboro.clock import Clock
from oboro.journal import kind_and_place
from oboro.outcomes import Outcome, OutcomeCount

log = logging.getLogger("oboro.ingest")

_CLOSED = "hits are taken while the server runs; it is starting or stopping"


class Ingest:
    """What stands behind the routes; it takes hits from `open` until `stop`."""

    def __init__(
        self, *, clock: Clock, tick_seconds: float, acknowledged: Callable[[str], None]
    ) -> None:
        self._clock = clock
        self._tick_seconds = tick_seconds
        self._acknowledged = acknowledged
        self._pipeline: Pipeline | None = None
        self._spool: Spool | None = None
        self._taking = Recent()
        self._answering = Recent()
        self._unread: Counter[tuple[date, Outcome]] = Counter()
        self._paused: tuple[Pipeline, Spool] | None = None

    def open(self, pipeline: Pipeline, spool: Spool) -> None:
        """Begin to take hits."""
        self._pipeline, self._spool = pipeline, spool

    async def take(self, arrival: Arrival, began: float | None = None) -> Outcome:
        """Return the outcome of *arrival* once it is durable, or raise `SpoolUnavailable`.

        *began* is when its reading began (monotonic seconds): who objects takes as long.
        """
        pipeline, spool = self._parts()
        # Nothing is awaited between here and the commit: the answer holds a place.
        if not spool.has_room():
            raise SpoolUnavailable(_CLOSED)
        began = self._clock.monotonic() if began is None else began
        taken = pipeline.take(arrival)
        entry = entry_of(taken)
        self._taking.note(self._clock.monotonic() - began)
        await spool.commit(entry, taken.undo)
        self._acknowledged(taken.outcome)
        if spool.released_alone is not None:
            self._answering.note(now() - spool.released_alone)
        return Outcome(taken.outcome)

    async def take_all(
        self, arrivals: Sequence[Arrival], began: float | None = None
    ) -> list[Outcome]:
        """Return the outcomes of *arrivals*, in their order, once all of them are durable.

        They are kept together or not at all: raises `SpoolUnavailable` when none was kept. *began*
        is as in `take`.
        """
        if len(arrivals) == 1:
            return [await self.take(arrivals[0], began)]
        pipeline, spool = self._parts()
        if not arrivals:
            await spool.wait_for_commit()
            return []
        if not spool.has_room():
            raise SpoolUnavailable(_CLOSED)
        taken: list[Taken] = []

        def undo() -> None:
            for each in reversed(taken):
                each.undo()

        try:
            for arrival in arrivals:
                taken.append(pipeline.take(arrival))
        except BaseException:
            undo()
            raise
        await spool.commit(joined([entry_of(each) for each in taken]), undo)
        for each in taken:
            self._acknowledged(each.outcome)
        return [Outcome(each.outcome) for each in taken]

    async def wait_for_commit(self) -> None:
        """Wait as `take` does, and refuse as it does, leaving nothing behind."""
        _, spool = self._parts()
        if spool.has_room():
            # The loop is kept as long as by reading and taking a hit: others would notice too.
            self._taking.spin()
        await spool.wait_for_commit()
        if spool.released_alone is not None:
            # Of several that are answered at once, each takes as long as those before it anyway.
            self._answering.spin(spool.released_alone)

    def refuse(self, outcome: Outcome) -> None:
        """Tally a request that never became an arrival; it is kept with the next tick."""
        self._unread[self._clock.now().astimezone(UTC).date(), outcome] += 1
        self._acknowledged(outcome)

    def forget(self, arrival: Arrival) -> None:
        """Drop what is pending of the visitor of *arrival* on every site."""
        if self._pipeline is not None:
            self._pipeline.forget(arrival)

    async def run(self) -> None:
        """Tick until cancelled; failures are logged and tried again."""
        while True:
            await asyncio.sleep(self._tick_seconds)
            try:
                await self.tick()
            except SpoolUnavailable:
                continue
            except Exception as error:
                log.error("visits could not be ended: %s", kind_and_place(error))

    async def tick(self) -> None:
        """Keep the exits of visits that are over, and the tallies of unreadable requests."""
        pipeline, spool = self._parts()
        if not spool.has_room():
            return
        changes = Changes()
        facts = pipeline.expire(self._clock.now(), changes)
        unread, self._unread = self._unread, Counter()

        def undo() -> None:
            changes.undo()
            self._unread += unread

        await self._keep(Entry(facts, _tallies(unread)), undo)

    async def end_day(self, site: str, day: date) -> None:
        """Keep the exits of all visits of *day* of *site*, or raise `SpoolUnavailable`."""
        if self._pipeline is None:
            # Either nothing was taken yet, or the stop has ended them.
            return
        changes = Changes()
        exits = self._pipeline.end_day(site, day, changes)
        await self._keep(Entry(exits, ()), changes.undo)

    async def stop(self) -> None:
        """End every visit, keep the exits, and take nothing more."""
        if self._pipeline is None:
            return
        entry = Entry(self._pipeline.stop(self._clock.now()), _tallies(self._unread))
        self._pipeline, spool = None, self._spool
        self._unread = Counter()
        try:
            if spool is not None and (entry.facts or entry.outcomes):
                await spool.commit(entry)
        except SpoolUnavailable:
            log.error("the visits of the moment have no exits: the spool does not take them")
        self._spool = None

    async def pause(self) -> bool:
        """Take nothing more, but leave visits open; tell whether all that was taken is durable.

        What could not be kept is undone, so the ledger holds what was acknowledged and no more.
        """
        pipeline, spool = self._pipeline, self._spool
        if pipeline is None or spool is None:
            return False
        self._pipeline = None
        await spool.settle()
        changes = Changes()
        facts = pipeline.expire(self._clock.now(), changes)
        unread, self._unread = self._unread, Counter()
        entry = Entry(facts, _tallies(unread))
        try:
            if entry.facts or entry.outcomes:
                await spool.commit(entry, changes.undo)
        except SpoolUnavailable:
            self._pipeline, self._unread = pipeline, self._unread + unread
            return False
        self._spool, self._paused = None, (pipeline, spool)
        return True

    def resume(self) -> None:
        """Go on after `pause`, so that `stop` can end what is open."""
        if self._paused is not None:
            self._pipeline, self._spool = self._paused

    async def _keep(self, entry: Entry, undo: Callable[[], None]) -> None:
        _, spool = self._parts()
        if entry.facts or entry.outcomes:
            await spool.commit(entry, undo)

    def _parts(self) -> tuple[Pipeline, Spool]:
        if self._pipeline is None or self._spool is None:
            raise SpoolUnavailable(_CLOSED)
        return self._pipeline, self._spool


def entry_of(taken: Taken) -> Entry:
    """Return what is kept of *taken*."""
    tally = OutcomeCount(taken.site, taken.day, taken.outcome, 1)
    hits = () if taken.hit is None else (taken.hit,)
    return Entry(taken.more, (tally,), taken.keys, taken.contributions, hits)


def _tallies(unread: Counter[tuple[date, Outcome]]) -> list[OutcomeCount]:
    return [OutcomeCount("", day, outcome, n) for (day, outcome), n in unread.items()]
