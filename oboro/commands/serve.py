"""``oboro serve``."""

from __future__ import annotations

import dataclasses

import click
import msgspec

from oboro.program import Program, pass_program


@click.command()
@click.option("--host", help="The address to listen on, instead of OBORO_HOST.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port, instead of OBORO_PORT; 0: a free one."
)
@click.option("--demo", is_flag=True, help="Fill a demonstration in the background.")
@click.option("--json", "as_json", is_flag=True, help="Tell the address as one JSON document.")
@pass_program
def serve(program: Program, host: str | None, port: int | None, demo: bool, as_json: bool) -> None:
    """Count, report and publish: run everything in this process until told to stop."""
    from oboro.ground import GROUND
    from oboro.rooms import load_rooms
    from oboro.serve import serve as run

    settings = program.settings
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

    run(settings, [GROUND, *load_rooms()], ready)
