"""``oboro site``: declare, list and remove the sites that are counted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from oboro.catalog import zone_named
from oboro.errors import Conflict
from oboro.hosts import checked_host
from oboro.program import Program, pass_program
from oboro.rooms import Json, Progress, load_rooms
from oboro.sites import Site
from oboro.sql import load_sql
from oboro.workspace import Workspace


@click.group()
def site() -> None:
    """Declare the sites that are counted."""


@site.command()
@click.argument("host")
@click.option("--timezone", required=True, metavar="ZONE", help="Such as Asia/Tokyo.")
@click.option("--alias", "aliases", multiple=True, help="Another host of the site.")
@click.option("--campaign", "campaigns", multiple=True, help="A campaign to tell apart.")
@click.option("--event", "events", multiple=True, help="An event that pages report.")
@click.option("--query-key", "query_keys", multiple=True, help="A query key that names pages.")
@click.option("--section-depth", default=1, show_default=True, help="Path segments in a section.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def add(program: Program, /, as_json: bool, timezone: str, **declared: Any) -> None:
    """Count HOST from now on."""
    document = program.run("site.add", {"zone": timezone, **declared})
    program.emit(document, as_json, _show_added)


@site.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def list_(program: Program, as_json: bool) -> None:
    """List the sites that are counted."""
    program.emit(program.run("site.list", {}), as_json, _show_list)


@site.command()
@click.argument("host")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def remove(program: Program, host: str, as_json: bool) -> None:
    """Forget HOST, as long as nothing was counted for it."""
    document = program.run("site.remove", {"host": host})
    program.emit(document, as_json, lambda console, _: console.print(f"{host} is forgotten."))


async def add_site(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Declare a site; answers with it as it is kept."""
    new = Site(
        host=checked_host(arguments["host"]),
        zone=zone_named(arguments["zone"]),
        aliases=tuple(arguments.get("aliases", ())),
        campaigns=tuple(arguments.get("campaigns", ())),
        events=tuple(arguments.get("events", ())),
        query_keys=tuple(arguments.get("query_keys", ())),
        section_depth=int(arguments.get("section_depth", 1)),
        demonstration=bool(arguments.get("demonstration", False)),
    )
    workspace.catalog.add_site(new)
    kept = workspace.catalog.site_for(new.host)
    assert kept is not None
    return as_document(kept)


async def list_sites(workspace: Workspace, _arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with every site."""
    return {"sites": [as_document(site) for site in workspace.catalog.sites()]}


async def remove_site(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Forget a site for which nothing was counted."""
    host = checked_host(arguments["host"])
    if await asyncio.to_thread(_has_figures, workspace, host):
        raise Conflict(f"{host} has figures, which would stay behind without a name; it stays")
    workspace.catalog.remove_site(host)
    return {"removed": host}


def _has_figures(workspace: Workspace, host: str) -> bool:
    # What waits is asked for first: it may reach the store in between, and never goes back.
    if any(room.waits(workspace, host) for room in load_rooms() if room.waits):
        return True
    rows = workspace.store.query(load_sql(__package__, "site_rows.sql"), {"site": host})
    return rows != [(0,)]


def as_document(site: Site) -> dict[str, Json]:
    """Return *site* as JSON values."""
    return {
        "host": site.host,
        "timezone": site.zone.key,
        "aliases": list(site.aliases),
        "campaigns": list(site.campaigns),
        "events": list(site.events),
        "query_keys": list(site.query_keys),
        "section_depth": site.section_depth,
        "demonstration": site.demonstration,
    }


def _show_added(console: Console, document: Json) -> None:
    console.print(f"{document['host']} is counted, by the days of {document['timezone']}.")
    console.print("Put this into its pages:")
    console.print('  <script defer src="https://THIS-SERVER/t.js"></script>', markup=False)


def _show_list(console: Console, document: Json) -> None:
    if not document["sites"]:
        console.print("No site yet. Add one: oboro site add HOST --timezone ZONE")
        return
    table = Table("host", "time zone", "aliases", "")
    for site in document["sites"]:
        made_up = "made-up data" if site["demonstration"] else ""
        table.add_row(site["host"], site["timezone"], " ".join(site["aliases"]), made_up)
    console.print(table)
