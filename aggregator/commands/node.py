"""``oboro node``: the collectors that share a store."""

from __future__ import annotations

import click
from rich.console import Console

from oboro.program import Program, pass_program
from oboro.rooms import Json

SHOWN = 12
"""Days that are named one by one; all of them stand in the JSON document."""


@click.group()
def node() -> None:
    """The collectors that share one store."""


@node.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@pass_program
def list_nodes(program: Program, as_json: bool) -> None:
    """Show each collector on the store: what it does, and when it was last heard of."""
    program.emit(program.run("node.list", {}), as_json, _show)


@node.command("retire")
@click.argument("name", metavar="NAME")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@pass_program
def retire_node(program: Program, name: str, as_json: bool) -> None:
    """Give up a collector that is lost for good, so that days are closed without it.

    What it had not written to the store is lost: hits that wait in its spool, and the ends of the
    visits that it had in memory. Every day that it may be missed on is marked as counted in part. A
    collector that runs is refused with status 3: stop it first.
    """
    program.emit(program.run("node.retire", {"node": name}), as_json, _show_retired)


def _show(console: Console, document: Json) -> None:
    if not document["nodes"]:
        console.print("No collector has joined this store; with the embedded one there is no need.")
    for one in document["nodes"]:
        does = "counts, and runs the jobs" if one["part"] == "jobs" else "counts"
        this = " (this one)" if one["this"] else ""
        console.print(f"{one['node']}{this}: {one['state']}, {does}; last heard of {one['heard']}")


def _show_retired(console: Console, document: Json) -> None:
    console.print(
        f"{document['node']} is not waited for any more. What it had not written is lost; take it "
        "out of the balancer."
    )
    for one in document["days"][:SHOWN]:
        console.print(f"  {one['day']} of {one['site']} is marked as counted in part")
    if len(document["days"]) > SHOWN:
        console.print(f"  and {len(document['days']) - SHOWN} more")
