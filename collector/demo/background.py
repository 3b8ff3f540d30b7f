"""What imports and the demonstration do while a server runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from collector.demo.filling import filling_of
from collector.log_import.imports import Imports
from collector.threads import run_through
from oboro.operations import quiet
from oboro.services import Importing
from oboro.workspace import Workspace


@asynccontextmanager
async def background(workspace: Workspace) -> AsyncIterator[None]:
    """Finish or discard interrupted imports, then fill the demonstration where it is wanted.

    Enter it after interrupted replacements of days were finished, and before anything is served.
    """
    filling = filling_of(workspace)
    workspace.offer(Importing, filling)
    await run_through(partial(Imports.of(workspace).recover, quiet))
    if workspace.settings.demo:
        filling.start()
    try:
        yield
    finally:
        await filling.stop()
