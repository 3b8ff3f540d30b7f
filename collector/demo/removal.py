"""Take the demonstration out again: its sites, every row of them, and say what went."""

from __future__ import annotations

from collector.erasing import erase_from_spool
from oboro.day_locks import DayLocks
from oboro.dropping import erase_sites
from oboro.rooms import Json, Progress, closed_days_of
from oboro.workspace import Workspace


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
    rows = erase_sites(workspace.store, locks, hosts, progress)
    closed = closed_days_of(workspace)
    if closed is not None:
        closed.forget(hosts)
    return {"removed": hosts, "rows": {table: n for table, n in rows.items() if n}}
