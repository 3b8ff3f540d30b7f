"""Begin, stage, finish and discard imports in the process that owns the store."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from collector.log_import import staging
from collector.log_import.journal import (
    MOVED,
    MOVING,
    STAGING,
    Entry,
    Journal,
    SiteDay,
    days_by_site,
)
from collector.log_import.waiting import waiting_days
from oboro.clock import local_day
from oboro.contributions import Contribution
from oboro.day_locks import DayLocks
from oboro.errors import Conflict, OboroError, UsageError
from oboro.facts import Fact
from oboro.outcomes import OutcomeCount
from oboro.rooms import Progress
from oboro.workspace import Workspace

log = logging.getLogger("oboro.import")

IMPORTED = "imported"
_NAMED_DAYS = 8


class Imports:
    """The imports of one process; synchronous, and safe to call from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store
        self._journal = Journal(workspace.catalog.engine)
        self._locks = workspace.find(DayLocks) or DayLocks()
        self._own: set[str] = set()
        self._lock = threading.Lock()

    @classmethod
    def of(cls, workspace: Workspace) -> Imports:
        """Return the one object of *workspace*."""
        imports = workspace.find(cls)
        if imports is None:
            imports = cls(workspace)
            workspace.offer(cls, imports)
        return imports

    def recover(self, progress: Progress) -> None:
        """Discard imports whose process died while it read, and finish those that were moving."""
        with self._lock:
            known = set()
            for entry in self._journal.entries():
                known.add(entry.id)
                if entry.id in self._own and (entry.state != STAGING or _alive(entry.process)):
                    continue
                if entry.state == STAGING:
                    log.info("discarding an import that was interrupted")
                    self._discard(entry.id)
                    known.discard(entry.id)
                else:
                    log.info("finishing an import that was interrupted")
                    self._finish(entry, progress)
            for id_ in staging.staged_imports(self._store):
                if id_ not in known:
                    staging.drop(self._store, id_)

    def begin(self, site_days: Mapping[str, Mapping[date, str]], label: str, process: int) -> str:
        """Return the number of a new import of *site_days*, each with the state it will have.

        `Conflict` when one of them is not over, or holds anything: then nothing was written.
        """
        for host, days in site_days.items():
            self._refuse_days(host, sorted(days))
        with self._lock:
            self._refuse_running({(host, day) for host, days in site_days.items() for day in days})
            id_ = self._workspace.randomness.bytes(16).hex()
            states = {
                (host, day): state
                for host, days in site_days.items()
                for day, state in days.items()
            }
            self._journal.begin(id_, process, label, states)
            self._own.add(id_)
        return id_

    def stage(
        self,
        id_: str,
        facts: Sequence[Fact],
        outcomes: Sequence[OutcomeCount],
        contributions: Sequence[Contribution],
    ) -> None:
        """Stage rows of days that were named at the beginning.

        The facts of a site-day must be summed as a whole: no two calls may bring the same key.
        """
        entry = self._entry(id_)
        brought = {row[:2] for rows in (facts, outcomes, contributions) for row in rows}
        if stray := brought - entry.days.keys():
            raise UsageError(f"{min(stray)[1]} was not named when the import began")
        self._journal.staged(id_, staging.stage(self._store, id_, facts, outcomes, contributions))

    def finish(self, id_: str, marks: Mapping[date, str], progress: Progress) -> None:
        """Move everything in that was staged; *marks* are states that were not foreseen."""
        with self._lock:
            self._journal.mark(id_, marks)
            entry = self._entry(id_)
            # Nothing can have come in since the beginning, save through a mended clock.
            for host, days in days_by_site(entry.days).items():
                self._refuse_days(host, days)
            staging.check(self._store, entry)
            self._journal.reach(id_, MOVING)
        self._finish(replace(entry, state=MOVING), progress)

    def discard(self, id_: str) -> None:
        """Forget an import that will not be finished; one that is moving goes on."""
        with self._lock:
            entry = self._journal.entry(id_)
            if entry is not None and entry.state == STAGING:
                self._discard(id_)

    def _finish(self, entry: Entry, progress: Progress) -> None:
        try:
            if entry.state == MOVING:
                staging.move(self._store, self._locks, entry, progress)
                staging.mark_days(self._store, entry)
                self._journal.reach(entry.id, MOVED)
            staging.drop(self._store, entry.id)
            self._journal.forget(entry.id)
        finally:
            # One that failed on its way is anybody's to finish.
            self._own.discard(entry.id)

    def _discard(self, id_: str) -> None:
        staging.drop(self._store, id_)
        self._journal.forget(id_)
        self._own.discard(id_)

    def _entry(self, id_: str) -> Entry:
        entry = self._journal.entry(id_)
        if entry is None or entry.state != STAGING:
            raise OboroError("this import is not under way any more; start it again")
        return entry

    def _refuse_days(self, host: str, days: list[date]) -> None:
        site = self._workspace.catalog.site_for(host)
        if site is None or site.host != host:
            raise UsageError(f"{host} is not counted here; add it: oboro site add {host}")
        today = local_day(self._workspace.clock.now(), site.zone)
        if late := [day for day in days if day >= today]:
            raise Conflict(
                f"{_named(late)} of {host} is not over yet; leave its lines out and import again"
            )
        if waiting := waiting_days(self._workspace.settings, host, days):
            raise Conflict(
                f"figures of {_named(waiting)} are still on their way into the store; a server "
                "brings them there within minutes, import again then"
            )
        if kept := staging.kept_days(self._store, host, days):
            raise Conflict(
                f"{host} already has figures of {_named(kept)}; a day is imported once, "
                "and only when nothing was counted live; leave these lines out and import again"
            )

    def _refuse_running(self, wanted: set[SiteDay]) -> None:
        for entry in self._journal.entries():
            if both := wanted & entry.days.keys():
                raise Conflict(
                    f"another import brings {_named(sorted(day for _, day in both))}; "
                    "wait for it to end"
                )


def _named(days: list[date]) -> str:
    shown = ", ".join(day.isoformat() for day in days[:_NAMED_DAYS])
    rest = len(days) - _NAMED_DAYS
    return shown if rest <= 0 else f"{shown} and {rest} more days"


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
