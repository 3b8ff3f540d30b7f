"""``oboro doctor``: look at everything that must be right, and say what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import click
from rich.console import Console

from oboro.errors import OboroError
from oboro.findings import Finding, State, findings
from oboro.ground_checks import CHECKS
from oboro.program import Program, pass_program
from oboro.rooms import Json, Progress, load_rooms
from oboro.workspace import Workspace

_COLOURS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def doctor(program: Program, as_json: bool) -> None:
    """Check this installation; ends with status 1 when something does not work."""
    try:
        document = program.run("doctor", {})
    except OboroError as error:
        # Without a workspace nothing else can be looked at; this says why there is none.
        document = as_document([Finding("workspace", State.FAIL, str(error))])
    program.emit(document, as_json, _show)
    if not document["ok"]:
        raise click.exceptions.Exit(1)


async def examine(workspace: Workspace, _arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with what every room's checks find."""
    checks = [*CHECKS, *(check for room in load_rooms() for check in room.checks)]
    return as_document(await asyncio.to_thread(findings, workspace, checks))


def as_document(found: list[Finding]) -> Json:
    """Return *found* as JSON values; nothing that fails means all is well."""
    return {
        "ok": all(finding.state is not State.FAIL for finding in found),
        "findings": [
            {"check": finding.check, "state": finding.state.value, "says": finding.says}
            for finding in found
        ],
    }


def _show(console: Console, document: Json) -> None:
    for finding in document["findings"]:
        state = State(finding["state"])
        console.print(f"[{_COLOURS[state]}]{state.value:<4}[/]", end=" ")
        console.print(f"{finding['check']}: {finding['says']}", markup=False, soft_wrap=True)
