"""Build entries, spools and writers; and a store that forgets, doubles or refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from collector.compaction import Compaction
from collector.spool import Entry, Spool
from collector.writer import Writer
from oboro.clock import ManualClock
from oboro.day_locks import DayLocks
from oboro.facts import Fact
from oboro.outcomes import OutcomeCount
from oboro.randomness import SystemRandomness
from oboro.settings import Settings
from oboro.store import Store
from tests.support.workspace import NOON

DAY = date(2026, 3, 4)


def an_entry(page: str = "/", *, site: str = "example.jp", day: date = DAY, keys: int = 1) -> Entry:
    """Return what one page view leaves: a total, its page and its outcome."""
    return Entry(
        [
            Fact(site, day, "total", "", "", 1, 1, 1, 0),
            Fact(site, day, "page", page, "", 1, 1, 1, 0),
        ],
        [OutcomeCount(site, day, "counted", 1)],
        keys,
    )


def a_spool(directory: Path, *, clock: ManualClock | None = None, **changed: Any) -> Spool:
    """Open the spool of *directory*; sites are ripe with their first key unless told otherwise."""
    settings = Settings(data_dir=directory, **{"tick_keys": 1, "commit_milliseconds": 1, **changed})
    return Spool.open(
        directory / "spool.db",
        randomness=SystemRandomness(),
        clock=clock or ManualClock(NOON),
        settings=settings,
    )


@dataclass(slots=True)
class Emptying:
    """A spool with those who empty it, on a clock that the test moves."""

    spool: Spool
    writer: Writer
    compaction: Compaction
    clock: ManualClock
    locks: DayLocks

    async def start(self) -> None:
        """Do what a start does before the first hit is taken."""
        await self.compaction.recover()
        await self.writer.reconcile()


def emptying(directory: Path, store: Store, **changed: Any) -> Emptying:
    """Open the spool of *directory* and set up its writer and compaction on *store*."""
    clock = ManualClock(NOON)
    settings = Settings(data_dir=directory)
    spool = a_spool(directory, clock=clock, **changed)
    locks = DayLocks()
    return Emptying(
        spool,
        Writer(spool, store, locks, clock=clock, settings=settings),
        Compaction(store, spool.outbox, locks, settings=settings),
        clock,
        locks,
    )


async def commit_all(spool: Spool, entries: Sequence[Entry]) -> None:
    """Commit *entries* at once."""
    await asyncio.gather(*(spool.commit(entry) for entry in entries))


class Meddled(Store):
    """The real store behind a hook that is asked before each insert."""

    def __init__(self, real: Store, before: Callable[[], None]) -> None:
        self._real = real
        self._before = before

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._real.query(sql, parameters)

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        self._real.command(sql, parameters)

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        token: str | None = None,
    ) -> None:
        self._before()
        self._real.insert(table, columns, rows, token)


class Swallowing(Meddled):
    """Takes the token of the first inserts and loses their rows, as a kill can make the engine."""

    def __init__(self, real: Store, times: int = 1) -> None:
        super().__init__(real, lambda: None)
        self._times = times

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        token: str | None = None,
    ) -> None:
        super().insert(table, columns, rows, token)
        if self._times:
            self._times -= 1
            self.command(
                "ALTER TABLE {table:Identifier} DELETE WHERE batch = unhex({batch:String}) "
                "SETTINGS mutations_sync = 2",
                {"table": table, "batch": rows[0][-1].hex()},
            )


class Repeating(Meddled):
    """Writes the first inserts twice, as a token lost in a power cut can make the engine."""

    def __init__(self, real: Store, times: int = 1) -> None:
        super().__init__(real, lambda: None)
        self._times = times

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        token: str | None = None,
    ) -> None:
        super().insert(table, columns, rows, token)
        if self._times:
            self._times -= 1
            super().insert(table, columns, rows, f"{token} again")


def pages_in(store: Store) -> dict[str, int]:
    """Return the views of each page as the store adds them up."""
    rows = store.query(
        "SELECT value, sum(views) FROM coarse_events WHERE topic = 'page' GROUP BY value"
    )
    return {str(page): int(views) for page, views in rows}
