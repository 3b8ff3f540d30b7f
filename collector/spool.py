"""Take entries down for good: an answer waits here until its group is on the disk.

All of the queue's state lives on the event loop, so that a failed commit can undo what it must
before anything new is taken; the file is touched by one thread.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ParamSpec, TypeVar

from collector.pace import Pace
from collector.recent import Recent, RecentBySize, now
from collector.sealing import Ripening, folds_of, sealing_of
from collector.spooling.batches import Audit, Kept
from collector.spooling.entry import Entry, commits_of
from collector.spooling.file import SpoolFile
from collector.spooling.outbox import Outbox
from collector.spooling.trial import RETRY_SECONDS, Trial
from oboro.clock import Clock
from oboro.errors import OboroError
from oboro.randomness import Randomness
from oboro.settings import Settings

__all__ = ["Audit", "Entry", "Spool", "SpoolUnavailable", "spool_path"]

log = logging.getLogger("oboro.spool")

QUEUE = 20_000
"""Answers that may wait for the disk at once."""
P = ParamSpec("P")
Result = TypeVar("Result")


def spool_path(settings: Settings) -> Path:
    """Return where the spool lies."""
    return settings.data_dir / "spool.db"


class SpoolUnavailable(OboroError):
    """Nothing can be taken down now, and nothing of the entry was kept."""

    retry_after = RETRY_SECONDS


@dataclass(slots=True)
class _Waiting:
    """One answer that waits; *entry* is None for one that leaves nothing behind."""

    entry: Entry | None
    undo: Callable[[], None] | None
    done: asyncio.Future[None]


class Spool:
    """Acknowledged entries, from their commit until the store was seen to hold them."""

    def __init__(
        self, file: SpoolFile, *, randomness: Randomness, clock: Clock, settings: Settings
    ) -> None:
        self._file = file
        self._randomness = randomness
        self._clock = clock
        self._tick_seconds = settings.commit_milliseconds / 1000
        self._group = settings.commit_hits
        self._limit = settings.spool_megabytes * 1_000_000
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._ripening = Ripening(keys=settings.tick_keys, seconds=settings.tick_limit_seconds)
        self._sealing = asyncio.Lock()
        self._pace = Pace(clock)
        self._waiting: list[_Waiting] = []
        self._in_flight: list[_Waiting] = []
        self._busy = False
        self._due = False
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._trial = Trial(file.try_writing, self._thread)
        self._written = RecentBySize()
        self._summing = Recent()
        self.released_alone: float | None = None
        """When the last answer was let go (of `collector.recent.now`), if it was one by itself."""
        self.refused = 0
        """Entries that the disk did not take."""
        self.outbox = Outbox(file, self._thread)
        # When these came is not known any more; they count as new.
        self._ripening.add(file.sites(), 0, clock.monotonic())

    @classmethod
    def open(cls, path: Path, *, randomness: Randomness, clock: Clock, settings: Settings) -> Spool:
        """Open the spool at *path*; a damaged file is set aside, named in the log and counted."""
        file = SpoolFile.open(path, randomness)
        return cls(file, randomness=randomness, clock=clock, settings=settings)

    def has_room(self) -> bool:
        """Tell whether an entry given to `commit` now would be tried.

        Between asking and `commit` nothing may be awaited: then the answer is a reservation.
        """
        return (
            not self._closed
            and len(self._waiting) + len(self._in_flight) < QUEUE
            and self._file.used_bytes < self._limit
            and not self._trial.running
        )

    def is_tight(self) -> bool:
        """Tell whether more than half of the room on the disk is taken; from any thread."""
        return self._file.used_bytes > self._limit / 2

    async def commit(self, entry: Entry, undo: Callable[[], None] | None = None) -> None:
        """Return once *entry* is on the disk.

        Raises `SpoolUnavailable` when it is not and never will be; *undo* was called then, after
        those of entries that came later and before any that comes next.
        """
        if not self.has_room():
            if undo is not None:
                undo()
            raise _refusal()
        await self._enter(entry, undo)

    async def wait_for_commit(self) -> None:
        """Return when an entry given now would be on the disk; writes nothing at all."""
        if not self.has_room():
            raise _refusal()
        await self._enter(None, None)

    def waits_for(self, site: str, day: date) -> bool:
        """Tell whether an entry that tells of *day* of *site* waits for the disk."""
        return any(
            waiting.entry is not None and waiting.entry.tells_of(site, day)
            for waiting in (*self._in_flight, *self._waiting)
        )

    async def seal(self) -> None:
        """Make batches of the ripe sites' commits, and sum the others' site by site."""
        async with self._sealing:
            ripe = self._ripening.take_ripe(self._clock.monotonic())
            try:
                await self._seal(sorted(ripe), sorted(self._ripening.unripe - set(ripe)))
            except BaseException:
                self._ripening.put_back(ripe)
                raise

    def audit(self) -> Audit:
        """Return where every acknowledged page view is; a short look at the file."""
        return self._file.audit()

    def damaged_files(self) -> list[str]:
        """Return the names of spools that were set aside as a whole."""
        return self._file.damaged_files()

    async def wait_for_earlier(self) -> None:
        """Return once all that waits for the disk now is on it, or was undone."""
        earlier = [waiting.done for waiting in (*self._in_flight, *self._waiting)]
        if earlier:
            await asyncio.wait(earlier)

    async def settle(self) -> None:
        """Return once nothing waits for the disk: everything is on it, or was undone."""
        while self._waiting or self._in_flight:
            last = (self._waiting or self._in_flight)[-1].done
            self._tick()
            await asyncio.wait([last])

    async def close(self) -> None:
        """Take nothing more, bring what waits onto the disk, and close the file."""
        self._closed = True
        self._trial.end()
        self._pace.hurry()
        await self.settle()
        async with self._sealing:
            await self._run(self._file.close)
        self._thread.shutdown()

    async def _enter(self, entry: Entry | None, undo: Callable[[], None] | None) -> None:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(entry, undo, loop.create_future())
        self._waiting.append(waiting)
        if len(self._waiting) >= self._group:
            self._tick()
        elif self._timer is None:
            self._timer = loop.call_later(self._tick_seconds, self._tick)
        await waiting.done

    def _tick(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._due = True
        self._start()

    def _start(self) -> None:
        """Send off what waits, unless the group before is still on its way."""
        if self._busy or not self._due or not self._waiting:
            return
        self._busy, self._due = True, False
        self._in_flight, self._waiting = self._waiting, []
        loop = asyncio.get_running_loop()
        entries = [waiting.entry for waiting in self._in_flight if waiting.entry is not None]
        if entries:
            objecting = len(self._in_flight) - len(entries)
            future = loop.run_in_executor(self._thread, self._write, entries, objecting)
            future.add_done_callback(lambda written: self._landed(entries, written))
        else:
            # Nobody in this group leaves anything: it takes as long as one that did, in the same
            # thread, for a timer of the loop counts in whole milliseconds, which can be told.
            future = loop.run_in_executor(self._thread, self._written.rest, len(self._in_flight))
            future.add_done_callback(lambda _rested: self._release())

    def _write(self, entries: Sequence[Entry], objecting: int) -> None:
        began = self._clock.monotonic()
        commits = commits_of(entries)
        self._summing.note((self._clock.monotonic() - began) / len(entries))
        for _ in range(objecting):
            # Of two groups of as many answers, the one with fewer hits would be there sooner.
            self._summing.spin()
        self._file.add(commits)
        self._written.note(len(entries) + objecting, self._clock.monotonic() - began)

    def _landed(self, entries: Sequence[Entry], written: asyncio.Future[None]) -> None:
        error = None if written.cancelled() else written.exception()
        if written.cancelled() or error is not None:
            self._fail(error)
            return
        # First: what follows comes before the answers all the same, and so is measured with them.
        self._release()
        landed = self._clock.monotonic()
        keys: Counter[str] = Counter()
        for entry in entries:
            for site in entry.sites:
                keys[site] += entry.keys
        for site, gathered in keys.items():
            self._ripening.add((site,), gathered, landed)

    def _release(self) -> None:
        landed, self._in_flight, self._busy = self._in_flight, [], False
        self.released_alone = now() if len(landed) == 1 else None
        for waiting in landed:
            if not waiting.done.done():
                waiting.done.set_result(None)
        self._start()

    def _fail(self, error: BaseException | None) -> None:
        """Refuse the group that failed and all that waits, the latest undone first."""
        failed = self._in_flight + self._waiting
        self._in_flight, self._waiting, self._busy, self._due = [], [], False, False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._trial.begin()
        # Answers that leave nothing are not counted here either.
        entries = sum(waiting.entry is not None for waiting in failed)
        self.refused += entries
        # Of other errors only the kind is told: their words could repeat a value.
        told = str(error) if isinstance(error, sqlite3.Error) else type(error).__name__
        log.error("%d entries could not be taken down: %s", entries, told)
        for waiting in reversed(failed):
            if waiting.undo is not None:
                _undone(waiting.undo)
        for waiting in failed:
            if not waiting.done.done():
                waiting.done.set_exception(_refusal())

    async def _seal(self, ripe: list[str], unripe: list[str]) -> None:
        self._pace.begin()
        kept = await asyncio.to_thread(self._file.commits_of, [*ripe, *unripe])
        # In small steps, each of which leaves every row in one place. What is committed in between
        # stays for the next tick, which counts its keys.
        steps, folded = folds_of(kept)
        for several in steps:
            folded += await self._replace([], several)
        whole = set(ripe)
        await self._replace(
            [each for each in folded if each.site in whole],
            [each for each in folded if each.site not in whole],
        )
        if kept:
            await self._run(self._file.tidy)

    async def _replace(self, ripe: list[Kept], unripe: list[Kept]) -> list[Kept]:
        """Take one step of sealing; return what stands for the *unripe* commits that changed."""
        sealing = await asyncio.to_thread(sealing_of, ripe, unripe, self._randomness, self._pace)
        if sealing.damaged:
            log.error("%d commits are damaged and were set aside", len(sealing.damaged))
        if not sealing.gone and not sealing.damaged:
            return []
        return await self._run(self._file.seal, *sealing)

    async def _run(self, step: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """Run *step* on the file's own thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: step(*args, **kwargs))


def _undone(undo: Callable[[], None]) -> None:
    try:
        undo()
    except Exception as error:
        log.error("a hit that was not kept could not be undone: %s", type(error).__name__)


def _refusal() -> SpoolUnavailable:
    return SpoolUnavailable(
        "hits cannot be taken down now; the log says why, and `oboro doctor` how much room is left"
    )
