"""The operations behind ``oboro import-log``: only finished days cross to the store's process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from collector.log_import.distinct import distinct_from
from collector.log_import.imports import IMPORTED, Imports
from collector.threads import run_through
from oboro.contributions import Contribution
from oboro.facts import Fact
from oboro.outcomes import OutcomeCount
from oboro.rooms import Json, Progress
from oboro.workspace import Workspace


async def begin(workspace: Workspace, arguments: Mapping[str, Json], progress: Progress) -> Json:
    """``{site, days, label, process}`` -> ``{id, distinct}``; a Conflict names the days in the way.

    *distinct* is K of the days, as ``[[day from which it holds, K]]``.
    """
    imports = Imports.of(workspace)
    await run_through(partial(imports.recover, progress))
    days = {date.fromisoformat(day): IMPORTED for day in arguments["days"]}
    wanted = {arguments["site"]: days}
    begun = partial(imports.begin, wanted, arguments["label"], arguments["process"])
    id_ = await run_through(begun)
    site = workspace.catalog.site_for(arguments["site"])
    return {"id": id_, "distinct": distinct_from(site, days) if site else []}


async def stage(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """``{id, site, days: [[day, facts, outcomes, contributions]]}``, without site and day each."""
    site = arguments["site"]
    facts: list[Fact] = []
    outcomes: list[OutcomeCount] = []
    contributions: list[Contribution] = []
    for text, some, tally, contributed in arguments["days"]:
        day = date.fromisoformat(text)
        facts += [Fact(site, day, *values) for values in some]
        outcomes += [OutcomeCount(site, day, outcome, n) for outcome, n in tally]
        contributions += [Contribution(site, day, *values) for values in contributed]
    stage_rows = Imports.of(workspace).stage
    await run_through(partial(stage_rows, arguments["id"], facts, outcomes, contributions))
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
