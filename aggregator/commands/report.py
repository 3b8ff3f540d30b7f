"""``oboro report``: figures of one site, by topic, by day or hour, narrowed to one value."""

from __future__ import annotations

from typing import Any

import click

from oboro.program import Program, pass_program
from oboro.words import FALLBACK, LANGUAGES


@click.command("report")
@click.option("--site", required=True, metavar="HOST", help="The site, by its host or an alias.")
@click.option("--from", "first", metavar="DAY", help="The first day. Without it: 28 days in all.")
@click.option("--to", "last", metavar="DAY", help="The last day. Without it: today.")
@click.option(
    "--metrics",
    metavar="LIST",
    help="views, visits, visitors, events; rows are ordered by the first of them.",
)
@click.option(
    "--by",
    default="day",
    show_default=True,
    metavar="TOPIC",
    help="What the rows are: day or a topic.",
)
@click.option("--focus", metavar="TOPIC=VALUE", help="Narrow the report to one value of a topic.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=FALLBACK,
    show_default=True,
    help="Of the pages' titles, where the site's list gives several.",
)
@click.option("--limit", type=int, metavar="N", help="At most so many rows. Without it: 100.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@pass_program
def report(
    program: Program,
    site: str,
    first: str | None,
    last: str | None,
    metrics: str | None,
    by: str,
    focus: str | None,
    limit: int | None,
    language: str,
    as_json: bool,
) -> None:
    """Show a site's figures.

    Rows are days, hours, or the values of a topic (page, source, country, ...); totals are the
    site's own. With --focus, rows are what is kept together with one value.
    """
    arguments: dict[str, Any] = {
        "site": site,
        "from": first,
        "to": last,
        "metrics": metrics,
        "by": by,
        "focus": focus,
        "limit": limit,
        "language": language,
    }
    document = program.run("report", arguments)
    # Imported here, since rich takes a while and --json does not need it.
    from aggregator.reports.readable import show

    program.emit(document, as_json, show)
