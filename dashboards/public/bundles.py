"""Open a file below the folder of publications, and no other, whatever the address asks for.

Every step from folder to folder is taken by name in the one opened before, and follows no link,
so that neither an address nor a link that somebody left there leads out.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,250}", re.ASCII)
"""What a file or folder of a bundle may be called: nothing hidden, nothing that leads upwards."""
FOLDER = "index.html"
"""What a folder is shown as."""

_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".minisig": "text/plain",
    ".pub": "text/plain",
    "": "text/plain",
}
"""By the end of the name; a file of another kind belongs to no bundle and is not shown."""


class Found(NamedTuple):
    """A file's contents and kind."""

    content: bytes
    content_type: str


def segments_of(path: str) -> list[str] | None:
    """Return the names that *path* is made of, or None where one is not a bundle's.

    >>> segments_of("city.example.jp/0001/data/pages.csv")
    ['city.example.jp', '0001', 'data', 'pages.csv']
    >>> segments_of("city.example.jp/../../catalog.db") is None
    True
    """
    names = path.split("/")
    return names if all(NAME.fullmatch(name) for name in names) else None


def read(root: Path, names: Sequence[str]) -> Found | None:
    """Return the file at *names* below *root*; None where there is none that may be shown."""
    content_type = _TYPES.get(Path(names[-1]).suffix) if names else None
    if content_type is None:
        return None
    folder = _opened_folder(root, names[:-1])
    if folder is None:
        return None
    try:
        content = _contents(names[-1], folder)
    finally:
        os.close(folder)
    return None if content is None else Found(content, content_type)


def is_folder(root: Path, names: Sequence[str]) -> bool:
    """Tell whether *names* below *root* lead to a folder."""
    folder = _opened_folder(root, names)
    if folder is None:
        return False
    os.close(folder)
    return True


def folders(root: Path) -> list[str]:
    """Return the names of the folders directly in *root*, in order."""
    with suppress(FileNotFoundError), os.scandir(root) as entries:
        return sorted(
            entry.name
            for entry in entries
            if NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
        )
    return []


def _opened_folder(root: Path, names: Sequence[str]) -> int | None:
    with suppress(OSError):
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        for name in names:
            outer = folder
            try:
                folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=outer)
            finally:
                os.close(outer)
        return folder
    return None


def _contents(name: str, folder: int) -> bytes | None:
    # Not blocking: a pipe that somebody left there would else be waited for.
    with suppress(OSError):
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        with os.fdopen(file, "rb") as opened:
            if stat.S_ISREG(os.fstat(file).st_mode):
                return opened.read()
    return None
