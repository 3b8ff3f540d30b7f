"""Tell whether anything of a site is kept yet, and from which day a new decision can hold."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from oboro.clock import local_day
from oboro.policy import ALWAYS
from oboro.rooms import load_rooms
from oboro.services import Importing, LiveFigures
from oboro.sites import Site
from oboro.sql import load_sql
from oboro.workspace import Workspace


def has_figures(workspace: Workspace, host: str) -> bool:
    """Tell whether anything of *host* is in the store or on its way to it; call in a thread."""
    # What waits is asked for first: it may reach the store in between, and never goes back.
    if any(room.waits(workspace, host) for room in load_rooms() if room.waits):
        return True
    rows = workspace.store.query(load_sql("oboro.commands", "site_rows.sql"), {"site": host})
    return rows != [(0,)]


async def next_decision_from(workspace: Workspace, site: Site) -> date:
    """Return the first day for which a decision made now can hold.

    That is tomorrow in the site's zone: today's hits are counted under today's policy. It is
    `ALWAYS` for a site of which nothing is kept. The caller writes the decision down before it
    awaits anything, so that no hit comes between this answer and it.
    """
    tomorrow = local_day(workspace.clock.now(), site.zone) + timedelta(days=1)
    if await asyncio.to_thread(has_figures, workspace, site.host):
        return tomorrow
    # The last questions are answered from memory: nothing else runs in between.
    live, importing = workspace.find(LiveFigures), workspace.find(Importing)
    if live is not None and live.arrived(site.host):
        return tomorrow
    if importing is not None and importing.progress() is not None:
        return tomorrow
    return ALWAYS
