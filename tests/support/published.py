"""Lay publications out as they lie in a data directory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aggregator.publish.page import archive, render
from oboro.publication import FILE, Publication, encode

OTHERS = (
    "LICENSE.txt",
    "method.ja.md",
    "method.en.md",
    "datapackage.json",
    "SHA256SUMS",
    "SHA256SUMS.minisig",
    "oboro.pub",
)
"""What else a bundle holds; here, something is enough."""


def lay_out(root: Path, publications: Mapping[str, Publication]) -> None:
    """Write the bundles of *publications* by their folders, and the index beside them."""
    (site,) = {publication.site for publication in publications.values()}
    write(root / site, archive(site, publications))
    for folder, publication in publications.items():
        write(root / site / folder, bundle(publication))


def bundle(publication: Publication) -> dict[str, bytes]:
    """Return the files of a bundle: its site and data, and stand-ins for what is made elsewhere."""
    made = {name: f"{name}\n".encode() for name in OTHERS}
    made |= {f"data/{table.name}.csv": b"key,figure\n" for table in publication.tables}
    return {**made, FILE: encode(publication), **render(publication)}


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write *files* below *folder*."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
