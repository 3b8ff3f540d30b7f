"""Make sure that one process owns a data directory."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from oboro.errors import Conflict, OboroError
from oboro.settings import Settings

_ASK_AGAIN_SECONDS = 0.05


class DirectoryTaken(Conflict):
    """Another process owns the data directory."""


@contextmanager
def owned(settings: Settings, *, wait: float = 0) -> Iterator[None]:
    """Own the data directory, which is made if need be; `DirectoryTaken` when another does.

    *wait*: seconds in which another may still come to its end.

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
        if not _locked(held, time.monotonic() + wait):
            raise DirectoryTaken(
                f"the data directory {directory} belongs to {_holder(held)}; "
                "stop that one first, or set OBORO_DATA_DIR to another directory"
            )
        os.ftruncate(held, 0)
        os.write(held, str(os.getpid()).encode())
        yield
    finally:
        os.close(held)


def _locked(held: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(_ASK_AGAIN_SECONDS)


def _holder(held: int) -> str:
    number = os.pread(held, 20, 0).decode(errors="replace")
    return f"another oboro, process {number}" if number.isdigit() else "another oboro"
