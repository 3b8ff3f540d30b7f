"""``oboro close-day``: sum a day that is over and drop its rows, now rather than on schedule."""

from __future__ import annotations

import click
from rich.console import Console

from oboro.program import Program, pass_program
from oboro.rooms import Json


@click.command("close-day")
@click.option("--day", required=True, metavar="DAY", help="The day, as YYYY-MM-DD.")
@click.option("--to", metavar="DAY", help="The last of several days, from --day on.")
@click.option("--site", metavar="HOST", help="Only this site. Without it: every site.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@pass_program
def close_day(program: Program, day: str, to: str | None, site: str | None, as_json: bool) -> None:
    """Close a day that is over: sum its rows, compare the totals, drop the rows.

    A server does it by itself, an hour after the site's midnight. Closing a day twice changes
    nothing; a day that is not over, or of which something is still on its way, is refused with
    status 3. Of several days none is closed when one of them is not over.
    """
    document = program.run("close-day", {"day": day, "to": to, "site": site})
    program.emit(document, as_json, _show)


def _show(console: Console, document: Json) -> None:
    for day in document.get("days", [document]):
        for site in day["sites"]:
            console.print(
                f"{day['day']} of {site['site']} is {site['state']}: "
                f"{site['open_rows']:,} rows became {site['kept_rows']:,}."
            )
