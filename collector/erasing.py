"""What the spool holds of a site, a running server's or the one in the data directory."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing

from collector.letting_go import LettingGo
from collector.spool import spool_path
from collector.spooling.file import SpoolFile
from collector.spooling.outbox import Outbox
from oboro.day_locks import DayLocks
from oboro.services import LiveFigures
from oboro.workspace import Workspace


def erase_from_spool(workspace: Workspace, sites: Collection[str]) -> None:
    """Remove all that waits of *sites*, and what would bring their rows back at a start.

    Not from the event loop's thread. Comes after the sites were removed from the catalog and
    before their rows are deleted from the store.
    """
    letting_go, outbox = workspace.find(LettingGo), workspace.find(Outbox)
    if outbox is not None:
        if letting_go is not None:
            letting_go.let_go_now()
        erase_held(outbox, workspace.find(DayLocks) or DayLocks(), sites)
        return
    path = spool_path(workspace.settings)
    if path.exists():
        with closing(SpoolFile.open(path, workspace.randomness)) as file:
            file.erase(sites)


def erase_held(outbox: Outbox, locks: DayLocks, sites: Collection[str]) -> bool:
    """Remove all that waits of *sites*; tell whether there was anything. Blocking.

    With the days held: what is just being delivered is in the store when this returns.
    """
    days = {day for site, day in outbox.all_site_days() if site in sites}
    with locks.holding(*days):
        outbox.erase(sites)
    return bool(days)


def waits_in_spool(workspace: Workspace, site: str) -> bool:
    """Tell whether anything of *site* was taken that the store was not yet seen to hold.

    A running server also says so of a site that had a hit since its start.
    """
    live = workspace.find(LiveFigures)
    if live is not None and live.arrived(site):
        return True
    outbox = workspace.find(Outbox)
    if outbox is not None:
        return outbox.holds(site)
    path = spool_path(workspace.settings)
    if not path.exists():
        return False
    with closing(SpoolFile.open(path, workspace.randomness)) as file:
        return file.holds(site)
