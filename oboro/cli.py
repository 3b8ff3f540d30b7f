"""The one program, ``oboro``: each room brings its commands; errors become an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from oboro.errors import OboroError
from oboro.ground import GROUND
from oboro.journal import kind_and_place, show_frames, write_journal
from oboro.operations import operations_of
from oboro.program import Program
from oboro.rooms import Room, load_rooms

_NOT_UTF8 = "what was typed is not text in UTF-8; set the terminal, or save the script, to UTF-8"


def command_line(rooms: Sequence[Room]) -> click.Group:
    """Return the group of all commands of *rooms*."""
    group = click.Group(
        "oboro",
        help="Count visits to public sites, and keep nothing that tells visitors apart.",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    click.version_option(package_name="oboro")(group)
    for room in rooms:
        for command in room.commands:
            group.add_command(command)
    return group


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its status."""
    write_journal("warning")
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str], program: Program | None = None) -> int:
    """Run one command and return its status: 0 done, 1 failed, 2 usage, 3 conflict."""
    try:
        rooms = [GROUND, *load_rooms()]
        status = command_line(rooms).main(
            args=list(arguments),
            prog_name="oboro",
            standalone_mode=False,
            obj=program or Program(operations_of(rooms)),
        )
    except OboroError as error:
        click.echo(f"oboro: {error}", err=True)
        return error.status
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("oboro: stopped", err=True)
        return 1
    except BrokenPipeError:
        # The reader had enough; keep Python from complaining when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if isinstance(error, UnicodeEncodeError) and not _in_utf8(arguments):
            click.echo(f"oboro: {_NOT_UTF8}", err=True)
            return 2
        # The message may hold a value, so only the kind and the place are told.
        click.echo(f"oboro: failed unexpectedly: {kind_and_place(error)}", err=True)
        if os.environ.get("OBORO_LOG_LEVEL") == "debug":
            show_frames(error)
        return 1
    # A command that ends early (``ctx.exit``, ``--help``) gives its status; others give nothing.
    return status if isinstance(status, int) else 0


def _in_utf8(arguments: Sequence[str]) -> bool:
    """Tell whether the shell handed *arguments* over in UTF-8; other bytes are half characters."""
    try:
        "".join(arguments).encode()
    except UnicodeEncodeError:
        return False
    return True
