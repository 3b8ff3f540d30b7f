"""Put a publication's files together, sign them, and put them in their place whole.

The bytes follow from the publication, the licence, the pages and the key alone: the same again is
the same, bit by bit.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from aggregator.publish.data_package import FILE as PACKAGE
from aggregator.publish.data_package import csv_of, csv_path, data_package
from aggregator.publish.durable import no_room, sync_directory
from aggregator.publish.licences import Licence, licence_text
from aggregator.publish.method import LANGUAGES, method_text
from aggregator.publish.minisign import SecretKey
from oboro.errors import Conflict, OboroError
from oboro.publication import FILE, Publication, encode

SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.minisig"
PUBLIC_KEY = "oboro.pub"
LICENCE = "LICENSE.txt"
UNSIGNED = frozenset({SUMS, SIGNATURE})
"""The list and its signature, which the list cannot name."""


def files_of(
    publication: Publication, licence: Licence, pages: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return every file of a bundle, by its relative path, but for what signs it.

    *pages* are the site for people; none may take another file's place.
    """
    contents = {csv_path(table.name): csv_of(table) for table in publication.tables}
    contents[FILE] = encode(publication)
    contents[PACKAGE] = data_package(publication, licence, contents)
    contents[LICENCE] = licence_text(licence, publication).encode()
    for language in LANGUAGES:
        contents[f"method.{language}.md"] = method_text(publication, language).encode()
    if taken := (contents.keys() | UNSIGNED | {PUBLIC_KEY}) & pages.keys():
        raise ValueError(f"a page would replace {min(taken)}")
    return {**contents, **pages}


def signed(
    contents: Mapping[str, bytes], publication: Publication, key: SecretKey
) -> dict[str, bytes]:
    """Return *contents* with the public key, the list of hashes, and its signature."""
    listed = {**contents, PUBLIC_KEY: key.public.written()}
    sums = "".join(f"{digest(listed[path])}  {path}\n" for path in sorted(listed)).encode()
    return {**listed, SUMS: sums, SIGNATURE: key.sign(sums, comment_for(publication))}


def comment_for(publication: Publication) -> str:
    """Return what the signature says that it signs."""
    stretch = f"{publication.first} to {publication.last}"
    return f"Oboro publication {publication.number} of {publication.site}, {stretch}"


def digest(content: bytes) -> str:
    """Return the SHA-256 of *content*."""
    return hashlib.sha256(content).hexdigest()


def bundle_digest_of(contents: Mapping[str, bytes]) -> str:
    """Return the hash by which the next publication names this one."""
    return digest(contents[SUMS])


def folder_of(publication: Publication) -> str:
    """Return what the folder of a bundle is called."""
    return f"{publication.number:04}_{publication.first}_{publication.last}"


def put(contents: Mapping[str, bytes], place: Path) -> None:
    """Write *contents* as the folder *place*: all of it, durable, or nothing.

    A `Conflict` when something else is there already; the same is left as it is.
    """
    if place.exists() and any(place.iterdir()):
        if read(place) != dict(contents):
            raise Conflict(f"{place} is there already and holds something else; name another one")
        return
    unfinished = place.with_name(f".{place.name}.unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        for path in sorted(contents):
            target = unfinished / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                file.write(contents[path])
                file.flush()
                os.fsync(file.fileno())
        for directory in (unfinished, *(each for each in unfinished.rglob("*") if each.is_dir())):
            sync_directory(directory)
        os.replace(unfinished, place)
        sync_directory(place.parent)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise no_room(place, error) from None


def is_bundle_or_free(place: Path) -> bool:
    """Tell whether a bundle may be put at *place*: nothing is there, or a bundle is."""
    if not place.exists():
        return True
    return place.is_dir() and ((place / SUMS).is_file() or not any(place.iterdir()))


def read(place: Path) -> dict[str, bytes]:
    """Return the files in the folder *place*."""
    try:
        return {
            path.relative_to(place).as_posix(): path.read_bytes()
            for path in sorted(place.rglob("*"))
            if path.is_file()
        }
    except OSError as error:
        raise OboroError(f"{place} cannot be read: {error.strerror}") from None
