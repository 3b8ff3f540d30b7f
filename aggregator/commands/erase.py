"""``oboro erase``: take everything out that is kept of a site, and leave a receipt."""

from __future__ import annotations

import click
from rich.console import Console

from oboro.program import Program, pass_program
from oboro.rooms import Json


@click.command("erase")
@click.option("--site", required=True, metavar="HOST", help="The site, by its own host.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@pass_program
def erase(program: Program, site: str, yes: bool, as_json: bool) -> None:
    """Erase a site: its declaration, and every row of it in every table and in the spool.

    What was published of it stays published. There is no way back.
    """
    if not yes and not as_json:
        click.confirm(f"Erase everything that is kept of {site}?", abort=True, err=True)
    program.emit(program.run("erase", {"site": site}), as_json, _show)


def _show(console: Console, document: Json) -> None:
    console.print(f"Everything of {document['site']} is gone.")
    for table, rows in document["rows"].items():
        console.print(f"  {table}: {rows:,} rows")
