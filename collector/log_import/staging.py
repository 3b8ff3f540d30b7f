"""Stage an import's days in tables of their own, and move them in, each day once and whole.

A site-day that is imported holds nothing else: it had no row when the import began, and none
can join it, since hits are counted on the day they arrive. So the rows of a site-day in the
final table are none, or all that were staged, and counting them tells whether the day was
moved. They carry no batch number: nothing of the import is left to be cleared from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from collector.log_import.journal import Entry, Rows, SiteDay
from oboro.contributions import Contribution
from oboro.day_locks import DayLocks
from oboro.errors import OboroError
from oboro.facts import Fact
from oboro.outcomes import OutcomeCount
from oboro.rooms import Progress
from oboro.sql import load_sql
from oboro.store import Store

DAYS_AT_ONCE = 30
"""Days moved by one statement; a statement writes one part for each of them."""

_FINAL = {
    "events": "coarse_events",
    "outcomes": "outcomes",
    "contributions": "contributions",
}


def stage(
    store: Store,
    id_: str,
    facts: Sequence[Fact],
    outcomes: Sequence[OutcomeCount],
    contributions: Sequence[Contribution],
) -> dict[SiteDay, Rows]:
    """Add rows to what the import *id_* has staged; answers with how many, by site-day."""
    store.insert("imported_events", ("import", *Fact._fields), [(id_, *fact) for fact in facts])
    store.insert(
        "imported_outcomes",
        ("import", *OutcomeCount._fields),
        [(id_, *outcome) for outcome in outcomes],
    )
    store.insert(
        "imported_contributions",
        ("import", "site", "day", "publication_table", "key", "n"),
        [(id_, *contribution) for contribution in contributions],
    )
    staged, tallied, contributed = (
        Counter((row.site, row.day) for row in rows) for rows in (facts, outcomes, contributions)
    )
    return {
        key: Rows(staged[key], tallied[key], contributed[key])
        for key in staged.keys() | tallied.keys() | contributed.keys()
    }


def move(store: Store, locks: DayLocks, entry: Entry, progress: Progress) -> None:
    """Bring every staged day of *entry* into the final tables, where it is not there yet.

    May be called again after a kill at any point: a day that is there is left alone, one that
    is there in part (which no single insert leaves, but a disk may) is taken out and moved anew.
    """
    days = sorted({day for _, day in entry.days})
    for begin in range(0, len(days), DAYS_AT_ONCE):
        some = days[begin : begin + DAYS_AT_ONCE]
        with locks.holding(*some):
            for table in _FINAL:
                _move_days(store, entry, table, some)
        progress("moving days in", begin + len(some), len(days))


def drop(store: Store, id_: str) -> None:
    """Forget what *id_* has staged."""
    for table in _FINAL:
        store.command(load_sql(__package__, f"drop_staged_{table}.sql"), {"import": id_})


def staged_imports(store: Store) -> list[str]:
    """Return the imports that have anything staged."""
    return [row[0] for row in store.query(load_sql(__package__, "staged_imports.sql"))]


def kept_days(store: Store, site: str, days: Iterable[date]) -> list[date]:
    """Return those of *days* of which anything is kept already."""
    wanted = sorted(days)
    rows = store.query(load_sql(__package__, "kept_days.sql"), {"site": site, "days": wanted})
    return [row[0] for row in rows]


def check(store: Store, entry: Entry) -> None:
    """Raise unless everything that was staged of *entry* is there to be moved."""
    for table in _FINAL:
        sql = load_sql(__package__, f"count_staged_{table}.sql")
        found = _counts(store.query(sql, {"import": entry.id}))
        if found != {key: n for key, rows in entry.days.items() if (n := getattr(rows, table))}:
            raise OboroError("what was staged of an import is not all there; import the log again")


def _move_days(store: Store, entry: Entry, table: str, days: list[date]) -> None:
    for again in (False, True):
        missing = _missing(store, entry, table, days)
        if not missing:
            return
        if again:
            raise OboroError(f"the store did not keep what was moved into {_FINAL[table]}")
        sql = load_sql(__package__, f"move_{table}.sql")
        # Sites that miss the same days go together, so that a day gets one part.
        together: dict[tuple[date, ...], list[str]] = {}
        for site, wanted in missing.items():
            together.setdefault(tuple(wanted), []).append(site)
        for wanted_days, sites in together.items():
            of_days = {"sites": sites, "days": list(wanted_days)}
            store.command(sql, {"import": entry.id, "node": store.node, **of_days})


def _missing(store: Store, entry: Entry, table: str, days: list[date]) -> dict[str, list[date]]:
    sql = load_sql(__package__, f"count_moved_{table}.sql")
    sites = sorted({site for site, _ in entry.days})
    found = _counts(store.query(sql, {"sites": sites, "days": days}))
    missing: dict[str, list[date]] = {}
    for (site, day), rows in sorted(entry.days.items()):
        expected = getattr(rows, table)
        there = found.get((site, day), 0)
        if day not in days or there == expected:
            continue
        if there:
            take_out = load_sql(__package__, f"take_out_{table}.sql")
            store.command(take_out, {"site": site, "day": day, "node": store.node})
        if expected:
            missing.setdefault(site, []).append(day)
    return missing


def _counts(rows: Iterable[tuple[Any, ...]]) -> dict[SiteDay, int]:
    return {(site, day): n for site, day, n in rows}


def mark_days(store: Store, entry: Entry) -> None:
    """Write the state and the label of every day of *entry*; the same again changes nothing."""
    store.insert(
        "days",
        ("site", "day", "node", "state", "label", "version"),
        [
            (site, day, "", state, entry.label, 1)
            for (site, day), state in sorted(entry.states.items())
        ],
    )
