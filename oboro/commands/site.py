"""``oboro site``: declare, change, list and remove the sites that are counted."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from oboro.clock import local_day
from oboro.commands.declared import LISTS, declared_lists
from oboro.errors import Conflict, UsageError
from oboro.hosts import checked_host
from oboro.kept import has_figures, next_decision_from
from oboro.page_titles import Title
from oboro.policy import ALWAYS, KeySet
from oboro.program import Program, Runs, pass_program
from oboro.rooms import Json, Progress
from oboro.site_changes import SiteChange, changed_between
from oboro.site_rows import zone_named
from oboro.sites import Site
from oboro.workspace import Workspace

PAGES = "pages"
"""The publication table whose keys operators list."""

_public_pages = click.option(
    "--public-pages",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The pages that may be published: addresses or paths, one a line, or a sitemap.",
)
_page_titles = click.option(
    "--page-titles",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The titles of pages for reports: a path and its title a line, as CSV or TSV.",
)
TITLES = "page_titles"


@click.group()
def site() -> None:
    """Declare the sites that are counted."""


@site.command()
@click.argument("host")
@click.option("--timezone", required=True, metavar="ZONE", help="Such as Asia/Tokyo.")
@declared_lists
@click.option("--section-depth", default=1, show_default=True, help="Path segments in a section.")
@_public_pages
@_page_titles
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def add(
    program: Program,
    /,
    as_json: bool,
    timezone: str,
    public_pages: Path | None,
    page_titles: Path | None,
    **declared: Any,
) -> None:
    """Count HOST from now on; the address of its first page is taken for it."""
    with program.session() as session:
        hosts = [checked_host(declared["host"]), *map(checked_host, declared["aliases"])]
        declared |= _read(session, public_pages, page_titles, hosts, declared["query_keys"])
        document = session.run("site.add", {"zone": timezone, **declared})
    program.emit(document, as_json, _show_added)


@site.command()
@click.argument("host")
@declared_lists
@click.option("--section-depth", type=int, help="Path segments in a section.")
@click.option(
    "--clear",
    "cleared",
    multiple=True,
    type=click.Choice(sorted({*LISTS, TITLES})),
    help="Empty a list.",
)
@_public_pages
@_page_titles
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def update(
    program: Program,
    /,
    host: str,
    as_json: bool,
    public_pages: Path | None,
    page_titles: Path | None,
    cleared: tuple[str, ...],
    **changed: Any,
) -> None:
    """Change what is declared of HOST; what is given replaces all of its kind, the rest stays.

    Pages are published from the first period that begins after the day on which they are listed.
    """
    given = {name: value for name, value in changed.items() if value not in ((), None)}
    given |= {name: {} if name == TITLES else [] for name in cleared}
    with program.session(begins=False) as session:
        if public_pages is not None or page_titles is not None:
            known = document_of(session, host)
            hosts = [known["host"], *given.get("aliases", known["aliases"])]
            keys = given.get("query_keys", known["query_keys"])
            given |= _read(session, public_pages, page_titles, hosts, keys)
        document = session.run("site.update", {"host": host, **given})
    program.emit(document, as_json, _show_updated)


def document_of(session: Runs, host: str) -> Json:
    """Return the declaration of the site of *host* as JSON values; a `UsageError` without one."""
    name = checked_host(host)
    for site in session.run("site.list", {})["sites"]:
        if name in (site["host"], *site["aliases"]):
            return site
    raise UsageError(f"{name} is not counted here; see: oboro site list")


def _read(
    session: Runs,
    public_pages: Path | None,
    page_titles: Path | None,
    hosts: list[str],
    query_keys: list[str],
) -> dict[str, Json]:
    """Return what the operator's lists say, by the names that operations know them by."""
    # Imported here, since few commands read a list.
    from oboro.public_pages import named_pages
    from oboro.title_list import named_titles

    said: dict[str, Json] = {}
    if public_pages is not None:
        said["public_pages"] = named_pages(
            session, public_pages, hosts=hosts, query_keys=query_keys
        )
    if page_titles is not None:
        found = named_titles(session, page_titles, hosts=hosts, query_keys=query_keys)
        said[TITLES] = {page: list(title) for page, title in found.titles.items()}
        said["masked_titles"] = found.masked
    return said


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
    lists: dict[str, Any] = {name: tuple(arguments.get(name, ())) for name in LISTS}
    new = Site(
        host=checked_host(arguments["host"]),
        zone=zone_named(arguments["zone"]),
        **lists,
        section_depth=int(arguments.get("section_depth", 1)),
        demonstration=bool(arguments.get("demonstration", False)),
    )
    keys = None
    if "public_pages" in arguments:
        # Of a site that is counted from now on, nothing can be kept: the list holds for all days.
        today = local_day(workspace.clock.now(), new.zone)
        keys = _key_set(arguments["public_pages"], today, ALWAYS)
    workspace.catalog.add_site(new, [] if keys is None else [keys])
    kept = workspace.catalog.declared(new.host)
    return as_document(kept) | _listed(keys) | _titled(workspace, kept, arguments)


