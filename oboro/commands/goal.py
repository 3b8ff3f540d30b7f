"""``oboro goal``: what a site's operator wants visits to reach, in dated versions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from oboro.clock import local_day
from oboro.commands.forms import changed_forms, show_forms
from oboro.declared_pages import pages_as_counted
from oboro.errors import Conflict, UsageError
from oboro.funnels import using
from oboro.goals import MOST, Goal, composed
from oboro.kept import next_decision_from
from oboro.program import Program, pass_program
from oboro.rooms import Json, Progress
from oboro.sites import Site
from oboro.versions import in_force_on, standing_on
from oboro.workspace import Workspace


@click.group()
def goal() -> None:
    """Declare what visits are to reach; definitions have versions and are never changed."""


@goal.command("add")
@click.argument("host")
@click.argument("name")
@click.option(
    "--page",
    metavar="PATH",
    help="Reached by viewing a page of this name, * for any characters, like /contact/thanks*.",
)
@click.option("--event", metavar="NAME", help="Reached when a page tells an event of this name.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def add(
    program: Program, host: str, name: str, page: str | None, event: str | None, as_json: bool
) -> None:
    """Count from HOST's next day on in how many visits the goal NAME is reached.

    A goal that there is gets another definition, from that day on: its next version. While nothing
    is kept of HOST, the definition holds for all its days.
    """
    if not (page or event) or (page and event):
        raise UsageError("say what reaches it: either --page PATH or --event NAME")
    arguments = {"host": host, "name": name, "page": page or "", "event": event or ""}
    document = program.run("goal.add", arguments)
    program.emit(document, as_json, _show_decided)
    if page and not as_json:
        program.emit(changed_forms([page], [document["page"]]), as_json, show_forms)


@goal.command("end")
@click.argument("host")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def end(program: Program, host: str, name: str, as_json: bool) -> None:
    """Count the goal NAME of HOST no more, from its next day on; what was counted stays."""
    document = program.run("goal.end", {"host": host, "name": name})
    program.emit(document, as_json, _show_decided)


@goal.command("list")
@click.argument("host")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def list_(program: Program, host: str, as_json: bool) -> None:
    """List the goals of HOST: every version of each, and whether it is in force today."""
    program.emit(program.run("goal.list", {"host": host}), as_json, _show_list)


async def add_goal(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Write down the next version of a goal; answers with it as it is kept."""
    site = workspace.catalog.declared(arguments["host"])
    page, event = arguments["page"], composed(arguments["event"])
    if page and not event:
        [page] = await pages_as_counted(workspace, site, [page])
    new = Goal(name=composed(arguments["name"]), page=page, event=event)
    if new.ended:
        raise UsageError("a goal is reached by pages or by an event; name one of them")
    standing = _latest(site)
    known = standing.get(new.name)
    if known is not None and (known.page, known.event) == (new.page, new.event):
        raise Conflict(
            f"{new.name} of {site.host} is declared so already; see: oboro goal list {site.host}"
        )
    if known is None and len(standing) >= MOST:
        raise Conflict(
            f"{site.host} has {MOST} goals already; end one first: oboro goal end HOST NAME"
        )
    return await _decide(workspace, site, new)


async def end_goal(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Write down that a goal ends; answers with the version that says so."""
    site, name = workspace.catalog.declared(arguments["host"]), composed(arguments["name"])
    if name not in _latest(site):
        raise UsageError(f"{site.host} has no goal {name!r}; see: oboro goal list {site.host}")
    if used_by := sorted(using(name, in_force_on(date.max, site.funnels))):
        raise Conflict(
            f"{name} is a step of {', '.join(used_by)}; end or change that first: "
            f"oboro funnel list {site.host}"
        )
    return await _decide(workspace, site, Goal(name=name))


async def list_goals(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with every version of a site's goals."""
    site = workspace.catalog.declared(arguments["host"])
    today = local_day(workspace.clock.now(), site.zone)
    in_force = in_force_on(today, site.goals)
    return {
        "site": site.host,
        "goals": [
            {
                **each.document(),
                "in_force": each in in_force,
                "standing": standing_on(today, each, site.goals),
            }
            for each in site.goals
        ],
    }


async def _decide(workspace: Workspace, site: Site, new: Goal) -> Json:
    today = local_day(workspace.clock.now(), site.zone)
    first = await next_decision_from(workspace, site)
    kept = workspace.catalog.add_goal(
        site.host, dataclasses.replace(new, decided_on=today, in_force_from=first)
    )
    return {"site": site.host, **kept.document()}


def _latest(site: Site) -> dict[str, Goal]:
    """Return by name the goals that have not ended, as they were decided last."""
    return {goal.name: goal for goal in in_force_on(date.max, site.goals)}


def _show_decided(console: Console, document: Json) -> None:
    since = document["in_force_from"] or "its first day"
    if document["page"] or document["event"]:
        by = f"pages {document['page']}" if document["page"] else f"the event {document['event']}"
        said = f"{document['name']} (version {document['version']}) is reached by {by}"
    else:
        said = f"{document['name']} is counted no more"
    console.print(
        f"{said}, on days of {document['site']} from {since} on.", markup=False, soft_wrap=True
    )


def _show_list(console: Console, document: Json) -> None:
    if not document["goals"]:
        console.print(
            f"No goal yet. Declare one: oboro goal add {document['site']} NAME --page PATH"
        )
        return
    table = Table("goal", "version", "from", "reached by", "")
    for goal in document["goals"]:
        by = goal["page"] or (f"event {goal['event']}" if goal["event"] else "ended")
        since = goal["in_force_from"] or "the first day"
        table.add_row(
            escape(goal["name"]), str(goal["version"]), since, escape(by), goal["standing"]
        )
    console.print(table)
