"""Read the lines of log files, plain or gzip-compressed, in pieces that fit into memory."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from oboro.errors import UsageError

PIECE = 1 << 20
LONGEST_LINE = 1 << 16
_GZIP = b"\x1f\x8b"

ReadSoFar = Callable[[int], None]
"""Called with the bytes of the file (as it lies on the disk) that were read since the last call."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def check_readable(paths: Sequence[Path]) -> int:
    """Return the bytes of all *paths* together; UsageError when one is no file to read."""
    size = 0
    for path in paths:
        if path.is_dir():
            raise UsageError(f"{path} is a directory; name the log files in it")
        if path.exists() and not path.is_file():
            # Only then opened: opening a pipe waits for whoever writes into it.
            raise UsageError(f"{path} is no file, and a log is read twice; write it into a file")
        try:
            with path.open("rb"):
                size += path.stat().st_size
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    return size


def lines_of(path: Path, so_far: ReadSoFar = lambda _bytes: None) -> Iterator[bytes]:
    """Yield the lines of *path* without their ends; a line beyond 64 KiB is cut there.

    A damaged archive is a UsageError: what it lost cannot be counted.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield from _split(unpacked, raw, so_far)
            else:
                yield from _split(raw, raw, so_far)
    except (zlib.error, EOFError, gzip.BadGzipFile):
        raise UsageError(
            f"{path} is a damaged gzip archive; unpack what is left of it and import that"
        ) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _split(stream: _Readable, raw: BinaryIO, so_far: ReadSoFar) -> Iterator[bytes]:
    rest = b""
    skipping = False
    told = 0
    while piece := stream.read(PIECE):
        told, before = raw.tell(), told
        so_far(told - before)
        *lines, rest = (rest + piece).split(b"\n")
        if lines and skipping:
            # The end of a line whose beginning was already handed out.
            del lines[0]
            skipping = False
        if max(map(len, lines), default=0) > LONGEST_LINE:
            lines = [line[:LONGEST_LINE] for line in lines]
        yield from lines
        if skipping:
            rest = b""
        elif len(rest) > LONGEST_LINE:
            yield rest[:LONGEST_LINE]
            rest, skipping = b"", True
    if rest:
        yield rest
