"""``oboro funnel``: ways on which a site's operator follows visits, in dated versions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, timedelta

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from oboro.clock import local_day
from oboro.commands.forms import changed_forms, show_forms
from oboro.declared_pages import steps_as_counted
from oboro.errors import Conflict, UsageError
from oboro.funnels import MOST, Funnel
from oboro.goals import composed
from oboro.kept import next_decision_from
from oboro.policy import ALWAYS
from oboro.program import Program, pass_program
from oboro.rooms import Json, Progress
from oboro.sites import Site
from oboro.versions import in_force_on, standing_on
from oboro.workspace import Workspace

FARTHEST = timedelta(days=366)
"""How far ahead a definition may begin: what lies beyond is a slip of the pen."""


@click.group()
def funnel() -> None:
    """Declare steps that visits are to take in order; definitions are dated and never changed."""


@funnel.command("add")
@click.argument("host")
@click.argument("name")
@click.argument("steps", nargs=-1, required=True, metavar="STEP...")
@click.option(
    "--from", "since", metavar="DAY", help="The first day it holds for. Without it: the next day."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def add(
    program: Program,
    host: str,
    name: str,
    steps: tuple[str, ...],
    since: str | None,
    as_json: bool,
) -> None:
    """Count from HOST's next day on how many visits take each STEP of the funnel NAME.

    A STEP is pages (/cart*, with * for any characters), an event (event:signup) or a goal
    (goal:contact). Two to eight of them are taken in this order, by different hits of one visit,
    with whatever in between.

    A funnel that there is gets other steps, from that day on: its next version. While nothing is
    kept of HOST, the definition holds for all its days.
    """
    arguments = {"host": host, "name": name, "steps": list(steps), "from": since}
    document = program.run("funnel.add", arguments)
    program.emit(document, as_json, _show_decided)
    if not as_json:
        program.emit(changed_forms(steps, document["steps"]), as_json, show_forms)


@funnel.command("end")
@click.argument("host")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def end(program: Program, host: str, name: str, as_json: bool) -> None:
    """Count the funnel NAME of HOST no more, from its next day on; what was counted stays."""
    document = program.run("funnel.end", {"host": host, "name": name})
    program.emit(document, as_json, _show_decided)


@funnel.command("list")
@click.argument("host")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def list_(program: Program, host: str, as_json: bool) -> None:
    """List the funnels of HOST: every version of each, and whether it is in force today."""
    program.emit(program.run("funnel.list", {"host": host}), as_json, _show_list)


async def add_funnel(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Write down the next version of a funnel; answers with it as it is kept."""
    site = workspace.catalog.declared(arguments["host"])
    today = local_day(workspace.clock.now(), site.zone)
    since = _day(arguments["from"], today) if arguments.get("from") else None
    steps = await steps_as_counted(workspace, site, arguments["steps"])
    new = Funnel(name=composed(arguments["name"]), steps=steps)
    first = await _first_day(workspace, site, since)
    if new.ended:
        raise UsageError("a funnel has steps; to count it no more: oboro funnel end HOST NAME")
    goals = {goal.name for goal in in_force_on(date.max, site.goals)}
    if unknown := sorted(new.goals - goals):
        raise UsageError(
            f"{site.host} has no goal {', '.join(map(repr, unknown))}; "
            f"see: oboro goal list {site.host}"
        )
    standing = _latest(site)
    known = standing.get(new.name)
    if known is not None and known.steps == new.steps:
        raise Conflict(
            f"{new.name} of {site.host} is declared so already; see: oboro funnel list {site.host}"
        )
    if known is None and len(standing) >= MOST:
        raise Conflict(
            f"{site.host} has {MOST} funnels already; end one first: oboro funnel end HOST NAME"
        )
    return _decide(workspace, site, new, first)


async def end_funnel(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Write down that a funnel ends; answers with the version that says so."""
    site, name = workspace.catalog.declared(arguments["host"]), composed(arguments["name"])
    if name not in _latest(site):
        raise UsageError(f"{site.host} has no funnel {name!r}; see: oboro funnel list {site.host}")
    first = await _first_day(workspace, site, None)
    return _decide(workspace, site, Funnel(name=name), first)


async def list_funnels(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with every version of a site's funnels."""
    site = workspace.catalog.declared(arguments["host"])
    today = local_day(workspace.clock.now(), site.zone)
    in_force = in_force_on(today, site.funnels)
    return {
        "site": site.host,
        "funnels": [
            {
                **each.document(),
                "in_force": each in in_force,
                "standing": standing_on(today, each, site.funnels),
            }
            for each in site.funnels
        ],
    }


async def _first_day(workspace: Workspace, site: Site, asked: date | None) -> date:
    """Return the day that is *asked* for, or the first there can be."""
    first = await next_decision_from(workspace, site)
    if asked is None:
        return first
    if asked < first:
        raise UsageError(
            f"days before {first} are counted already, or today is; name {first} or a later day"
        )
    today = local_day(workspace.clock.now(), site.zone)
    return asked if asked > today or first != ALWAYS else first


def _decide(workspace: Workspace, site: Site, new: Funnel, first: date) -> Json:
    today = local_day(workspace.clock.now(), site.zone)
    kept = workspace.catalog.add_funnel(
        site.host, dataclasses.replace(new, decided_on=today, in_force_from=first)
    )
    return {"site": site.host, **kept.document()}


def _day(text: str, today: date) -> date:
    try:
        if len(text) != 10:
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError("--from is no day; write it as YYYY-MM-DD, like 2026-03-31") from None
    if day > today + FARTHEST:
        raise UsageError(
            f"--from {day} is more than a year ahead; name a day up to {today + FARTHEST}"
        )
    return day


def _latest(site: Site) -> dict[str, Funnel]:
    """Return by name the funnels that have not ended, as they were decided last."""
    return {each.name: each for each in in_force_on(date.max, site.funnels)}


def _show_decided(console: Console, document: Json) -> None:
    since = document["in_force_from"] or "its first day"
    if document["steps"]:
        steps = ", then ".join(document["steps"])
        said = f"{document['name']} (version {document['version']}) is {steps}"
    else:
        said = f"{document['name']} is counted no more"
    console.print(
        f"{said}, on days of {document['site']} from {since} on.", markup=False, soft_wrap=True
    )


def _show_list(console: Console, document: Json) -> None:
    if not document["funnels"]:
        console.print(
            f"No funnel yet. Declare one: oboro funnel add {document['site']} NAME STEP STEP",
            soft_wrap=True,
        )
        return
    table = Table("funnel", "version", "from", "steps", "")
    for each in document["funnels"]:
        steps = "\n".join(f"{number}. {step}" for number, step in enumerate(each["steps"], 1))
        since = each["in_force_from"] or "the first day"
        table.add_row(
            escape(each["name"]),
            str(each["version"]),
            since,
            escape(steps or "ended"),
            each["standing"],
        )
    console.print(table)
