"""``oboro schema``: every table and column that is kept, and what each is for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import click
from rich.console import Console
from rich.table import Table

from oboro.program import Program, pass_program
from oboro.rooms import Json, Progress
from oboro.sql import load_sql
from oboro.workspace import Workspace


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def schema(program: Program, as_json: bool) -> None:
    """Print every column the store keeps, and what it is for, as the store itself says."""
    program.emit(program.run("schema", {}), as_json, _show)


async def read_schema(workspace: Workspace, _arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with the tables of the live store."""
    rows = await asyncio.to_thread(workspace.store.query, load_sql("oboro.commands", "schema.sql"))
    tables: dict[str, dict[str, Json]] = {}
    for table, purpose, column, kind, column_purpose in rows:
        entry = tables.setdefault(table, {"name": table, "purpose": purpose, "columns": []})
        entry["columns"].append({"name": column, "type": kind, "purpose": column_purpose})
    return {"tables": list(tables.values())}


def _show(console: Console, document: Json) -> None:
    for table in document["tables"]:
        shown = Table("column", "type", "purpose", title=f"{table['name']}: {table['purpose']}")
        for column in table["columns"]:
            shown.add_row(column["name"], column["type"], column["purpose"])
        console.print(shown)
