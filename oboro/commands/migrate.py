"""``oboro migrate``: run the schema's waiting steps."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import click
from rich.console import Console

from oboro.migrate import migrate as run
from oboro.program import Program, pass_program
from oboro.rooms import Json, Progress
from oboro.workspace import Workspace


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would be run.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def migrate(program: Program, dry_run: bool, as_json: bool) -> None:
    """Bring the store's tables up to date; a server does so when it starts."""
    program.emit(program.run("migrate", {"dry_run": dry_run}), as_json, _show)


async def migrate_store(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Run the waiting steps, or only name them."""
    dry_run = bool(arguments.get("dry_run"))
    steps = await asyncio.to_thread(run, workspace.store, dry_run)
    named = [{"step": step.name, "statements": step.statements} for step in steps]
    return {"dry_run": dry_run, "steps": named}


def _show(console: Console, document: Json) -> None:
    if not document["steps"]:
        console.print("The tables are up to date.")
    for step in document["steps"]:
        console.print(f"{'would run' if document['dry_run'] else 'ran'} {step['step']}")
        if document["dry_run"]:
            for statement in step["statements"]:
                console.print(f"{statement};\n", markup=False)
