"""``oboro site-key``: the keys by which a site's own servers send events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import click
from rich.console import Console
from rich.table import Table

from oboro.errors import UsageError
from oboro.program import Program, pass_program
from oboro.rooms import Json, Progress
from oboro.site_keys import SECRET_BYTES, SiteKey, digest_of, written
from oboro.sites import Site
from oboro.workspace import Workspace

OVERLAP_HOURS = 24


@click.group("site-key")
def site_key() -> None:
    """Make, change and revoke the keys by which a site's own servers send events."""


@site_key.command("new")
@click.argument("host")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def new(program: Program, host: str, as_json: bool) -> None:
    """Make a key for HOST and print it, this once: only its hash is kept.

    Give each server a key of its own, so that one can be revoked alone.
    """
    program.emit(program.run("site-key.new", {"host": host}), as_json, _show_new)


@site_key.command("rotate")
@click.argument("host")
@click.option(
    "--overlap",
    type=click.IntRange(0, 24 * 31),
    default=OVERLAP_HOURS,
    show_default=True,
    metavar="HOURS",
    help="How long the keys that there are stay good.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def rotate(program: Program, host: str, overlap: int, as_json: bool) -> None:
    """Make a new key for HOST and print it, this once; all its other keys end soon."""
    arguments = {"host": host, "overlap": overlap}
    program.emit(program.run("site-key.rotate", arguments), as_json, _show_new)


@site_key.command("revoke")
@click.argument("host")
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="Revoke all keys of HOST.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def revoke(program: Program, host: str, name: str | None, every: bool, as_json: bool) -> None:
    """Let the key NAME of HOST, as `oboro site-key list` calls it, open nothing from now on."""
    if (name is None) is not every:
        raise UsageError("say which key: its name as oboro site-key list has it, or --all")
    document = program.run("site-key.revoke", {"host": host, "name": name})
    program.emit(document, as_json, _show_revoked)


@site_key.command("list")
@click.argument("host")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def list_(program: Program, host: str, as_json: bool) -> None:
    """List the keys of HOST by name: when each was made, and when it ends."""
    program.emit(program.run("site-key.list", {"host": host}), as_json, _show_list)


async def make_key(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Make a key; answers with it, which nobody can do again."""
    key, kept = _new(workspace, workspace.catalog.declared(arguments["host"]))
    workspace.catalog.add_site_key(kept)
    return {"key": key, **as_document(kept), "others_until": None}


async def rotate_key(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Make a key and let the others end; answers with it, which nobody can do again."""
    key, kept = _new(workspace, workspace.catalog.declared(arguments["host"]))
    until = kept.made_at + timedelta(hours=int(arguments["overlap"]))
    others = [each for each in workspace.catalog.site_keys(kept.host) if each.holds(kept.made_at)]
    workspace.catalog.add_site_key(kept, others_until=until)
    return {"key": key, **as_document(kept), "others_until": until if others else None}


async def revoke_key(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Revoke one key, or all where none is named; answers with their names."""
    site, name = workspace.catalog.declared(arguments["host"]), arguments.get("name")
    keys = [key for key in workspace.catalog.site_keys(site.host) if name in (None, key.name)]
    if not keys:
        what = "no key" if name is None else "no key of that name"
        raise UsageError(f"{site.host} has {what}; see: oboro site-key list {site.host}")
    workspace.catalog.revoke_site_keys(keys)
    return {"site": site.host, "revoked": [key.name for key in keys]}


async def list_keys(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with a site's keys; of none is there more than its name and its times."""
    site, now = workspace.catalog.declared(arguments["host"]), workspace.clock.now()
    keys = workspace.catalog.site_keys(site.host)
    return {
        "site": site.host,
        "keys": [{**as_document(key), "good": key.holds(now)} for key in keys],
    }


def as_document(key: SiteKey) -> dict[str, Json]:
    """Return what may be shown of *key* as JSON values."""
    return {"site": key.host, "name": key.name, "made_at": key.made_at, "until": key.until}


def _new(workspace: Workspace, site: Site) -> tuple[str, SiteKey]:
    key = written(workspace.randomness.bytes(SECRET_BYTES))
    made_at = workspace.clock.now().replace(microsecond=0)
    return key, SiteKey(digest_of(key), site.host, made_at)


def _show_new(console: Console, document: Json) -> None:
    console.print(f"The key {document['name']} of {document['site']}, shown this once:")
    console.print(f"  {document['key']}", soft_wrap=True)
    console.print("Send it as `Authorization: Bearer KEY`, from servers alone.", markup=False)
    if document["others_until"]:
        console.print(f"Keys made before end at {document['others_until']}.")


def _show_revoked(console: Console, document: Json) -> None:
    console.print(f"{', '.join(document['revoked'])} of {document['site']} opens nothing more.")


def _show_list(console: Console, document: Json) -> None:
    if not document["keys"]:
        console.print(f"No key yet. Make one: oboro site-key new {document['site']}")
        return
    table = Table("name", "made", "ends", "")
    for key in document["keys"]:
        table.add_row(
            key["name"], key["made_at"], key["until"] or "", "" if key["good"] else "over"
        )
    console.print(table)
