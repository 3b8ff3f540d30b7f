"""What the spool holds of a site, a running server's or the one in the data directory."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing

from collector.spool import spool_path
from collector.spooling.file import SpoolFile
from collector.spooling.outbox import Outbox
from oboro.services import LiveFigures
from oboro.workspace import Workspace


def erase_from_spool(workspace: Workspace, sites: Collection[str]) -> None:
    """Remove all that waits of *sites*, and what would bring their rows back at a start.

    Not from the event loop's thread. Comes after the sites were removed from the catalog and
    before their rows are deleted from the store.
    """
    outbox = workspace.find(Outbox)
    if outbox is not None:
        outbox.erase(sites)
        return
    path = spool_path(workspace.settings)
    if path.exists():
        with closing(SpoolFile.open(path, workspace.randomness)) as file:
            file.erase(sites)


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
