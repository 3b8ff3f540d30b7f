"""Sum each day's rows by key and drop their batch numbers, so that nothing tells batches apart.

What this collector wrote of a day is a partition of its own: other collectors on the same store
go on writing meanwhile. It is summed into a partition of a staging table, the totals are compared,
and the day's partition is replaced. A kill at any step leaves the day as it was or as it will be:

- before the decision is noted in the spool, what is staged is dropped at the next start;
- after it, what is staged is whole, and `recover` replaces the partition once more.

Verified batches of the day leave the spool first: afterwards the store no longer knows them by
their number. That is safe, since inserts return after their parts were flushed to the disk.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import date

from collector.spooling.outbox import Outbox
from collector.spooling.tables import TABLES
from collector.threads import run_through
from oboro.day_locks import DayLocks
from oboro.errors import OboroError
from oboro.settings import Settings
from oboro.sql import load_sql
from oboro.store import Store

Drops = Mapping[str, tuple[int, int]]
"""For each site the last drop of its rows that was begun, and the last that was done."""

log = logging.getLogger("oboro.compaction")


class Compaction:
    """The job that takes the batch numbers off the rows."""

    def __init__(
        self, store: Store, outbox: Outbox, locks: DayLocks, *, settings: Settings
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._locks = locks
        self._seconds = settings.compaction_minutes * 60.0

    async def recover(self) -> None:
        """Finish or discard what a kill left half done; before anything writes to the store."""
        await run_through(self.recover_now)

    async def run(self) -> None:
        """Compact at once and then every interval, until cancelled; failures are tried again."""
        while True:
            try:
                await run_through(self.compact_now)
            except Exception as error:
                told = error if isinstance(error, OboroError) else type(error).__name__
                log.error("batch numbers stay until the next round: %s", told)
            await asyncio.sleep(self._seconds)

    def recover_now(self) -> None:
        """Replace again what was decided and not seen to end, and drop what else is staged.

        Replacing twice is replacing once. Until it is done nothing else writes to such a day.
        """
        for table, day in self._outbox.replacements():
            with self._locks.holding(day):
                self._replace(table, day)
        for table in TABLES:
            self._drop_staging(table)

    def compact_now(self) -> list[tuple[str, date]]:
        """Sum every day that holds batch numbers and has no batch on its way; return those."""
        self.recover_now()
        done = []
        for table in TABLES:
            for day in self._batched_days(table):
                with self._locks.holding(day):
                    # Looked at once more: the day may have been closed, and its rows dropped.
                    still = day in self._batched_days(table)
                    if still and self._outbox.release_day(table, day):
                        self._compact(table, day)
                        done.append((table, day))
        return done

    def _compact(self, table: str, day: date) -> None:
        self._drop_staging(table)
        before_sum = self._dropped(table, day)
        self._store.command(_sql(f"{table}.sum"), self._of(day))
        before, after = self._totals(table, table, day), self._totals(table, _staging(table), day)
        if before != after:
            raise OboroError(f"the sums of {table} of {day} differ from its rows; nothing was done")
        self._outbox.begin_replacement(table, day)
        self._replace(table, day, before_sum)
        self._drop_staging(table)

    def _replace(self, table: str, day: date, before_sum: Drops | None = None) -> None:
        """Put what is staged in the day's place; *before_sum* had been dropped when it was summed.

        After a kill nobody knows what that was, and all that was ever dropped of the day counts.
        """
        self._store.command(_sql(f"{table}.replace"), self._of(day))
        # Another process that drops rows says so first: what it dropped meanwhile has come back.
        back = come_back(before_sum, self._dropped(table, day))
        if back:
            self._store.command(
                _sql("drop_again"), {"table": table, "sites": back, **self._of(day)}
            )
        self._outbox.end_replacement(table, day)

    def _batched_days(self, table: str) -> list[date]:
        which = {"table": table, "node": self._store.node}
        return [row[0] for row in self._store.query(_sql("batched_days"), which)]

    def _totals(self, table: str, where: str, day: date) -> list[tuple[int, ...]]:
        return self._store.query(_sql(f"{table}.totals"), {"table": where, **self._of(day)})

    def _drop_staging(self, table: str) -> None:
        which = {"table": _staging(table), "node": self._store.node}
        for (day,) in self._store.query(_sql("staged_days"), which):
            self._store.command(_sql("drop_staged"), {**which, "day": day})

    def _dropped(self, table: str, day: date) -> Drops:
        """Return the last drops of the day's rows by other processes, by site."""
        rows = self._store.query(_sql("dropped"), {"table": table, "day": day})
        return {site: (begun, done) for site, begun, done in rows}

    def _of(self, day: date) -> dict[str, str | date]:
        return {"day": day, "node": self._store.node}


def come_back(before: Drops | None, after: Drops) -> list[str]:
    """Return the sites whose rows may be among sums that were taken between two looks.

    A drop that was done by the first look took the rows before they were summed.

    >>> come_back({"over.jp": (3, 3), "told.jp": (4, 0)}, {"over.jp": (3, 3), "told.jp": (4, 4)})
    ['told.jp']
    >>> come_back({}, {"new.jp": (5, 0)}), come_back(None, {"over.jp": (3, 3)})
    (['new.jp'], ['over.jp'])
    """
    if before is None:
        return sorted(after)
    return sorted(site for site, (begun, _) in after.items() if begun > before.get(site, (0, 0))[1])


def _staging(table: str) -> str:
    return f"compacting_{table}"


def _sql(name: str) -> str:
    return load_sql("collector.compacting", f"{name}.sql")
