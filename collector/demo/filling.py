"""Fill the demonstration in the background: the newest days first, and never a day twice."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from collector.day_marks import PARTIAL
from collector.demo.calendar import has_restart
from collector.demo.making import Making, worker_process
from collector.demo.titles import TITLES
from collector.demo.town import LABEL, PLACES, Place
from collector.demo.worker import Order
from collector.log_import import staging
from collector.log_import.day_sums import SummedDay
from collector.log_import.distinct import distinct_from
from collector.log_import.imports import IMPORTED, Imports
from collector.page_names import page_name
from collector.threads import run_through
from oboro.clock import local_day
from oboro.contributions import Contribution
from oboro.errors import OboroError
from oboro.facts import Fact
from oboro.journal import log_unexpected
from oboro.operations import quiet
from oboro.outcomes import OutcomeCount
from oboro.policy import KeySet
from oboro.rooms import Progress
from oboro.workspace import Workspace

log = logging.getLogger("oboro.demo")

SEED = 20260101
MONTHS = 13
_FIRST_VISITS = 20_000
_VISITS = 45_000
"""Visits of a chunk: of the newest one, and of the others."""
_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Chunk:
    """Days of one site that are made and moved in together."""

    place: Place
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """The days, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


class Filling:
    """The demonstration of one server; offered as what tells how far an import is."""

    def __init__(
        self,
        workspace: Workspace,
        places: Sequence[Place] = PLACES,
        *,
        months: int = MONTHS,
        worker: Callable[[], AbstractAsyncContextManager[Making]] = worker_process,
    ) -> None:
        self._workspace = workspace
        self._places = places
        self._months = months
        self._worker = worker
        self._task: asyncio.Task[None] | None = None
        self._done = 0
        self._of = 0

    def progress(self) -> dict[str, Any] | None:
        """Return ``{"what", "done", "of"}`` in days, or nothing when all is there."""
        if self._task is None or self._task.done():
            return None
        return {"what": "demo", "done": self._done, "of": self._of}

    def start(self) -> None:
        """Fill in the background what is missing, unless that is under way already."""
        if self._task is None or self._task.done():
            self._done = self._of = 0
            self._task = asyncio.create_task(self._fill())

    async def wait(self, progress: Progress) -> None:
        """Return when nothing is missing any more; raises what stopped the filling."""
        while self._task is not None and not self._task.done():
            progress("filling the demonstration", self._done, self._of)
            await asyncio.wait([self._task], timeout=0.2)
        if self._task is not None:
            self._task.result()

    async def stop(self) -> None:
        """Stop; what was not moved in yet is made again at the next start."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _fill(self) -> None:
        try:
            chunks = await run_through(self._missing)
            self._of = sum(len(chunk.days) for chunk in chunks)
            queue = iter(chunks)
            async with asyncio.TaskGroup() as group:
                for _ in chunks[:_WORKERS]:
                    group.create_task(self._make(queue))
        except* OboroError as errors:
            log.error("the demonstration is not full: %s", errors.exceptions[0])
            raise errors.exceptions[0] from None
        except* Exception as errors:
            log_unexpected("filling the demonstration", errors.exceptions[0])
            raise OboroError("the demonstration is not full; the log says where") from None

    def _missing(self) -> list[Chunk]:
        """Declare the sites where they are not, and return the days without anything."""
        at = self._workspace.clock.now()
        Imports.of(self._workspace).recover(quiet)
        chunks = []
        for place in self._places:
            host = place.site.host
            if self._workspace.catalog.site_for(host) is None:
                self._workspace.catalog.add_site(place.site, [listed_pages(place)])
                self._workspace.catalog.set_page_titles(host, TITLES.get(host, {}))
            yesterday = local_day(at, place.site.zone) - timedelta(days=1)
            first = months_before(yesterday, self._months)
            days = Chunk(place, first, yesterday).days
            kept = set(staging.kept_days(self._workspace.store, host, days))
            chunks += chunks_of(place, [day for day in days if day not in kept])
        return sorted(chunks, key=lambda chunk: chunk.last, reverse=True)

    async def _make(self, queue: Iterator[Chunk]) -> None:
        async with self._worker() as making:
            for chunk in queue:
                # As the catalog has it: its operator may have decided about publications.
                site = self._workspace.catalog.site_for(chunk.place.site.host) or chunk.place.site
                distinct = distinct_from(site, chunk.days)
                settings = self._workspace.settings
                order = Order.of(chunk.place, chunk.first, chunk.last, SEED, settings, distinct)
                days: list[SummedDay] = []
                async for day in making(order):
                    days.append(day)
                    self._done += 1
                await run_through(partial(self._move_in, chunk, days))

    def _move_in(self, chunk: Chunk, days: Sequence[SummedDay]) -> None:
        imports = Imports.of(self._workspace)
        states = {day: PARTIAL if has_restart(day) else IMPORTED for day in chunk.days}
        host = chunk.place.site.host
        id_ = imports.begin({host: states}, LABEL, os.getpid())
        try:
            facts = [Fact(host, day.day, *values) for day in days for values in day.facts]
            outcomes = [
                OutcomeCount(host, day.day, *values) for day in days for values in day.outcomes
            ]
            contributions = [
                Contribution(host, day.day, *values) for day in days for values in day.contributions
            ]
            imports.stage(id_, facts, outcomes, contributions)
            imports.finish(id_, {}, quiet)
        except BaseException:
            imports.discard(id_)
            raise


def chunks_of(place: Place, days: Sequence[date]) -> list[Chunk]:
    """Cut *days* into stretches without gaps: a short newest one, to be seen soon, then longer."""
    chunks: list[Chunk] = []
    for day in sorted(days, reverse=True):
        if chunks and _goes_on(chunks[-1], day, _FIRST_VISITS if len(chunks) == 1 else _VISITS):
            chunks[-1] = Chunk(place, day, chunks[-1].last)
        else:
            chunks.append(Chunk(place, day, day))
    return chunks


def _goes_on(chunk: Chunk, day: date, visits: int) -> bool:
    follows = day == chunk.first - timedelta(days=1)
    return follows and len(chunk.days) * chunk.place.visits < visits


def months_before(day: date, months: int) -> date:
    """Return the first day of the stretch of *months* that ends with *day*.

    >>> months_before(date(2026, 3, 31), 1)
    datetime.date(2026, 3, 1)
    """
    after = day + timedelta(days=1)
    number = after.year * 12 + after.month - 1 - months
    return date(number // 12, number % 12 + 1, min(after.day, 28))


def filling_of(workspace: Workspace) -> Filling:
    """Return the one filling of *workspace*."""
    filling = workspace.find(Filling)
    if filling is None:
        filling = Filling(workspace)
        workspace.offer(Filling, filling)
    return filling


def listed_pages(place: Place) -> KeySet:
    """Return the pages of a made-up site as its operator would list them for publication."""
    names = {page_name(page, frozenset({place.site.host}), ()) for page in place.pages}
    return KeySet(table="pages", keys=tuple(sorted(name for name in names if name)))
