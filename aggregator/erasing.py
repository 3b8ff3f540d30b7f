"""Erase a site: its declaration, what waits of it in the spool, and every row of every table."""

from __future__ import annotations

from datetime import date
from typing import Any

from aggregator import receipts
from aggregator.collectors import await_catalog, others
from aggregator.days import Days
from aggregator.jobs import Jobs
from aggregator.receipts import ERASED, Receipt
from oboro.clock import local_day
from oboro.day_locks import DayLocks
from oboro.dropping import erase_sites
from oboro.errors import UsageError
from oboro.rooms import Progress, load_rooms
from oboro.sql import load_sql
from oboro.workspace import Workspace

KEPT = ("receipts",)
"""What is left of an erased site: that it was erased."""


def erase_site(workspace: Workspace, host: str, progress: Progress) -> dict[str, Any]:
    """Erase the site *host*; blocking. Answers with how many rows went, by table.

    Asked again after a kill it goes on: rows are erased of a site that is not declared any more.
    """
    site = workspace.catalog.site_for(host)
    store = workspace.store
    open_receipts = [one for one in receipts.begun(store, ERASED) if one.site == host]
    if site is not None and site.host != host:
        raise UsageError(f"{host} is an alias of {site.host}; erase that, by its own host")
    span = _span(workspace, host)
    if site is None and span is None and not open_receipts:
        raise UsageError(f"there is no site {host!r}, and nothing is kept of it")
    at = workspace.clock.now()
    today = local_day(at, site.zone) if site else at.date()
    first, last = span or (today, today)
    # Noted before anything goes, so that a kill leaves the trace of what was begun.
    receipts.begin(store, [Receipt(host, ERASED, first, last, "", 0, today)])
    if site is not None:
        # First, so that nothing more is counted for it.
        workspace.catalog.remove_site(host)
    for room in load_rooms():
        if room.erase is not None:
            room.erase(workspace, [host])
    await_catalog(workspace, host)
    # Other collectors look there after their hourly sum; it is forgotten after a week.
    but = (*KEPT, "dropped_rows") if others(workspace) else KEPT
    locks = workspace.find(DayLocks) or DayLocks()
    rows = erase_sites(store, locks, [host], progress, but=but)
    Days.of(workspace).forget([host])
    Jobs.of(workspace).forget([host])
    kept = {table: n for table, n in rows.items() if n}
    receipts.end(
        store,
        [
            *(one for one in open_receipts),
            Receipt(host, ERASED, first, last, "", sum(kept.values()), today),
            *(Receipt(host, ERASED, first, last, table, n, today) for table, n in kept.items()),
        ],
    )
    return {"site": host, "first": first, "last": last, "rows": kept}


def _span(workspace: Workspace, host: str) -> tuple[date, date] | None:
    sql = load_sql("aggregator.closed", "span_of_site.sql")
    ((n, first, last),) = workspace.store.query(sql, {"site": host})
    return (first, last) if n else None
