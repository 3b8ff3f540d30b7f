"""Make sure that one process owns a data directory."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from oboro.errors import Conflict, OboroError
from oboro.settings import Settings


class DirectoryTaken(Conflict):
    """Another process owns the data directory."""


@contextmanager
def owned(settings: Settings) -> Iterator[None]:
    """Own the data directory, which is made if need be; `DirectoryTaken` when another does.

    The kernel lets go of the lock when its holder dies, however that happens.
    """
    directory = settings.data_dir
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = os.open(settings.lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise OboroError(
            f"the data directory {directory} cannot be used: {error.strerror}; "
            "OBORO_DATA_DIR names another one"
        ) from None
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DirectoryTaken(
                f"the data directory {directory} belongs to {_holder(held)}; "
                "stop that one first, or set OBORO_DATA_DIR to another directory"
            ) from None
        os.ftruncate(held, 0)
        os.write(held, str(os.getpid()).encode())
        yield
    finally:
        os.close(held)


def _holder(held: int) -> str:
    number = os.pread(held, 20, 0).decode(errors="replace")
    return f"another oboro, process {number}" if number.isdigit() else "another oboro"
