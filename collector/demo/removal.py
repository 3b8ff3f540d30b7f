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

_TABLES = ("events", "outcomes", "contributions")
DAYS_AT_ONCE = 30
"""Days held at once: the writer waits for those of them that it has rows for."""


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
    taken = dict.fromkeys(_TABLES, 0)
    for table in _TABLES:
        sql = load_sql(__package__, f"days_of_{table}.sql")
        days = [row[0] for row in store.query(sql, {"sites": list(hosts)})]
        for begin in range(0, len(days), DAYS_AT_ONCE):
            some = days[begin : begin + DAYS_AT_ONCE]
            with locks.holding(*some):
                taken[table] += _empty(store, table, hosts, some)
            progress(f"removing {table}", begin + len(some), len(days))
    marks = store.query(load_sql(__package__, "count_days.sql"), {"sites": list(hosts)})
    store.command(load_sql(__package__, "remove_days.sql"), {"sites": list(hosts)})
    return {**taken, "days": marks[0][0]}


def _empty(store: Store, table: str, hosts: Sequence[str], days: Sequence[date]) -> int:
    # Counted while the days are held: nobody else's rows can join a day that is then dropped.
    sites = list(hosts)
    shares = load_sql(__package__, f"shares_of_{table}.sql")
    removed = 0
    for day, own, all_ in store.query(shares, {"sites": sites, "days": list(days)}):
        if own == all_:
            # Dropping a partition takes a hundredth of the time that rewriting it does.
            store.command(load_sql(__package__, f"drop_day_{table}.sql"), {"day": day})
        elif own:
            remove_rows = load_sql(__package__, f"remove_rows_{table}.sql")
            store.command(remove_rows, {"day": day, "sites": sites})
        removed += own
    return removed
