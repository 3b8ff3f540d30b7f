"""The operations behind ``oboro import-log``: only finished days cross to the store's process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from collector.log_import.imports import IMPORTED, Imports
from collector.threads import run_through
from oboro.facts import Fact
from oboro.outcomes import OutcomeCount
from oboro.rooms import Json, Progress
from oboro.workspace import Workspace


async def begin(workspace: Workspace, arguments: Mapping[str, Json], progress: Progress) -> Json:
    """``{site, days, label, process}`` -> ``{id}``; a Conflict names the days in the way."""
    imports = Imports.of(workspace)
    await run_through(partial(imports.recover, progress))
    days = {date.fromisoformat(day): IMPORTED for day in arguments["days"]}
    wanted = {arguments["site"]: days}
    begun = partial(imports.begin, wanted, arguments["label"], arguments["process"])
    return {"id": await run_through(begun)}


async def stage(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """``{id, site, days: [[day, facts, outcomes]]}``, facts and outcomes without site and day."""
    site = arguments["site"]
    facts: list[Fact] = []
    outcomes: list[OutcomeCount] = []
    for text, some, tally in arguments["days"]:
        day = date.fromisoformat(text)
        facts += [Fact(site, day, *values) for values in some]
        outcomes += [OutcomeCount(site, day, outcome, n) for outcome, n in tally]
    await run_through(partial(Imports.of(workspace).stage, arguments["id"], facts, outcomes))
    return {}


async def finish(workspace: Workspace, arguments: Mapping[str, Json], progress: Progress) -> Json:
    """``{id, marks: {day: state}}``: move the days in; goes on when the caller leaves."""
    marks = {date.fromisoformat(day): state for day, state in arguments["marks"].items()}
    await run_through(partial(Imports.of(workspace).finish, arguments["id"], marks, progress))
    return {}


async def discard(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """``{id}``: forget what was staged."""
    await run_through(partial(Imports.of(workspace).discard, arguments["id"]))
    return {}
