"""Every form in which a mark could have been written down, and the search for all of them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

SHORTEST = 6
"""Bytes; anything shorter turns up by chance."""
AT_ONCE = 1 << 22
"""Bytes that are looked at together."""


def forms_of(mark: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each form of *mark* with its name: encodings of it, and its digests."""
    yield from _written(mark)
    text = mark.decode("utf-8", "replace")
    for name in ("utf-16-le", "utf-16-be"):
        yield name, text.encode(name)
    for variant in sorted({text.lower(), text.upper()} - {text}):
        yield "changed case", variant.encode()
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, mark, usedforsecurity=False).digest()
        yield name, digest
        for encoding, written in _written(digest):
            yield f"{name}, {encoding}", written


def _written(value: bytes) -> Iterator[tuple[str, bytes]]:
    yield "plain", value
    yield "hexadecimal", value.hex().encode()
    yield "hexadecimal", value.hex().upper().encode()
    once = quote(value, safe="")
    yield "percent-encoded", once.encode()
    yield "percent-encoded twice", quote(once, safe="").encode()
    yield "every byte percent-encoded", "".join(f"%{byte:02X}" for byte in value).encode()
    # Within a longer text, what base64 makes of a value depends on where it begins.
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            written = encode(b"\0" * shift + value)
            begins = -(-shift * 8 // 6)
            ends = (shift + len(value)) * 8 // 6
            yield f"base64 from byte {shift}", written[begins:ends]


class Search:
    """A search for marks; each is found in any of its forms, and told by its name."""

    def __init__(self, marks: Mapping[str, bytes]) -> None:
        self._named: dict[bytes, list[tuple[bytes, str]]] = {}
        seen = set()
        for name, mark in marks.items():
            for form, written in forms_of(mark):
                if len(written) >= SHORTEST and written not in seen:
                    seen.add(written)
                    begin = self._named.setdefault(written[:SHORTEST], [])
                    begin.append((written, f"{name} ({form})"))
        beginnings = np.frombuffer(b"".join(self._named), np.uint8).reshape(-1, SHORTEST)
        self._beginnings = np.sort(_numbers(beginnings.T))

    def found_in(self, content: bytes) -> set[str]:
        """Return what is found in *content*."""
        # Thousands of forms: all places are looked up at once that any of them can begin at.
        return {
            name
            for place in self._places(content)
            for written, name in self._named[content[place : place + SHORTEST]]
            if content.startswith(written, place)
        }

    def _places(self, content: bytes) -> Iterator[int]:
        whole = np.frombuffer(content, np.uint8)
        for first in range(0, len(content) - SHORTEST + 1, AT_ONCE):
            part = whole[first : first + AT_ONCE + SHORTEST - 1]
            length = len(part) - SHORTEST + 1
            here = _numbers([part[n : n + length] for n in range(SHORTEST)])
            found = np.searchsorted(self._beginnings, here)
            found[found == len(self._beginnings)] = 0
            yield from (np.flatnonzero(self._beginnings[found] == here) + first).tolist()

    def found_under(self, *paths: Path) -> dict[str, set[str]]:
        """Return what is found in each file at or below *paths*, or in its name."""
        # One long search over everything is far quicker than one for each small file.
        contents = {str(path): content for path, content in _contents(paths)}
        if not self.found_in(b"\n".join(contents.values())):
            return {}
        return {
            path: found for path, content in contents.items() if (found := self.found_in(content))
        }


def _contents(paths: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    for path in files_under(paths):
        # A running server may remove a file between the look and the reading.
        with suppress(FileNotFoundError):
            yield path, bytes(path) + b"\n" + path.read_bytes()


def _numbers(columns: Iterable[npt.NDArray[np.uint8]]) -> npt.NDArray[np.uint64]:
    """Return a number for the bytes that stand at the same place of all *columns*."""
    first, *others = [column.astype(np.uint64) for column in columns]
    numbers = first
    for column in others:
        numbers = numbers * np.uint64(256) + column
    return numbers


def files_under(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every regular file at or below *paths*."""
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                yield file
