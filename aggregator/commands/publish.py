"""``oboro publish``: put figures of whole periods out, signed, with their margins."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from rich.console import Console

from oboro.errors import Conflict
from oboro.program import Program, pass_program
from oboro.rooms import Json
from oboro.stretches import stretches


@click.command("publish")
@click.option("--site", required=True, metavar="HOST", help="The site, by its host or an alias.")
@click.option("--from", "first", required=True, metavar="DAY", help="First day of a period.")
@click.option("--to", "last", required=True, metavar="DAY", help="Last day of a period.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Also copy the bundle to DIR."
)
@click.option(
    "--label",
    type=click.Choice(["objections-not-knowable", "demonstration"]),
    help="Publish days that may only be published with these words.",
)
@click.option("--leave-out", is_flag=True, help="Leave out days that cannot be published, as gaps.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@pass_program
def publish(
    program: Program,
    site: str,
    first: str,
    last: str,
    out: Path | None,
    label: str | None,
    leave_out: bool,
    as_json: bool,
) -> None:
    """Publish a site's figures for whole periods that are over and closed.

    Noise is drawn once for each table and period; the same again gives the same bytes. The bundle
    lies in the data directory, where the public pages show it.
    """
    # Imported here, since hashing and signing take a library that other commands need not load.
    from aggregator.publish.bundle import is_bundle_or_free, put, read

    if out is not None and not (
        is_bundle_or_free(out) and _is_free_for(program, out, site, first, last)
    ):
        raise Conflict(f"{out} holds something else; name a new folder. Nothing was published")
    arguments = {
        "site": site,
        "from": first,
        "to": last,
        "label": label,
        "leave_out": leave_out,
    }
    document = program.run("publish", arguments)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        put(read(Path(document["folder"])), out)
        document["out"] = str(out)
    program.emit(document, as_json, _show)


def _is_free_for(program: Program, out: Path, site: str, first: str, last: str) -> bool:
    """Tell whether the bundle at *out*, if there is one, is of the same site and days."""
    from oboro.publication import FILE, NotAPublication, decode

    if not (out / FILE).is_file():
        return not out.exists() or not any(out.iterdir())
    try:
        there = decode((out / FILE).read_bytes())
    except NotAPublication:
        return False
    hosts = {
        name
        for kept in program.run("site.list", {})["sites"]
        if kept["host"] == there.site
        for name in (kept["host"], *kept["aliases"])
    }
    return site in hosts and (there.first, there.last) == (first, last)


def _show(console: Console, document: Json) -> None:
    stretch = f"{document['from']} to {document['to']}"
    made = "is published as" if document["new"] else "was published before as"
    console.print(f"{document['site']}, {stretch}, {made} number {document['number']}:")
    console.print(f"  {document.get('out') or document['folder']}", markup=False, soft_wrap=True)
    tables = ", ".join(document["tables"])
    console.print(f"{document['cells']:,} figures in {tables}.")
    by_code: dict[str, list[date]] = {}
    for gap in document["gaps"]:
        by_code.setdefault(gap["code"], []).append(date.fromisoformat(gap["day"]))
    runs = [(*run, code) for code, days in by_code.items() for run in stretches(days)]
    for begin, end, code in sorted(runs):
        console.print(f"  {begin}: {code}" if begin == end else f"  {begin} to {end}: {code}")
