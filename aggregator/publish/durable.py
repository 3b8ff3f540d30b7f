"""Write a file so that it is whole or not there, with its room on the disk taken beforehand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oboro.errors import OboroError

PRIVATE = 0o600


class Room:
    """A file of a known most size that lies beside its place, and moves there when it is filled."""

    def __init__(self, path: Path, descriptor: int, size: int) -> None:
        self._path, self._descriptor, self._size = path, descriptor, size

    def fill(self, content: bytes) -> None:
        """Write *content*, make it durable, and put it in its place."""
        if len(content) > self._size:
            raise ValueError("the content is larger than the room that was taken for it")
        with os.fdopen(os.dup(self._descriptor), "wb") as file:
            file.write(content)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        os.replace(_beside(self._path), self._path)
        sync_directory(self._path.parent)


@contextmanager
def room_for(path: Path, size: int) -> Iterator[Room]:
    """Take *size* bytes on the disk for *path*; an `OboroError` when there are not so many."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = os.open(_beside(path), flags, PRIVATE)
    except OSError as error:
        raise no_room(path, error) from None
    try:
        try:
            os.posix_fallocate(descriptor, 0, max(size, 1))
        except OSError as error:
            raise no_room(path, error) from None
        yield Room(path, descriptor, size)
    finally:
        os.close(descriptor)
        _beside(path).unlink(missing_ok=True)


def no_room(path: Path, error: OSError) -> OboroError:
    """Return what is told when *path* cannot be written."""
    return OboroError(
        f"{path} cannot be written: {error.strerror}; make room on the disk and run it again"
    )


def sync_directory(directory: Path) -> None:
    """Make the names in *directory* durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.unfinished")
