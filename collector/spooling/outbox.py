"""What those who empty the spool may do with it, from their own threads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import ParamSpec, TypeVar

from collector.spooling.batches import Audit, Batch
from collector.spooling.file import SpoolFile

P = ParamSpec("P")
Result = TypeVar("Result")


class Outbox:
    """The batches of a spool; each call returns once its step is on the disk.

    Calls wait for the spool's one thread, so they never come from the event loop's.
    """

    def __init__(self, file: SpoolFile, thread: ThreadPoolExecutor) -> None:
        self._file = file
        self._thread = thread

    def batches(self, state: str) -> list[Batch]:
        """Return the batches that are ``sealed`` or ``verified``, without their rows."""
        return self._step(self._file.batches, state)

    def rows_of(self, batch: Batch) -> bytes:
        """Return the rows of *batch* as they were sealed."""
        return self._step(self._file.rows_of, batch)

    def next_generation(self, batch: Batch) -> Batch:
        """Return *batch* with a new token."""
        return self._step(self._file.next_generation, batch)

    def verify(self, batch: Batch) -> None:
        """Note that the store was seen to hold *batch* once."""
        self._step(self._file.verify, batch)

    def doubt(self, batch: Batch) -> None:
        """Note that the store lost *batch*, which has to be delivered again."""
        self._step(self._file.doubt, batch)

    def forget(self, batches: Sequence[Batch]) -> None:
        """Remove verified *batches*."""
        self._step(self._file.forget, batches)

    def set_aside(self, batch: Batch, reason: str) -> None:
        """Keep *batch*, which the store can never take, where a person finds it."""
        self._step(self._file.set_aside, batch, reason)

    def release_day(self, table: str, day: date) -> bool:
        """Remove the verified batches of *day*; False, changing nothing, if one is unverified.

        Whoever changes rows that are already in the store calls this first, with the day's
        lock held: a start counts the verified batches, and delivers again what it misses.
        """
        return self._step(self._file.release_day, table, day)

    def release(self, day: date) -> bool:
        """Do as `release_day` does, for all tables at once."""
        return self._step(self._file.release, day)

    def site_days(self, table: str) -> set[tuple[str, date, str]]:
        """Return the site, day and first label of all rows of *table*."""
        return self._step(self._file.site_days, table)

    def holds_day(self, site: str, day: date) -> bool:
        """Tell whether anything of *day* of *site* may be kept that the store has not."""
        return self._step(self._file.holds_day, site, day)

    def holds(self, site: str) -> bool:
        """Tell whether anything of *site* is kept that the store was not seen to hold."""
        return self._step(self._file.holds, site)

    def erase(self, sites: Collection[str]) -> None:
        """Remove all that is kept of *sites*; before their rows are deleted from the store."""
        self._step(self._file.erase, sites)

    def all_site_days(self) -> set[tuple[str, date]]:
        """Return every site and day of which anything lies here, verified or not.

        It reads all there is, so it keeps no hit waiting: the spool's thread does other work.
        """
        return self._file.all_site_days()

    def refuse(self, closed: Collection[tuple[str, date]]) -> None:
        """Take out what came too late for the days *closed*, and count its hits as late."""
        self._step(self._file.refuse, closed)

    def replacements(self) -> list[tuple[str, date]]:
        """Return the tables and days whose replacement was decided and not seen to end."""
        return self._step(self._file.replacements)

    def begin_replacement(self, table: str, day: date) -> None:
        """Note that the partition of *day* is about to be replaced."""
        self._step(self._file.begin_replacement, table, day)

    def end_replacement(self, table: str, day: date) -> None:
        """Note that the partition of *day* was replaced."""
        self._step(self._file.end_replacement, table, day)

    def audit(self) -> Audit:
        """Return where every acknowledged page view is."""
        return self._file.audit()

    def _step(self, step: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        return self._thread.submit(step, *args, **kwargs).result()
