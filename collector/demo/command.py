"""``oboro demo``: fill a demonstration, or remove it."""

from __future__ import annotations

import click
from rich.console import Console

from collector.terminal import Bar
from oboro.program import Program, pass_program
from oboro.rooms import Json


@click.group()
def demo() -> None:
    """Show made-up traffic of a made-up town."""


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def start(program: Program, as_json: bool) -> None:
    """Fill 13 months of made-up days; what is there already is left alone."""
    with Bar() as bar, program.session() as session:
        session.run("demo.start", {})
        document = session.run("demo.wait", {}, bar.show)
    program.emit(document, as_json, _show_start)


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def remove(program: Program, as_json: bool) -> None:
    """Remove the made-up sites with everything that is kept of them."""
    with Bar() as bar:
        document = program.run("demo.remove", {}, bar.show)
    program.emit(document, as_json, _show_remove)


def _show_start(console: Console, document: Json) -> None:
    console.print(f"The demonstration is full: {', '.join(document['sites'])}.")


def _show_remove(console: Console, document: Json) -> None:
    if not document["removed"]:
        console.print("There is no demonstration.")
        return
    console.print(f"Removed: {', '.join(document['removed'])}.")
    for table, rows in document["rows"].items():
        console.print(f"  {table}: {rows:,} rows")
