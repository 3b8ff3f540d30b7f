"""Import log files: read, begin, replay, stage, finish; only finished days leave this process."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from collector.log_import.day_sums import SummedDay
from collector.log_import.distinct import Steps, with_distinct
from collector.log_import.files import check_readable
from collector.log_import.line import LineReader
from collector.log_import.pipelines import Counting
from collector.log_import.reading import PAGES_AT_ONCE, Reading
from collector.log_import.replay import Replay
from collector.log_import.sieve import Sieve, Tally
from oboro.clock import Clock
from oboro.commands.site import document_of, site_of
from oboro.errors import OboroError
from oboro.funnels import funnel_of
from oboro.goals import goal_of
from oboro.operations import quiet
from oboro.program import Runs
from oboro.rooms import Progress
from oboro.sites import Site

OBJECTIONS_NOT_KNOWABLE = "objections not knowable"
"""The label of days whose log says nothing of opt-outs."""
ROWS_AT_ONCE = 20_000
"""Rows sent in one call, about; a day is never cut."""


@dataclass(slots=True)
class Imported:
    """What an import made of the lines, and the views and visitor-days of each day."""

    tally: Tally
    label: str
    days: list[tuple[date, int, int]] = field(default_factory=list)
    seconds: float = 0.0
    """Spent on reading and counting; opening the store and moving days in come on top."""


class Import:
    """The log of one site on its way into the store, through *session*."""

    def __init__(
        self,
        session: Runs,
        host: str,
        counting_for: Callable[[Site], Counting],
        *,
        clock: Clock,
        opt_out_fields: tuple[str, ...] = (),
        progress: Progress = quiet,
        at_once: int = PAGES_AT_ONCE,
    ) -> None:
        self._session = session
        self._site = _site(session, host)
        self._counting_for = counting_for
        self._clock = clock
        self._fields = opt_out_fields
        self._progress = progress
        self._at_once = at_once

    def run(self, paths: Sequence[Path]) -> Imported:
        """Count the lines of *paths*: all of their days, or nothing."""
        begun = self._clock.monotonic()
        reading = self._read(paths)
        label = "" if self._fields else OBJECTIONS_NOT_KNOWABLE
        imported = Imported(reading.tally, label)
        if reading.days:
            id_, steps = self._begin(reading.days, label)
            try:
                counting = self._counting_for(with_distinct(self._site, steps))
                self._count(reading, id_, imported, counting)
            except BaseException:
                with suppress(OboroError):
                    self._session.run("import.discard", {"id": id_})
                raise
            imported.seconds = self._clock.monotonic() - begun
            marks = {day.isoformat(): state for day, state in counting.marks().items()}
            self._session.run("import.finish", {"id": id_, "marks": marks}, self._progress)
        return imported

    def _read(self, paths: Sequence[Path]) -> Reading:
        size = check_readable(paths)
        done = 0

        def so_far(lines: int, read: int) -> None:
            nonlocal done
            done += read
            # How many lines there will be is guessed from those that were read.
            self._progress("reading", lines, lines * size // max(done, 1))

        now = int(self._clock.now().timestamp())
        reading = Reading(
            paths,
            lambda: Sieve(self._site, LineReader(self._fields), now=now),
            so_far,
            at_once=self._at_once,
        )
        reading.read()
        return reading

    def _begin(self, days: Sequence[date], label: str) -> tuple[str, Steps]:
        answer = self._session.run(
            "import.begin",
            {
                "site": self._site.host,
                "days": [day.isoformat() for day in days],
                "label": label,
                "process": os.getpid(),
            },
        )
        steps = tuple((date.fromisoformat(day), distinct) for day, distinct in answer["distinct"])
        return str(answer["id"]), steps

    def _count(self, reading: Reading, id_: str, imported: Imported, counting: Counting) -> None:
        replay = Replay(
            self._site,
            counting.pipeline,
            reading.tally,
            distinct_values=counting.distinct_values,
        )
        waiting: list[SummedDay] = []
        for pages in reading.batches():
            for day in replay.take(pages):
                waiting.append(day)
                if sum(len(day.facts) for day in waiting) >= ROWS_AT_ONCE:
                    self._stage(id_, waiting, imported)
                    waiting = []
                self._progress("counting", replay.replayed, reading.pages)
        self._stage(id_, [*waiting, *replay.end()], imported)

    def _stage(self, id_: str, days: Sequence[SummedDay], imported: Imported) -> None:
        imported.days += [(day.day, day.views, day.visitors) for day in days]
        self._session.run(
            "import.stage",
            {
                "id": id_,
                "site": self._site.host,
                "days": [
                    [day.day.isoformat(), day.facts, day.outcomes, day.contributions]
                    for day in days
                ],
            },
        )


def _site(session: Runs, host: str) -> Site:
    """Return the site as whoever owns the data directory knows it, with what it defined ever."""
    site = site_of(document_of(session, host))
    goals = session.run("goal.list", {"host": site.host})["goals"]
    funnels = session.run("funnel.list", {"host": site.host})["funnels"]
    return dataclasses.replace(
        site, goals=tuple(map(goal_of, goals)), funnels=tuple(map(funnel_of, funnels))
    )
