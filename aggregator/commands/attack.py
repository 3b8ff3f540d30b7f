"""``oboro attack``: try to break published bundles, with nothing but the bundles."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from oboro.program import Program, pass_program
from oboro.rooms import Json


@click.command("attack")
@click.argument("bundles", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@pass_program
def attack(program: Program, bundles: tuple[Path, ...], as_json: bool) -> None:
    """Attack publications, each the folder of a bundle; ends with status 1 when one is broken.

    Give all publications of a site that you have: several may tell what one does not.
    """
    # Imported here, since statistics and noise take a while to load.
    from aggregator.attack.bundle import read_bundle
    from aggregator.attack.mechanism import audited
    from aggregator.attack.public_keys import PUBLIC_KEYS
    from aggregator.attack.suite import ATTACKS
    from aggregator.attack.suite import attack as attack_all

    read = [read_bundle(path) for path in bundles]
    found = [*attack_all(read, PUBLIC_KEYS), *audited(read)]
    document = {
        "ok": not found,
        "bundles": len(bundles),
        "attacks": len(ATTACKS) + 1,
        "findings": [finding._asdict() for finding in found],
    }
    program.emit(document, as_json, _show)
    if found:
        raise click.exceptions.Exit(1)


def _show(console: Console, document: Json) -> None:
    for finding in document["findings"]:
        console.print(
            f"{finding['bundle']}: {finding['attack']}: {finding['says']}",
            markup=False,
            soft_wrap=True,
        )
    if document["ok"]:
        console.print(f"{document['attacks']} attacks on {document['bundles']} found nothing.")
