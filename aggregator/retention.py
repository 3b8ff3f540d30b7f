"""Drop what was kept long enough, month by month, and leave a receipt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import NamedTuple

from aggregator import receipts
from aggregator.days import Days
from aggregator.job import Due, Job, Ran
from aggregator.receipts import EXPIRED, Receipt
from oboro.clock import local_day
from oboro.day_locks import DayLocks
from oboro.dropping import DAYS_AT_ONCE, drop_rows
from oboro.rooms import Progress
from oboro.sql import load_sql
from oboro.threads import run_through
from oboro.workspace import Workspace

_NOTES = ("closed_days", "days")


class Expired(NamedTuple):
    """Rows of one site-day in one table that were kept long enough."""

    table: str
    site: str
    day: date
    rows: int


def keep_from(today: date, months: int) -> date:
    """Return the oldest day that is kept *today*: a month is kept until *months* others are over.

    >>> keep_from(date(2026, 11, 25), 25)
    datetime.date(2024, 10, 1)
    """
    number = today.year * 12 + today.month - 1 - months
    # Days before the store's first one cannot be there.
    return date(number // 12, number % 12 + 1, 1) if number >= 1970 * 12 else date(1970, 1, 1)


def expired(workspace: Workspace) -> list[Expired]:
    """Return what was kept long enough, by each site's own calendar; blocking."""
    at, months = workspace.clock.now(), workspace.settings.retention_months
    cuts = {
        site.host: keep_from(local_day(at, site.zone), months) for site in workspace.catalog.sites()
    }
    everywhere = min(cuts.values(), default=keep_from(at.date(), months))
    latest = max(cuts.values(), default=everywhere)
    found = [Expired(*row) for row in workspace.store.query(_sql(), {"keep_from": latest})]
    # Rows of no declared site go once they are too old for every zone.
    return [row for row in found if row.day < cuts.get(row.site, everywhere)]


async def drop_expired(workspace: Workspace, progress: Progress) -> Ran:
    """Drop everything that was kept long enough."""
    return Ran(await run_through(partial(_drop, workspace, progress)))


def _drop(workspace: Workspace, progress: Progress) -> int:
    store = workspace.store
    # Receipts that a kill left open are ended with this run, which drops what they spoke of.
    open_receipts = receipts.begun(store, EXPIRED)
    gone = expired(workspace)
    if not gone and not open_receipts:
        return 0
    new = receipts_for(gone, workspace.clock.now().date())
    receipts.begin(store, new)
    site_days = sorted({(row.site, row.day) for row in gone})
    # First: rows that a kill then leaves are found again, and notes without rows would not be.
    _forget(workspace, site_days)
    locks = workspace.find(DayLocks) or DayLocks()
    days = sorted({row.day for row in gone})
    for begin in range(0, len(days), DAYS_AT_ONCE):
        some = set(days[begin : begin + DAYS_AT_ONCE])
        with locks.holding(*some):
            for table in sorted({row.table for row in gone}):
                by_day: dict[date, list[str]] = {}
                for row in gone:
                    if row.table == table and row.day in some:
                        by_day.setdefault(row.day, []).append(row.site)
                drop_rows(store, table, by_day)
        progress("dropping days", begin + len(some), len(days))
    receipts.end(store, [*open_receipts, *new])
    return len(site_days)


def _forget(workspace: Workspace, site_days: list[tuple[str, date]]) -> None:
    pairs = {"sites": [site for site, _ in site_days], "days": [day for _, day in site_days]}
    if site_days:
        for table in _NOTES:
            forget = load_sql("aggregator.closed", "forget_days.sql")
            workspace.store.command(forget, {"table": table, **pairs})
        Days.of(workspace).forget_days(site_days)


def receipts_for(gone: Iterable[Expired], on: date) -> list[Receipt]:
    """Return one receipt for each site, table and month of *gone*."""
    groups: dict[tuple[str, str, date], list[Expired]] = {}
    for row in gone:
        groups.setdefault((row.site, row.table, row.day.replace(day=1)), []).append(row)
    return [
        Receipt(
            site,
            EXPIRED,
            min(row.day for row in rows),
            max(row.day for row in rows),
            table,
            sum(row.rows for row in rows),
            on,
        )
        for (site, table, _), rows in sorted(groups.items())
    ]


def _due(workspace: Workspace) -> list[Due]:
    site_days = sorted({(row.site, row.day) for row in expired(workspace)})
    return [Due(site, day, None) for site, day in site_days]


def _sql() -> str:
    return load_sql("aggregator.closed", "expired.sql")


JOB = Job(
    name="drop-expired",
    purpose="drop what was kept for OBORO_RETENTION_MONTHS, with a receipt",
    due=_due,
    run=drop_expired,
)
