"""``oboro serve``."""

from __future__ import annotations

import dataclasses

import click
import msgspec

from oboro.errors import UsageError
from oboro.program import Program, pass_program


@click.command()
@click.option("--host", help="The address to listen on, instead of OBORO_HOST.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port, instead of OBORO_PORT; 0: a free one."
)
@click.option("--demo", is_flag=True, help="Fill a demonstration in the background.")
@click.option("--collector", is_flag=True, help="Take hits in this process.")
@click.option("--jobs", is_flag=True, help="Close days and keep to periods here; with --collector.")
@click.option("--dashboards", is_flag=True, help="Show the pages in this process.")
@click.option("--json", "as_json", is_flag=True, help="Tell the address as one JSON document.")
@pass_program
def serve(
    program: Program,
    host: str | None,
    port: int | None,
    demo: bool,
    collector: bool,
    jobs: bool,
    dashboards: bool,
    as_json: bool,
) -> None:
    """Count, report and publish: run everything in this process until told to stop.

    With a store on a server, the pages can be shown by a process of their own: one runs with
    `--collector --jobs`, the other with `--dashboards`, on the same data directory. Further
    collectors run with `--collector` alone, each on a data directory and under a name of its own.
    """
    from oboro.ground import GROUND
    from oboro.rooms import load_rooms
    from oboro.serve import serve as run
    from oboro.serve import serve_beside

    settings = program.settings
    parts = parts_named(collector=collector, jobs=jobs, dashboards=dashboards)
    if host is not None:
        settings = dataclasses.replace(settings, host=host)
    if port is not None:
        settings = dataclasses.replace(settings, port=port)
    if demo:
        settings = dataclasses.replace(settings, demo=True)

    def ready(address: str) -> None:
        document = {"url": address, "data_dir": str(settings.data_dir.resolve())}
        text = f"Oboro answers on {address}"
        click.echo(msgspec.json.encode(document).decode() if as_json else text)

    if parts == {"collector"} and not settings.store_url:
        raise UsageError(
            "a collector without --jobs writes to a store that another one looks after; set "
            "OBORO_STORE_URL to its ClickHouse server"
        )
    beside = parts == {"dashboards"}
    (serve_beside if beside else run)(settings, [GROUND, *load_rooms()], ready, parts=parts)


def parts_named(*, collector: bool, jobs: bool, dashboards: bool) -> set[str]:
    """Return the rooms that a process serves by its options; none given means all: empty.

    >>> sorted(parts_named(collector=True, jobs=True, dashboards=False))
    ['aggregator', 'collector']
    """
    if jobs and not collector:
        raise UsageError(
            "--jobs needs --collector: a day is closed by ending its visits, which are in the "
            "collector's memory and nowhere else"
        )
    if collector and dashboards and not jobs:
        raise UsageError(
            "a collector without --jobs only takes hits: the pages belong on the data directory of "
            "the one with the jobs"
        )
    named = {"collector": collector, "aggregator": jobs, "dashboards": dashboards}
    return {room for room, chosen in named.items() if chosen}
