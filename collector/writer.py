"""Empty the spool into the store: seal what is ripe, deliver what is sealed, forget what is there.

A store that fails costs no hit: batches stay sealed and are tried again, ever less often.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from collector.delivery import count_in, deliver, rows_to_insert
from collector.pace import Pace
from collector.spool import Spool
from collector.spooling.batches import Batch
from collector.spooling.blobs import DamagedBlob
from collector.threads import run_through
from oboro.clock import Clock
from oboro.day_locks import DayLocks
from oboro.errors import OboroError
from oboro.settings import Settings
from oboro.store import Store, StoreError

log = logging.getLogger("oboro.writer")

FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0
REFUSALS = 3
"""How often rows may be refused before they reach a store that answers; then it is for good."""


def always() -> bool:
    """Hold nothing back: nobody but this collector says what is delivered."""
    return True


class Writer:
    """The one who moves batches from the spool to the store."""

    def __init__(
        self,
        spool: Spool,
        store: Store,
        locks: DayLocks,
        *,
        clock: Clock,
        settings: Settings,
        may_deliver: Callable[[], bool] = always,
    ) -> None:
        self._spool = spool
        self._outbox = spool.outbox
        self._store = store
        self._locks = locks
        self._clock = clock
        self._pace = Pace(clock)
        self._may_deliver = may_deliver
        self._tick_seconds = settings.tick_seconds
        self._kept_seconds = settings.verified_minutes * 60.0
        self._verified: dict[bytes, tuple[Batch, float]] = {}
        self._refusals: dict[bytes, int] = {}
        self._delay = FIRST_DELAY
        self._retry_at = float("-inf")
        self._stopping = False
        self.repairs = 0
        """How often the store had lost or doubled a batch that was then put right."""

    async def reconcile(self) -> None:
        """Count what was verified before this start, and deliver again what the store lost.

        Comes after `Compaction.recover` and before anything else writes.
        """
        await run_through(self._count_verified)

    async def run(self) -> None:
        """Work at every tick until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._tick_seconds)

    async def step(self) -> None:
        """Seal, deliver and forget what is due now; failures are logged and tried again."""
        try:
            await self._spool.seal()
        except Exception as error:
            log.error("the spool could not be sealed: %s", _told(error))
        if self._clock.monotonic() < self._retry_at:
            return
        try:
            await run_through(self._empty)
        except Exception as error:
            self._retry_at = self._clock.monotonic() + self._delay
            log.error("batches wait %.0f s for the store: %s", self._delay, _told(error))
            self._delay = min(2 * self._delay, LONGEST_DELAY)
        else:
            self._delay = FIRST_DELAY

    def stop(self) -> None:
        """Begin no further batch; what is on its way is finished."""
        self._stopping = True
        self._pace.hurry()

    def _count_verified(self) -> None:
        for batch in self._outbox.batches("verified"):
            if count_in(self._store, batch) == batch.n:
                self._verified[batch.id] = (batch, self._clock.monotonic())
            else:
                log.warning("the store lost a verified batch of %s; it goes again", batch.table)
                self._outbox.doubt(batch)

    def _empty(self) -> None:
        if not self._may_deliver():
            return
        # A partition that may be replaced once more must not get rows that would then be gone.
        closed = set(self._outbox.replacements())
        self._pace.begin()
        for batch in self._pace.over(self._outbox.batches("sealed")):
            if self._stopping:
                return
            if (batch.table, batch.day) not in closed:
                with self._locks.holding(batch.day):
                    self._deliver(batch)
                if self._spool.is_tight():
                    self._forget()
        self._forget()

    def _deliver(self, batch: Batch) -> None:
        try:
            rows = rows_to_insert(batch, self._outbox.rows_of(batch), self._store.node, self._pace)
            repairs = deliver(batch, rows, self._store, self._outbox)
        except DamagedBlob as damage:
            self._set_aside(batch, str(damage))
        except StoreError as error:
            if error.code is not None or not self._refused_for_good(batch):
                raise
            self._set_aside(batch, str(error))
        else:
            self.repairs += repairs
            self._refusals.pop(batch.id, None)
            self._verified[batch.id] = (batch, self._clock.monotonic())

    def _refused_for_good(self, batch: Batch) -> bool:
        """Tell whether it is the rows that the store cannot take, and not the store that is ill."""
        count_in(self._store, batch)
        self._refusals[batch.id] = self._refusals.get(batch.id, 0) + 1
        return self._refusals[batch.id] >= REFUSALS

    def _set_aside(self, batch: Batch, reason: str) -> None:
        self._outbox.set_aside(batch, reason)
        self._refusals.pop(batch.id, None)
        log.error(
            "a batch of %d rows for %s of %s was set aside in the spool: %s",
            batch.n,
            batch.table,
            batch.day,
            reason,
        )

    def _forget(self) -> None:
        # What is verified was flushed to the store's disk; new hits need the room more.
        kept_seconds = 0.0 if self._spool.is_tight() else self._kept_seconds
        now = self._clock.monotonic()
        old = [batch for batch, since in self._verified.values() if now - since >= kept_seconds]
        self._outbox.forget(old)
        for batch in old:
            del self._verified[batch.id]


def _told(error: Exception) -> str:
    """Return the words of our own errors, and only the kind of others: they may hold a value."""
    return str(error) if isinstance(error, OboroError) else type(error).__name__
