"""``oboro verify``: check published bundles offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from oboro.errors import UsageError
from oboro.program import Program, pass_program
from oboro.rooms import Json

if TYPE_CHECKING:
    from aggregator.publish.minisign import PublicKey


@click.command("verify")
@click.argument("bundles", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR…")
@click.option(
    "--key", "trusted", metavar="KEY", help="The publisher's public key: its line, or its file."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@pass_program
def verify(program: Program, bundles: tuple[Path, ...], trusted: str | None, as_json: bool) -> None:
    """Check that publications are what was signed; ends with status 1 when one is not.

    Nothing but the folders is read. Several publications of a site are checked for their order too.
    """
    # Imported here: checking signatures takes a library that other commands need not load.
    from aggregator.publish.verifying import check_bundle, check_chain

    key = None if trusted is None else _key(trusted)
    checked = [(str(path), check_bundle(path, key)) for path in bundles]
    problems = [
        {"file": problem.file if len(bundles) == 1 else f"{name}/{problem.file}",
         "problem": problem.problem}
        for name, each in checked
        for problem in each.problems
    ]  # fmt: skip
    problems += [problem._asdict() for problem in check_chain(checked)]
    keys = sorted({each.key.line for _, each in checked if each.key is not None})
    document = {
        "ok": not problems,
        "problems": problems,
        "keys": keys,
        "key_given": key is not None,
    }
    program.emit(document, as_json, _show)
    if problems:
        raise click.exceptions.Exit(1)


def _key(text: str) -> PublicKey:
    from aggregator.publish.minisign import NotAKey, public_key_of_line, read_public_key

    path = Path(text)
    try:
        return read_public_key(path.read_bytes()) if path.is_file() else public_key_of_line(text)
    except NotAKey as error:
        raise UsageError(f"--key {text}: {error}") from None


def _show(console: Console, document: Json) -> None:
    for problem in document["problems"]:
        console.print(f"{problem['file']}: {problem['problem']}", markup=False, soft_wrap=True)
    if not document["ok"]:
        return
    console.print("Everything is as it was signed.")
    if not document["key_given"]:
        for key in document["keys"]:
            console.print(f"It was signed with the key {key}", soft_wrap=True)
        console.print("Compare that with the key that the publisher tells elsewhere, or: --key")
