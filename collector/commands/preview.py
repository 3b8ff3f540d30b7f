"""``oboro preview``: show what would be kept of a hit, before anything is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from collector.admission import admit, checks_by
from collector.arrival import Arrival
from collector.coarse import Coarse
from collector.coarsen.path import split_address
from collector.coarsener import Coarsener
from collector.databases import Databases
from collector.intake import network_of
from collector.kind import Kind
from collector.topics import of_somebody_new, pairs_of, singles_of
from oboro.clock import local_day, local_hour
from oboro.errors import UsageError
from oboro.outcomes import Outcome
from oboro.program import Program, pass_program
from oboro.rooms import Json, Progress
from oboro.sites import Site
from oboro.workspace import Workspace

AT_ONCE = "at once"
GATHERING = "gathering"


@click.command()
@click.option("--url", required=True, help="The page's address.")
@click.option("--ip", required=True, metavar="ADDRESS", help="The visitor's address.")
@click.option("--user-agent", required=True, metavar="UA", help="What the browser calls itself.")
@click.option("--referrer", default="", metavar="URL", help="Where the visitor came from.")
@click.option("--language", default="", help="What Accept-Language says.")
@click.option("--width", type=int, help="The window's width in CSS pixels.")
@click.option("--event", default="", help="The name of an event, instead of a page view.")
@click.option("--site", metavar="HOST", help="The site, when the address is not under its host.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def preview(program: Program, /, as_json: bool, **sent: Any) -> None:
    """Show what would be kept of a hit; nothing is counted, and nobody is looked up.

    It shows a visitor who is new to the site today: what the ledger knows is never shown.
    """
    if not network_of(sent["ip"]):
        raise UsageError("--ip is not an address; write one like 192.0.2.1 or 2001:db8::1")
    program.emit(program.run("preview", sent), as_json, _show)


async def preview_hit(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with the outcome of a hit and the facts it would leave."""
    address = split_address(arguments["url"])
    host = arguments.get("site") or (address.host if address else "")
    site = workspace.catalog.site_for(host)
    if site is None:
        return _refused(Outcome.UNKNOWN_SITE)
    arrival = Arrival(
        site=site.host,
        at=workspace.clock.now(),
        network=network_of(arguments["ip"]),
        agent=arguments["user_agent"],
        language=arguments.get("language") or "",
        url=arguments["url"],
        referrer=arguments.get("referrer") or "",
        kind=Kind.EVENT if arguments.get("event") else Kind.VIEW,
        name=arguments.get("event") or "",
        width=arguments.get("width"),
    )
    databases = workspace.find(Databases)
    if databases is None:
        databases = await asyncio.to_thread(Databases, workspace.settings)
    if objection := admit(arrival, site, checks_by(workspace.settings, databases)):
        return _refused(objection)
    coarse = Coarsener(databases, grounds=databases).coarsen(arrival, site)
    return {
        "outcome": "counted",
        "reason": str(Outcome.COUNTED),
        "facts": kept_of(site, arrival.at, coarse),
    }


def kept_of(site: Site, at: datetime, coarse: Coarse) -> list[dict[str, str]]:
    """Return the facts of a hit of somebody who is new today, and whether they wait in a crowd."""
    answers = of_somebody_new(coarse)
    day, hour = local_day(at, site.zone), local_hour(at, site.zone)
    singles = singles_of(site.host, day, hour, coarse, answers)
    pairs = pairs_of(coarse, answers)
    return [
        *(_kept(fact.topic, fact.value, fact.value2, AT_ONCE) for fact in singles),
        *(_kept(pair.topic, pair.value, pair.value2, GATHERING) for pair in pairs),
    ]


def _kept(topic: str, value: str, value2: str, kept: str) -> dict[str, str]:
    return {"topic": topic, "value": value, "value2": value2, "kept": kept}


def _refused(outcome: Outcome) -> Json:
    return {"outcome": "refused", "reason": str(outcome), "facts": []}


def _show(console: Console, document: Json) -> None:
    if document["outcome"] != "counted":
        console.print(f"It would not be counted: {document['reason']}.")
        return
    table = Table("topic", "value", "", "kept", box=None, pad_edge=False)
    for fact in document["facts"]:
        # As text: a bracket in a page's name is no markup.
        table.add_row(*(Text(fact[key]) for key in ("topic", "value", "value2", "kept")))
    console.print(table)
