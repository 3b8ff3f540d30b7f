"""The operations behind ``oboro import-log``: only finished days cross to the store's process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date

from collector.log_import.imports import IMPORTED, Imports
from oboro.facts import Fact
from oboro.outcomes import OutcomeCount
from oboro.rooms import Json, Operation, Progress
from oboro.workspace import Workspace


async def begin(workspace: Workspace, arguments: Mapping[str, Json], progress: Progress) -> Json:
    """``{site, days, label, process}`` -> ``{id}``; a Conflict names the days in the way."""
    imports = Imports.of(workspace)
    await asyncio.to_thread(imports.recover, progress)
    days = {date.fromisoformat(day): IMPORTED for day in arguments["days"]}
    id_ = await asyncio.to_thread(
        imports.begin, {arguments["site"]: days}, arguments["label"], arguments["process"]
    )
    return {"id": id_}


async def stage(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """``{id, site, days: [[day, facts, outcomes]]}``, facts and outcomes without site and day."""
    site = arguments["site"]
    facts: list[Fact] = []
    outcomes: list[OutcomeCount] = []
    for text, some, tally in arguments["days"]:
        day = date.fromisoformat(text)
        facts += [Fact(site, day, *values) for values in some]
        outcomes += [OutcomeCount(site, day, outcome, n) for outcome, n in tally]
    await asyncio.to_thread(Imports.of(workspace).stage, arguments["id"], facts, outcomes)
    return {}


async def finish(workspace: Workspace, arguments: Mapping[str, Json], progress: Progress) -> Json:
    """``{id}``: move the days in; goes on when the caller leaves."""
    await asyncio.to_thread(Imports.of(workspace).finish, arguments["id"], progress)
    return {}


async def discard(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """``{id}``: forget what was staged."""
    await asyncio.to_thread(Imports.of(workspace).discard, arguments["id"])
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "import.begin": begin,
    "import.stage": stage,
    "import.finish": finish,
    "import.discard": discard,
}
