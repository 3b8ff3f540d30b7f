"""Read a list of pages that an operator gives: a text of addresses, or a site's sitemap.

Nothing is fetched: the sitemaps that a sitemap index names are looked for beside it.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree import ElementTree

from oboro.errors import UsageError

MOST = 2_000_000
"""Addresses in one list."""


class Listed(NamedTuple):
    """One address and where it stands: the file, and the line or the number of the entry."""

    where: str
    address: str


def read_page_list(path: Path) -> list[Listed]:
    """Return the addresses in *path*; a `UsageError` that names the file when it is no list.

    A text holds one address or path a line; empty lines and lines that begin with ``#`` are
    passed over.
    """
    listed = list(_listed(path, _bytes_of(path), within=()))
    if not listed:
        raise UsageError(f"{path} lists no page; write one address or path a line")
    if len(listed) > MOST:
        raise UsageError(f"{path} lists {len(listed):,} pages; at most {MOST:,} can be listed")
    return listed


def _bytes_of(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise UsageError(f"{path} is not a whole gzip file; fetch it again") from None


def _listed(path: Path, content: bytes, within: tuple[Path, ...]) -> Iterator[Listed]:
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        yield from _in_sitemap(path, content, within)
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text; write it again as UTF-8") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield Listed(f"{path} line {number}", line.strip())


def _in_sitemap(path: Path, content: bytes, within: tuple[Path, ...]) -> Iterator[Listed]:
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise UsageError(f"{path} is not a sitemap: {error}") from None
    kind = _name(root)
    if kind not in ("urlset", "sitemapindex"):
        raise UsageError(f"{path} is not a sitemap: its first element is {kind}")
    for number, address in enumerate(_addresses(root), start=1):
        if kind == "urlset":
            yield Listed(f"{path} entry {number}", address)
            continue
        beside = path.parent / Path(urlsplit(address).path).name
        if beside in (path, *within) or not beside.is_file():
            raise UsageError(
                f"{path} entry {number} names a sitemap that is not there as {beside}; "
                "nothing is fetched: put the sitemaps beside their index"
            )
        yield from _listed(beside, _bytes_of(beside), (path, *within))


def _addresses(root: ElementTree.Element) -> Iterator[str]:
    # Only the entry's own address: images and videos have addresses of theirs, deeper.
    for entry in root:
        for part in entry:
            if _name(part) == "loc" and part.text and part.text.strip():
                yield part.text.strip()


def _name(element: ElementTree.Element) -> str:
    """Return the element's name without its namespace, which old and hand-made sitemaps vary."""
    return element.tag.rpartition("}")[2]
