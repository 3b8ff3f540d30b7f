"""The publication key of an installation: made once, kept in the data directory, read to sign."""

from __future__ import annotations

import os
from pathlib import Path

from aggregator.publish.durable import PRIVATE, room_for
from aggregator.publish.minisign import NotAKey, SecretKey, read_secret_key
from oboro.errors import Conflict, OboroError
from oboro.randomness import Randomness

DIRECTORY = "keys"
FILE = "publication.key"


def key_path(data_dir: Path) -> Path:
    """Return where the key lies in *data_dir*."""
    return data_dir / DIRECTORY / FILE


def new_key(data_dir: Path, randomness: Randomness, *, replace: bool = False) -> SecretKey:
    """Make the key; a `Conflict` when there is one, unless it is to be *replaced*.

    One that is replaced stays beside the new one, under its number.
    """
    path = key_path(data_dir)
    if path.exists():
        if not replace:
            raise Conflict(
                f"there is a publication key already, {path}; readers know its public half. "
                "To sign with another one from now on: oboro key new --replace"
            )
        old = signing_key(data_dir)
        with room_for(path.with_name(f"{old.public.name}.key"), len(old.written())) as room:
            room.fill(old.written())
    key = SecretKey.new(randomness)
    content = key.written()
    with room_for(path, len(content)) as room:
        room.fill(content)
    return key


def signing_key(data_dir: Path) -> SecretKey:
    """Return the key; an `OboroError` that says what to do when there is none, or it is open."""
    path = key_path(data_dir)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            written = file.read()
    except FileNotFoundError:
        raise OboroError(f"there is no publication key, {path}; make one: oboro key new") from None
    except OSError as error:
        raise OboroError(f"{path} cannot be read: {error.strerror}") from None
    if mode & 0o077:
        raise OboroError(
            f"{path} can be read by others (mode {mode:03o}); if nobody did: chmod {PRIVATE:o} it, "
            "else: oboro key new --replace"
        )
    try:
        return read_secret_key(written)
    except NotAKey as error:
        raise OboroError(f"{path} cannot be used: {error}; put a copy of it in its place") from None
