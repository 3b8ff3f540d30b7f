"""Write docs/cli.md: every command of ``oboro``, from the commands themselves.

``make docs`` runs it; a test insists that the page is current.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from oboro.cli import command_line
from oboro.ground import GROUND
from oboro.rooms import load_rooms

FILE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"

HEAD = """\
# The command line

Written by `make docs` from the commands themselves; do not edit by hand.

Every command works while a server runs on the same data directory and while none does: it
hands its work to the server through a socket in that directory, or opens the store itself.
With `--json`, standard output holds one JSON document and nothing else; messages and progress
go to standard error.

| status | means |
|---|---|
| 0 | done |
| 1 | failed; the message says what, where, and what to do |
| 2 | used wrongly: an unknown option, setting, site, report |
| 3 | contradicts what is already kept; nothing was changed |
"""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, with its full name, in alphabetical order."""
    yield from _commands("oboro", command_line([GROUND, *load_rooms()]))


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    for each in sorted(command.commands):
        yield from _commands(f"{name} {each}", command.commands[each])


def section(name: str, command: click.Command) -> Iterator[str]:
    """Yield the lines about one command."""
    parameters = [each for each in command.params if not getattr(each, "hidden", False)]
    arguments = [each for each in parameters if isinstance(each, click.Argument)]
    shown = " ".join([name, *(_argument(each) for each in arguments)])
    yield from ("", f"## `{name}`", "", "```sh", f"{shown} [OPTIONS]" if parameters else shown)
    yield from ("```", "", *paragraphs(command.help or ""))
    options = [each for each in parameters if isinstance(each, click.Option)]
    if options:
        yield from ("", "| option | |", "|---|---|")
        yield from (f"| {_option(each)} | {_meaning(each)} |" for each in options)


def paragraphs(text: str) -> Iterator[str]:
    """Yield *text* as click would show it: paragraphs, without its marks."""
    yield from (line.strip() for line in text.replace("\b", "").strip().splitlines())


def _argument(argument: click.Argument) -> str:
    name = argument.metavar or (argument.name or "").upper()
    shown = f"{name}…" if argument.nargs == -1 else name
    return shown if argument.required else f"[{shown}]"


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    return names if option.is_flag else f"{names} {_value(option)}"


def _value(option: click.Option) -> str:
    if option.metavar:
        return option.metavar
    if isinstance(option.type, click.Choice):
        return " \\| ".join(str(choice) for choice in option.type.choices)
    return option.type.name.upper().replace(" RANGE", "")


def _meaning(option: click.Option) -> str:
    marks = [
        mark
        for mark, said in (("required", option.required), ("repeatable", option.multiple))
        if said
    ]
    meaning = " ".join((option.help or "").split()).replace("|", "\\|")
    return f"{meaning} ({', '.join(marks)})" if marks else meaning


def page() -> str:
    """Return the whole page."""
    lines = [line for name, command in commands() for line in section(name, command)]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
