"""Take the demonstration out again: its sites, every row of them, and say what went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from collector.erasing import erase_from_spool
from oboro.day_locks import DayLocks
from oboro.rooms import Json, Progress
from oboro.sql import load_sql
from oboro.store import Store
from oboro.workspace import Workspace

_TABLES = ("events", "outcomes")


def remove(workspace: Workspace, progress: Progress) -> Json:
    """Remove every site of made-up data; answers with the sites and the rows by table."""
    hosts = [site.host for site in workspace.catalog.sites() if site.demonstration]
    for host in hosts:
        # First, so that nothing more is counted for it.
        workspace.catalog.remove_site(host)
    if not hosts:
        return {"removed": [], "rows": {}}
    erase_from_spool(workspace, hosts)
    locks = workspace.find(DayLocks) or DayLocks()
    return {"removed": hosts, "rows": take_out(workspace.store, locks, hosts, progress)}


def take_out(
    store: Store, locks: DayLocks, hosts: Sequence[str], progress: Progress
) -> dict[str, int]:
    """Delete every row of *hosts*; answers with how many there were, by table."""
    taken: dict[str, int] = {}
    for table in _TABLES:
        days = store.query(load_sql(__package__, f"days_of_{table}.sql"), {"sites": list(hosts)})
        for done, (day, own, all_) in enumerate(days, 1):
            with locks.holding(day):
                _empty_day(store, table, hosts, day, alone=own == all_)
            taken[table] = taken.get(table, 0) + own
            progress(f"removing {table}", done, len(days))
    marks = store.query(load_sql(__package__, "count_days.sql"), {"sites": list(hosts)})
    store.command(load_sql(__package__, "remove_days.sql"), {"sites": list(hosts)})
    return {**taken, "days": marks[0][0]}


def _empty_day(store: Store, table: str, hosts: Sequence[str], day: date, *, alone: bool) -> None:
    # A partition that holds nobody else's rows is dropped: a rewrite takes a hundred times longer.
    sql = load_sql(__package__, f"{'drop_day' if alone else 'remove_rows'}_{table}.sql")
    store.command(sql, {"day": day} if alone else {"day": day, "sites": list(hosts)})
