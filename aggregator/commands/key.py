"""``oboro key``: the key that signs publications."""

from __future__ import annotations

from collections.abc import Mapping

import click
from rich.console import Console

from oboro.program import Program, pass_program
from oboro.rooms import Json, Progress
from oboro.workspace import Workspace


@click.group()
def key() -> None:
    """Make and show the key that signs publications."""


@key.command("new")
@click.option("--replace", is_flag=True, help="Sign with a new key from now on.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def new(program: Program, replace: bool, as_json: bool) -> None:
    """Make the key that signs publications, and print its public half."""
    program.emit(program.run("key.new", {"replace": replace}), as_json, _show)


@key.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def show(program: Program, as_json: bool) -> None:
    """Print the public half of the key that signs publications."""
    program.emit(program.run("key.show", {}), as_json, _show)


async def make_key(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Make the key; answers with its public half."""
    # Imported here: reading and writing keys takes a library that other commands need not load.
    from aggregator.publish.signing import new_key

    replace = bool(arguments.get("replace"))
    made = new_key(workspace.settings.data_dir, workspace.randomness, replace=replace)
    return {"key": made.public.name, "public": made.public.line}


async def show_key(workspace: Workspace, _arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with the public half of the key."""
    from aggregator.publish.signing import signing_key

    public = signing_key(workspace.settings.data_dir).public
    return {"key": public.name, "public": public.line}


def _show(console: Console, document: Json) -> None:
    console.print(f"The publication key is {document['key']}. Its public half, for readers:")
    console.print(f"  {document['public']}", soft_wrap=True)
