"""The states of all site-days, held in one place: who asks and who moves them comes here."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from aggregator.day_state import (
    COMPLETE,
    DayQuality,
    DayState,
    Gap,
    OpenDay,
    SiteDay,
    check_move,
    quality_of,
)
from oboro.services import ClosedDays
from oboro.sql import load_sql
from oboro.store import Store
from oboro.workspace import Workspace

COLUMNS = ("site", "day", "state", "open_rows", "kept_rows", "closed_on", "version")
NOT_CLOSED = "not-closed"
"""The code of a gap of a day that could not be closed in time; it ends once the day is closed."""
MISSING = "missing"
"""The code of a gap of a day on which nothing was counted; it ends once an import fills it."""


class Receipt(NamedTuple):
    """What a site-day's closing made of its rows, and how far the day is since."""

    state: DayState
    open_rows: int
    kept_rows: int
    closed_on: date


class Days:
    """The states, marks and gaps of site-days; blocking, and safe to call from several threads.

    `is_closed` answers from memory: all days are read once, and every change passes here.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._beyond: dict[SiteDay, DayState] | None = None
        self._noted: set[SiteDay] = set()

    @classmethod
    def of(cls, workspace: Workspace) -> Days:
        """Return the one object of *workspace*, which it also finds as its `ClosedDays`."""
        days = workspace.find(cls)
        if days is None:
            days = cls(workspace.store)
            workspace.offer(cls, days)
            workspace.offer(ClosedDays, days)
        return days

    def read(self) -> None:
        """Read all days now, so that `is_closed` needs no store from here on."""
        self._known()

    def read_again(self) -> None:
        """Read all days anew: another process moved them meanwhile.

        Until they are read, and if they cannot be, those that were known before hold: hits ask for
        them, and must never wait for the store.
        """
        before = dict(self._known())
        read = self._states()
        with self._lock:
            known = self._beyond or {}
            moved = {key: state for key, state in known.items() if before.get(key) is not state}
            self._beyond = {**read, **moved}

    def beyond(self) -> set[SiteDay]:
        """Return every day that takes no further fact."""
        return set(self._known())

    def note_closing(self, site_days: Iterable[SiteDay]) -> None:
        """Take no further fact of *site_days*, which another process closes."""
        with self._lock:
            known = self._read_once()
            for key in site_days:
                known.setdefault(key, DayState.CLOSING)

    def is_closed(self, site: str, day: date) -> bool:
        """Tell whether no fact of *day* of *site* is taken any more."""
        return self.state(site, day) is not DayState.OPEN

    def state(self, site: str, day: date) -> DayState:
        """Return how far *day* of *site* is; a day nothing is known of is open."""
        return self._known().get((site, day), DayState.OPEN)

    def receipts(self, site: str, first: date, last: date) -> dict[date, Receipt]:
        """Return what is known of the days of *site* from *first* to *last* that are closed."""
        rows = self._store.query(
            _sql("receipts_of_days"), {"site": site, "first": first, "last": last}
        )
        return {day: Receipt(DayState(state), *rest) for day, state, *rest in rows}

    def quality(self, site: str, day: date) -> DayQuality:
        """Return how good the figures of *day* of *site* are."""
        return self.qualities(site, day, day).get(day, COMPLETE)

    def qualities(self, site: str, first: date, last: date) -> dict[date, DayQuality]:
        """Return the same of all days from *first* to *last* of which anything was marked."""
        rows = self._store.query(_sql("marks"), {"site": site, "first": first, "last": last})
        marks: dict[date, list[tuple[str, str, str]]] = {}
        for day, *mark in rows:
            marks.setdefault(day, []).append((mark[0], mark[1], mark[2]))
        return {day: quality_of(some) for day, some in marks.items()}

    def open_days(self) -> list[OpenDay]:
        """Return every day of which anything is kept or marked, and that is not closed.

        Days of an import that is not finished are not among them.
        """
        return [
            OpenDay(site, day, bool(imported), rows)
            for site, day, imported, rows in self._store.query(_sql("open_days"))
        ]

    def is_noted(self, site: str, day: date) -> bool:
        """Tell whether this process has noted that *day* of *site* is being counted."""
        return (site, day) in self._noted

    def note_open(self, site_days: Iterable[SiteDay]) -> None:
        """Note that *site_days* are being counted, so that one without any visit is closed too."""
        wanted = set(site_days)
        keys = sorted(key for key in wanted if self.state(*key) is DayState.OPEN)
        pairs = {"sites": [site for site, _ in keys], "days": [day for _, day in keys]}
        noted = {(site, day) for site, day in self._store.query(_sql("noted"), pairs)}
        self._write((*key, DayState.OPEN, 0, 0, key[1]) for key in keys if key not in noted)
        self._noted |= wanted

    def newest_counted(self) -> dict[str, date]:
        """Return the newest day of each site that was noted; those of imports are not."""
        return dict(self._store.query(_sql("newest_counted")))

    def begin_closing(self, site_days: Sequence[SiteDay]) -> None:
        """Take no further fact of *site_days*; `Conflict` when one of them is beyond that."""
        self._check(site_days, DayState.CLOSING)
        fresh = [key for key in site_days if self.state(*key) is DayState.OPEN]
        self._write((site, day, DayState.CLOSING, 0, 0, day) for site, day in fresh)

    def close(self, rows: Mapping[SiteDay, tuple[int, int]], closed_on: Mapping[str, date]) -> None:
        """Have the sums of some days read from now on, and not their open rows: all at once.

        *rows* says how many open rows and how many sums each has; *closed_on* is each site's day.
        """
        self._check(list(rows), DayState.CLOSED)
        self._write(
            (site, day, DayState.CLOSED, *counts, closed_on[site])
            for (site, day), counts in rows.items()
        )

    def mark_published(self, site: str, days: Iterable[date]) -> None:
        """Note that figures of *days* were handed out; `Conflict` when one was not closed."""
        keys = [(site, day) for day in sorted(set(days))]
        self._check(keys, DayState.PUBLISHED)
        fresh = [day for _, day in keys if self.state(site, day) is DayState.CLOSED]
        if fresh:
            kept = self.receipts(site, fresh[0], fresh[-1])
            self._write(
                (
                    site,
                    day,
                    DayState.PUBLISHED,
                    kept[day].open_rows,
                    kept[day].kept_rows,
                    kept[day].closed_on,
                )
                for day in fresh
            )

    def record_gap(self, site: str, day: date, code: str) -> None:
        """Note, once, that *day* of *site* is not whole for publication, and by which *code*."""
        self.record_gaps([(site, day, code)])

    def record_gaps(self, gaps: Iterable[tuple[str, date, str]]) -> None:
        """Note several gaps; the same again changes nothing."""
        self._store.insert("gaps", ("site", "day", "code"), sorted(set(gaps)))

    def gaps(self, site: str, first: date, last: date) -> list[Gap]:
        """Return the gaps of *site* from *first* to *last*, but for days that were closed since."""
        rows = self._store.query(_sql("gaps"), {"site": site, "first": first, "last": last})
        return [Gap(day, code) for day, code in rows]

    def forget(self, sites: Iterable[str]) -> None:
        """Forget in memory the days of *sites*, whose rows were erased."""
        gone = set(sites)
        with self._lock:
            if self._beyond is not None:
                self._beyond = {k: v for k, v in self._beyond.items() if k[0] not in gone}

    def forget_days(self, site_days: Iterable[SiteDay]) -> None:
        """Forget in memory *site_days*, whose rows were dropped."""
        with self._lock:
            for key in site_days:
                if self._beyond is not None:
                    self._beyond.pop(key, None)

    def _known(self) -> dict[SiteDay, DayState]:
        with self._lock:
            return self._read_once()

    def _read_once(self) -> dict[SiteDay, DayState]:
        """Return what is known, read if it never was; the lock is held."""
        if self._beyond is None:
            self._beyond = self._states()
        return self._beyond

    def _states(self) -> dict[SiteDay, DayState]:
        rows = self._store.query(_sql("states"))
        return {(site, day): DayState(state) for site, day, state in rows}

    def _check(self, site_days: Sequence[SiteDay], after: DayState) -> None:
        for key in site_days:
            check_move(key, self.state(*key), after)

    def _write(self, rows: Iterable[tuple[str, date, DayState, int, int, date]]) -> None:
        """Write states: one insert is one part, so all of them are read, or none is."""
        written = sorted(rows)
        self._store.insert("closed_days", COLUMNS, [(*row, row[2].version) for row in written])
        with self._lock:
            self._read_once().update(
                (row[:2], row[2]) for row in written if row[2] is not DayState.OPEN
            )


def _sql(name: str) -> str:
    return load_sql("aggregator.closed", f"{name}.sql")
