"""``oboro import-log``: count the lines of access logs."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from collector.log_import.objection import FIELDS, check_fields
from collector.terminal import Bar
from oboro.clock import SystemClock
from oboro.collecting_garbage import collecting_seldom
from oboro.program import Program, pass_program
from oboro.rooms import Json


@click.command("import-log")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--site", required=True, metavar="HOST", help="The site whose log it is.")
@click.option(
    "--opt-out-field",
    "opt_out_fields",
    multiple=True,
    metavar="FIELD",
    help="What the first quoted field behind the agent holds; again for the second, and so on: "
    + ", ".join(FIELDS)
    + ".",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def import_log(
    program: Program,
    files: tuple[Path, ...],
    site: str,
    opt_out_fields: tuple[str, ...],
    as_json: bool,
) -> None:
    """Count the lines of FILE… (common or combined format, plain or gzip) for a site.

    Days that hold anything already, and days that are not over, are refused with all the rest.
    """
    # Imported here: what it needs takes a second that other commands need not wait.
    from collector.log_import.importing import Import
    from collector.log_import.pipelines import counting_by

    fields = check_fields(opt_out_fields)
    clock = SystemClock()
    begun = clock.monotonic()
    with collecting_seldom(), Bar() as bar, program.session(begins=False) as session:
        counting_for = counting_by(program.settings)
        log = Import(
            session, site, counting_for, clock=clock, opt_out_fields=fields, progress=bar.show
        )
        imported = log.run(files)
    seconds = clock.monotonic() - begun
    tally = imported.tally
    document: Json = {
        "lines": tally.lines,
        "counted": tally.counted,
        "refused": dict(sorted(tally.refused.items())),
        "invalid": tally.invalid,
        "days": [
            {"day": day.isoformat(), "views": views, "visitors": visitors}
            for day, views, visitors in sorted(imported.days)
        ],
        "label": imported.label,
        "seconds": round(seconds, 3),
        "lines_per_second": round(tally.lines / imported.seconds) if imported.seconds else 0,
    }
    program.emit(document, as_json, _show)


def _show(console: Console, document: Json) -> None:
    console.print(
        f"{document['lines']:,} lines: {document['counted']:,} counted, "
        f"{sum(document['refused'].values()):,} refused, {document['invalid']:,} invalid; "
        f"{document['lines_per_second']:,} lines a second."
    )
    if document["refused"]:
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in document["refused"].items())
        console.print(f"Refused: {reasons}.")
    if document["days"]:
        table = Table("day", "views", "visitor-days")
        for day in document["days"]:
            table.add_row(day["day"], f"{day['views']:,}", f"{day['visitors']:,}")
        console.print(table)
    if document["label"]:
        console.print(f"The days are labelled “{document['label']}”: docs/import.md says why.")