async def update_site(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Change a site's declaration; answers with it as it is kept then."""
    known = workspace.catalog.declared(arguments["host"])
    changed: dict[str, Any] = {name: tuple(arguments[name]) for name in LISTS if name in arguments}
    if "section_depth" in arguments:
        changed["section_depth"] = int(arguments["section_depth"])
    workspace.catalog.update_site(dataclasses.replace(known, **changed))
    kept = workspace.catalog.declared(known.host)
    today = local_day(workspace.clock.now(), known.zone)
    changes = [SiteChange(today, what) for what in changed_between(known, kept)]
    workspace.catalog.note_changes(known.host, changes)
    keys = None
    if "public_pages" in arguments:
        first = await next_decision_from(workspace, known)
        listed = _key_set(arguments["public_pages"], today, first)
        keys = workspace.catalog.add_key_set(known.host, listed)
    return as_document(kept) | _listed(keys) | _titled(workspace, kept, arguments)


def _key_set(pages: list[str], listed_on: date, in_force_from: date) -> KeySet:
    return KeySet(table=PAGES, keys=tuple(pages), listed_on=listed_on, in_force_from=in_force_from)


def _listed(keys: KeySet | None) -> dict[str, Json]:
    if keys is None:
        return {}
    since = None if keys.in_force_from == ALWAYS else keys.in_force_from
    listed = {"count": len(keys.keys), "version": keys.version, "in_force_from": since}
    return {"public_pages": listed}


def _titled(workspace: Workspace, site: Site, arguments: Mapping[str, Json]) -> dict[str, Json]:
    """Keep the titles that were given, and return what is to be told of them."""
    if TITLES not in arguments:
        return {}
    titles = {page: Title(*each) for page, each in arguments[TITLES].items()}
    workspace.catalog.set_page_titles(site.host, titles)
    masked = int(arguments.get("masked_titles", 0))
    return {TITLES: {"count": len(titles), "masked": masked}}


async def list_sites(workspace: Workspace, _arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with every site."""
    return {"sites": [as_document(site) for site in workspace.catalog.sites()]}


async def remove_site(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Forget a site for which nothing was counted."""
    host = checked_host(arguments["host"])
    if await asyncio.to_thread(has_figures, workspace, host):
        raise Conflict(f"{host} has figures, which would stay behind without a name; it stays")
    workspace.catalog.remove_site(host)
    return {"removed": host}


def as_document(site: Site) -> dict[str, Json]:
    """Return *site* as JSON values."""
    return {
        "host": site.host,
        "timezone": site.zone.key,
        **{name: list(getattr(site, name)) for name in LISTS},
        "section_depth": site.section_depth,
        "demonstration": site.demonstration,
    }


def site_of(document: Json) -> Site:
    """Return the site that `as_document` shows; its policies and goals are shown by others."""
    return Site(
        host=document["host"],
        zone=zone_named(document["timezone"]),
        **{name: tuple(document[name]) for name in LISTS},
        section_depth=document["section_depth"],
        demonstration=document["demonstration"],
    )


def _show_added(console: Console, document: Json) -> None:
    console.print(f"{document['host']} is counted, by the days of {document['timezone']}.")
    _show_pages(console, document)
    _show_titles(console, document)
    console.print("Put this into its pages:")
    console.print('  <script defer src="https://THIS-SERVER/t.js"></script>', markup=False)


def _show_updated(console: Console, document: Json) -> None:
    console.print(f"{document['host']} is changed.")
    _show_pages(console, document)
    _show_titles(console, document)


def _show_pages(console: Console, document: Json) -> None:
    if pages := document.get("public_pages"):
        since = pages["in_force_from"] or "its first day"
        console.print(f"{pages['count']:,} pages may be published, of days from {since} on.")


def _show_titles(console: Console, document: Json) -> None:
    if titles := document.get(TITLES):
        console.print(f"Pages with a title in reports: {titles['count']:,}.")
        if titles["masked"]:
            console.print(
                f"Rows left out: {titles['masked']:,}, whose pages are counted under a name with "
                ":id in it, which stands for many.",
                markup=False,
                soft_wrap=True,
            )


def _show_list(console: Console, document: Json) -> None:
    if not document["sites"]:
        console.print("No site yet. Add one: oboro site add HOST --timezone ZONE")
        return
    table = Table("host", "time zone", "aliases", "")
    for site in document["sites"]:
        made_up = "made-up data" if site["demonstration"] else ""
        table.add_row(site["host"], site["timezone"], " ".join(site["aliases"]), made_up)
    console.print(table)
