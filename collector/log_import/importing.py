"""Import log files: read, begin, replay, stage, finish; only finished days leave this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from collector.log_import.day_sums import SummedDay
from collector.log_import.files import check_readable
from collector.log_import.line import LineReader
from collector.log_import.reading import PAGES_AT_ONCE, Reading
from collector.log_import.replay import Replay
from collector.log_import.sieve import Sieve, Tally
from collector.pipeline import Pipeline
from oboro.clock import Clock
from oboro.errors import OboroError, UsageError
from oboro.hosts import checked_host
from oboro.program import Runs
from oboro.rooms import Json, Progress
from oboro.sites import Site

OBJECTIONS_NOT_KNOWABLE = "objections not knowable"
"""The label of days whose log says nothing of opt-outs."""
ROWS_AT_ONCE = 20_000
"""Rows sent in one call; a day is never cut."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made of the lines, and of each day."""

    tally: Tally
    label: str
    days: list[tuple[date, int, int]] = field(default_factory=list)


def import_log(
    session: Runs,
    host: str,
    paths: list[Path],
    pipeline_for: Callable[[Site], Pipeline],
    *,
    clock: Clock,
    opt_out_fields: tuple[str, ...] = (),
    progress: Progress,
    at_once: int = PAGES_AT_ONCE,
) -> Imported:
    """Count the lines of *paths* for the site *host*; all of their days, or nothing."""
    size = check_readable(paths)
    site = _site(session, host)
    done = 0

    def so_far(lines: int, read: int) -> None:
        nonlocal done
        done += read
        progress("reading", lines, lines * size // max(done, 1))

    def new_sieve() -> Sieve:
        return Sieve(site, LineReader(opt_out_fields), now=int(clock.now().timestamp()))

    reading = Reading(paths, new_sieve, so_far, at_once=at_once)
    reading.read()
    label = "" if opt_out_fields else OBJECTIONS_NOT_KNOWABLE
    imported = Imported(reading.tally, label)
    if not reading.days:
        return imported
    id_ = session.run(
        "import.begin",
        {
            "site": site.host,
            "days": [day.isoformat() for day in reading.days],
            "label": label,
            "process": os.getpid(),
        },
    )["id"]
    try:
        staging = _Staging(session, id_, site.host, imported)
        replay = Replay(site, pipeline_for(site), reading.tally)
        replayed = 0
        for pages in reading.batches():
            for day in replay.take(pages):
                staging.add(day)
            replayed += len(pages)
            progress("counting", replayed, reading.pages)
        for day in replay.end():
            staging.add(day)
        staging.send()
    except BaseException:
        with suppress(OboroError):
            session.run("import.discard", {"id": id_})
        raise
    session.run("import.finish", {"id": id_}, progress)
    return imported


class _Staging:
    """Send days that are over, several at once."""

    def __init__(self, session: Runs, id_: str, site: str, imported: Imported) -> None:
        self._session, self._id, self._site, self._imported = session, id_, site, imported
        self._days: list[SummedDay] = []
        self._rows = 0

    def add(self, day: SummedDay) -> None:
        self._imported.days.append((day.day, day.views, day.visitors))
        self._days.append(day)
        self._rows += len(day.facts)
        if self._rows >= ROWS_AT_ONCE:
            self.send()

    def send(self) -> None:
        if self._days:
            self._session.run("import.stage", self._message())
        self._days, self._rows = [], 0

    def _message(self) -> Mapping[str, Json]:
        days: Iterable[Json] = (
            [summed.day.isoformat(), summed.facts, summed.outcomes] for summed in self._days
        )
        return {"id": self._id, "site": self._site, "days": list(days)}


def _site(session: Runs, host: str) -> Site:
    wanted = checked_host(host)
    for kept in session.run("site.list", {})["sites"]:
        if wanted in (kept["host"], *kept["aliases"]):
            return Site(
                host=kept["host"],
                zone=ZoneInfo(kept["timezone"]),
                aliases=tuple(kept["aliases"]),
                campaigns=tuple(kept["campaigns"]),
                events=tuple(kept["events"]),
                query_keys=tuple(kept["query_keys"]),
                section_depth=kept["section_depth"],
                demonstration=kept["demonstration"],
            )
    raise UsageError(f"{wanted} is not counted here; see: oboro site list")
