"""The operations behind ``oboro demo``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from collector.demo.filling import filling_of
from collector.demo.removal import remove
from collector.threads import run_through
from oboro.rooms import Json, Progress
from oboro.workspace import Workspace


async def start(workspace: Workspace, _arguments: Mapping[str, Json], _: Progress) -> Json:
    """Begin to fill the demonstration in the background; answers at once."""
    filling = filling_of(workspace)
    filling.start()
    return filling.progress() or {}


async def wait(workspace: Workspace, _arguments: Mapping[str, Json], progress: Progress) -> Json:
    """Answer when the demonstration is full, with its sites."""
    await filling_of(workspace).wait(progress)
    sites = [site.host for site in workspace.catalog.sites() if site.demonstration]
    return {"sites": sites}


async def take_away(
    workspace: Workspace, _arguments: Mapping[str, Json], progress: Progress
) -> Json:
    """Remove the demonstration; answers with a receipt."""
    await filling_of(workspace).stop()
    return await run_through(partial(remove, workspace, progress))
