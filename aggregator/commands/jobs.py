"""``oboro jobs``: what ran, what is due, what failed."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from oboro.program import Program, pass_program
from oboro.rooms import Json

SHOWN = 8
"""Lines shown of each list; all of them stand in the JSON document."""


@click.command("jobs")
@click.option("--run", "run_now", is_flag=True, help="First do all that is due, now.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@pass_program
def jobs(program: Program, run_now: bool, as_json: bool) -> None:
    """Show the jobs: what is due, what ran, what failed and why.

    A running server does what is due by itself; --run does it at once, with or without a server.
    Ends with status 1 when something failed that will not end by itself.
    """
    with program.session(begins=False) as session:
        if run_now:
            with _bar() as bar:
                task = bar.add_task("looking for what is due", total=None)
                session.run(
                    "jobs.run",
                    {},
                    lambda what, done, of: bar.update(
                        task, description=what, completed=done, total=of or None
                    ),
                )
        document = session.run("jobs", {})
    program.emit(document, as_json, show)
    if any(failure["alarm"] for job in document["jobs"] for failure in job["failed"]):
        raise click.exceptions.Exit(1)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"))
    return Progress(*columns, console=Console(stderr=True), transient=True)


def show(console: Console, document: Json) -> None:
    """Print the document of all jobs."""
    for job in document["jobs"]:
        console.print(f"[bold]{job['name']}[/bold]: {job['purpose']}")
        if job["running"]:
            console.print(f"  running: {job['running']['done']} of {job['running']['of']}")
        if not job["due"] and not job["failed"]:
            console.print("  nothing is due")
        for due in job["due"][:SHOWN]:
            since = f" since {due['since']}" if due["since"] else ""
            console.print(f"  due{since}: {due['day']} of {due['site']}")
        _rest(console, len(job["due"]))
        for run in job["ran"][:1]:
            console.print(f"  last run {run['ended']}: {run['done']} done, {run['failed']} failed")
        for failure in job["failed"][:SHOWN]:
            mark = "[red]failed[/red]" if failure["alarm"] else "waits"
            of = f"{failure['day']} of {failure['site']}: " if failure["day"] else ""
            console.print(f"  {mark} since {failure['since']}: {of}{failure['why']}")
        _rest(console, len(job["failed"]))


def _rest(console: Console, lines: int) -> None:
    if lines > SHOWN:
        console.print(f"  and {lines - SHOWN} more")
