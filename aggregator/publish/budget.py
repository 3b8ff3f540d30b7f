"""The budget ledger: what of each visitor-day's epsilon is spent, on what, and what came of it.

Entries are appended, never changed; each holds the hash of the one before. A draw goes from
``reserved`` over ``drawing`` to ``drawn``; one that a crash interrupts between the last two is
``burned``: its budget stays spent and it is never drawn again. See docs/publishing.md.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError

from aggregator.publish.entries import (
    ENTRIES,
    METADATA,
    NOTHING_BEFORE,
    Entry,
    Step,
    Subject,
    checked,
    row_after,
)
from aggregator.publish.periods import Period
from oboro.errors import Conflict, OboroError

FILE = "budget.db"
DATASET = "visitor-days"
"""What is published of a site: figures made from its contributions."""
DIFFERENTIAL_PRIVACY = "differential privacy"
"""The mode in which they are published."""
_WHOLE = ""
"""The subject of entries about a whole period, and not about one of its tables."""
_PUBLICATION = "(publication)"


class BudgetLedger:
    """The ledger in one file; every method that writes is one durable transaction.

    What was written is also held in memory, since one process owns the file.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.RLock()
        with _usable(engine):
            METADATA.create_all(engine)
            with engine.connect() as connection:
                rows = connection.execute(ENTRIES.select().order_by(ENTRIES.c.number)).mappings()
                self._entries = checked([dict(row) for row in rows])
        self._steps: dict[Subject, dict[Step, Entry]] = defaultdict(dict)
        for entry in self._entries:
            self._steps[entry.subject][entry.step] = entry

    @classmethod
    def open(cls, directory: Path) -> BudgetLedger:
        """Open the ledger in *directory*, or begin it; `BrokenChain` when it was changed."""
        engine = create_engine(URL.create("sqlite", database=str(directory / FILE)))
        event.listen(engine, "connect", _durable)
        return cls(engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def entries(self) -> tuple[Entry, ...]:
        """Return the whole chain, the oldest first."""
        return tuple(self._entries)

    def entry(self, subject: Subject, step: Step) -> Entry | None:
        """Return what was entered when *step* was done to *subject*, None if it never was."""
        return self._steps.get(subject, {}).get(step)

    def reserve(
        self,
        site: str,
        period: Period,
        epsilons: Mapping[str, Fraction],
        *,
        cap: Fraction,
        details: Mapping[str, Any],
        mode: str = DIFFERENTIAL_PRIVACY,
    ) -> None:
        """Spend *epsilons*, by table, of every visitor-day of *period*; all of them or none.

        *cap* is the most that a visitor-day may cost in all. What the period has reserved already
        stays as it is. Raises a `Conflict`, and spends nothing, when a draw of days in *period* is
        there over other days, when the cap would be passed, or when the site is published in
        another *mode*.
        """
        with self._lock:
            spent = self._spent(site, period)
            if spent:
                return
            if (total := sum(epsilons.values(), Fraction(0))) > cap:
                raise Conflict(
                    f"the tables of {period} would cost {total} of each visitor-day of {site}, "
                    f"and its policy allows {cap}; nothing was drawn"
                )
            new = [
                (subject_of(site, table, period), Step.RESERVED, {**details, "epsilon": str(each)})
                for table, each in epsilons.items()
            ]
            self._append([*self._mode(site, period, mode), *new])

    def note(self, subject: Subject, step: Step, **details: Any) -> Entry:
        """Enter that *step* is done to *subject*; a `Conflict` when it was done before."""
        with self._lock:
            return self._append([(subject, step, details)])[0]

    def reserved(self, site: str, period: Period) -> list[str]:
        """Return the tables of *period* that budget was spent on, in the order of spending."""
        return [
            entry.subject.name
            for entry in self._entries
            if entry.step is Step.RESERVED and entry.subject[:2] == (site, DATASET)
            if entry.subject[3:] == period
        ]

    def publications(self, site: str) -> list[Entry]:
        """Return the numbered publications of *site*, the first one first."""
        return [
            entry
            for entry in self._entries
            if entry.step is Step.NUMBERED and entry.subject.site == site
        ]

    def _spent(self, site: str, period: Period) -> Fraction:
        """Return what a visitor-day of *period* has cost; refuse what overlaps in part."""
        spent = Fraction(0)
        for entry in self._entries:
            subject = entry.subject
            if entry.step is not Step.RESERVED or subject[:2] != (site, DATASET):
                continue
            if subject.last < period.first or subject.first > period.last:
                continue
            if subject[3:] != period:
                drawn = Period(subject.first, subject.last)
                raise Conflict(
                    f"{max(drawn.first, period.first)} of {site} was drawn with the period {drawn} "
                    f"and cannot be drawn again with {period}; nothing was drawn"
                )
            spent += Fraction(entry.details["epsilon"])
        return spent

    def _mode(
        self, site: str, period: Period, mode: str
    ) -> list[tuple[Subject, Step, dict[str, Any]]]:
        decided = [
            entry
            for entry in self._entries
            if entry.step is Step.MODE and entry.subject[:2] == (site, DATASET)
        ]
        if not decided:
            return [(subject_of(site, _WHOLE, period), Step.MODE, {"mode": mode})]
        if (known := decided[0].details["mode"]) != mode:
            raise Conflict(
                f"{DATASET} of {site} are published by {known}; figures by {mode} beside them "
                "would undo its protection, so nothing was drawn"
            )
        return []

    def _append(self, new: list[tuple[Subject, Step, dict[str, Any]]]) -> list[Entry]:
        previous = self._entries[-1].hash if self._entries else NOTHING_BEFORE
        rows, entries = [], []
        for number, (subject, step, details) in enumerate(new, start=len(self._entries) + 1):
            row = row_after(previous, number, subject, step, details)
            previous = row["hash"]
            rows.append(row)
            kept = msgspec.json.decode(row["details"])
            entries.append(Entry(number, subject, step, kept, previous))
        try:
            with _usable(self._engine), self._engine.begin() as connection:
                connection.execute(ENTRIES.insert(), rows)
        except IntegrityError:
            steps = ", ".join(f"{step} of {subject.name or DATASET}" for subject, step, _ in new)
            raise Conflict(f"the budget ledger has this already: {steps}") from None
        for entry in entries:
            self._entries.append(entry)
            self._steps[entry.subject][entry.step] = entry
        return entries


def subject_of(site: str, table: str, period: Period) -> Subject:
    """Return what the entries about one *table*'s draw for *period* are about."""
    return Subject(site, DATASET, table, *period)


def whole_period(site: str, period: Period) -> Subject:
    """Return what the entries about all of *period* are about."""
    return Subject(site, DATASET, _WHOLE, *period)


def publication_of(site: str, stretch: Period) -> Subject:
    """Return what the entries about the publication of *stretch* are about."""
    return Subject(site, DATASET, _PUBLICATION, *stretch)


def _durable(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _usable(engine: Engine) -> Iterator[None]:
    """Say which file it is when the database itself fails: a full disk, or damage."""
    try:
        yield
    except IntegrityError:
        raise
    except (sqlite3.DatabaseError, DatabaseError) as error:
        reason = error.orig if isinstance(error, DatabaseError) else error
        raise OboroError(
            f"the budget ledger, {engine.url.database}, cannot be used: {reason}; nothing was "
            "drawn. Make room on its disk or, if it is damaged, put a copy of it in its place"
        ) from None
