"""Find sites' rows in what the store was not yet seen to hold, or take them out."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from collector.spooling.blobs import DamagedBlob, unpack
from collector.spooling.database import sql
from collector.spooling.rewriting import rewrite_batches
from collector.spooling.tables import TABLES, Labels, SpooledTable, Sums


def is_in_batches(connection: sqlite3.Connection, site: str) -> bool:
    """Tell whether a batch that was not verified has rows of *site*; a damaged one may have."""
    for _, state, kind, _, rows in connection.execute(sql("all_batches")):
        if state == "verified":
            continue
        try:
            sums = unpack(TABLES[kind], rows, sites=True)
        except DamagedBlob:
            return True
        if any(labels[0] == site for labels in sums):
            return True
    return False


def site_days_of(connection: sqlite3.Connection) -> set[tuple[str, date]]:
    """Return the site and day of all that lies here, in whatever state; damaged batches are left.

    They are set aside, and never reach the store.
    """
    found = {(site, date.fromisoformat(day)) for site, day in connection.execute(sql("site_days"))}
    for _, _, kind, day, _, rows in connection.execute(sql("batches_with_days")):
        of_day = date.fromisoformat(day)
        found |= {(labels[0], of_day) for labels in _readable(TABLES[kind], rows, sites=True)}
    return found


def first_labels_of(connection: sqlite3.Connection, kind: str) -> Iterator[tuple[str, date, str]]:
    """Yield site, day and first label of all that lies here for the table *kind*.

    Damaged rows are left out: they are set aside, and never reach the store.
    """
    table = TABLES[kind]
    of_kind = {"kind": kind}
    for site, day, rows in connection.execute(sql("commits_of_kind"), of_kind):
        for labels in _readable(table, rows, sites=False):
            yield site, date.fromisoformat(day), labels[0]
    for day, rows in connection.execute(sql("batches_of_kind"), of_kind):
        for labels in _readable(table, rows, sites=True):
            yield labels[0], date.fromisoformat(day), labels[1]


def _readable(table: SpooledTable, rows: bytes, *, sites: bool) -> Iterable[Labels]:
    try:
        return unpack(table, rows, sites=sites)
    except DamagedBlob:
        return ()


def erase_in_batches(connection: sqlite3.Connection, sites: Collection[str]) -> int:
    """Take *sites* out of all batches; return the views that were not verified and are gone."""

    def left_of(_kind: str, _day: date, sums: Sums) -> Sums | None:
        left = {labels: counts for labels, counts in sums.items() if labels[0] not in sites}
        return None if len(left) == len(sums) else left

    return rewrite_batches(connection, left_of)
