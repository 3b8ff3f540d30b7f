"""Receipts: what was dropped for good, from where, and how many rows it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from oboro.sql import load_sql
from oboro.store import Store

EXPIRED = "expired"
ERASED = "erased"
_BEGUN, _DONE = "begun", "done"
_COLUMNS = (
    "site", "action", "first", "last", "table_name", "n", "done_on", "state", "version",
)  # fmt: skip


class Receipt(NamedTuple):
    """*n* rows of *site* went from *table*: those of the days *first* to *last*, on *done_on*."""

    site: str
    action: str
    first: date
    last: date
    table: str
    n: int
    done_on: date


def begin(store: Store, receipts: Iterable[Receipt]) -> None:
    """Note what is about to be dropped; before it is."""
    _write(store, receipts, _BEGUN, 1)


def end(store: Store, receipts: Iterable[Receipt]) -> None:
    """Note that it was dropped."""
    _write(store, receipts, _DONE, 2)


def begun(store: Store, action: str) -> list[Receipt]:
    """Return the receipts of drops by *action* that were not seen to end."""
    return [Receipt(*row) for row in store.query(_sql("begun_receipts"), {"action": action})]


def documents(store: Store) -> list[dict[str, Any]]:
    """Return every receipt as JSON, the newest first."""
    return [
        {
            "site": site,
            "action": action,
            "first": first.isoformat(),
            "last": last.isoformat(),
            "table": table,
            "rows": n,
            "on": done_on.isoformat(),
            "state": state,
        }
        for site, action, first, last, table, n, done_on, state in store.query(_sql("receipts"))
    ]


def _write(store: Store, receipts: Iterable[Receipt], state: str, version: int) -> None:
    store.insert("receipts", _COLUMNS, [(*receipt, state, version) for receipt in receipts])


def _sql(name: str) -> str:
    return load_sql("aggregator.closed", f"{name}.sql")
