"""A published bundle as an attacker reads it: files and figures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from oboro.errors import UsageError
from oboro.publication import FILE, Publication, PublishedTable, decode

Span = tuple[str, str]
"""A period's first and last day."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One bundle: what it is called, what it says, and its files by their relative path."""

    name: str
    publication: Publication
    files: dict[str, bytes]


class Finding(NamedTuple):
    """What an attack found: in which bundle, by which attack, and what it amounts to."""

    bundle: str
    attack: str
    says: str


def read_bundle(directory: Path) -> Bundle:
    """Return the bundle in *directory*; a `UsageError` when there is none."""
    if not (directory / FILE).is_file():
        raise UsageError(f"{directory} holds no {FILE}; name the folder of a publication")
    files = {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }
    return Bundle(directory.name, decode(files[FILE]), files)


def scale_of(table: PublishedTable) -> float:
    """Return the scale of one period's noise, as the publication states it."""
    return float(Fraction(table.scale))
