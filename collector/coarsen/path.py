"""Turn the address of a page into the page's name: no query, no number or token of anyone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from collector.coarsen.masking import MASK, has_mail_address, points_at_someone
from oboro.facts import UNKNOWN
from oboro.hidden_characters import is_hidden

LONGEST = 512
"""Characters of a page's name."""
_LONGEST_SEGMENT = 150
_LONGEST_VALUE = 64
_LONGEST_RUN_DECLARED = 9
"""Digits of a declared key's value: page numbers pass, telephone and individual numbers do not."""

_ADDRESS = re.compile(r"(?:https?:)?//([^/?#\\]*)(.*)", re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_INDEX = re.compile(
    r"(?:index|default)\.(?:[sx]?html?|php[0-9]?|aspx?|jsp|cgi)", re.IGNORECASE | re.ASCII
)
_FILE = re.compile(r".\.[A-Za-z][A-Za-z0-9]{0,5}")


class Page(NamedTuple):
    """A page's name and the section it lies in."""

    name: str
    section: str


NO_PAGE = Page(UNKNOWN, UNKNOWN)


class Address(NamedTuple):
    """The parts of a page's address: its host, its path and its query, all as they came."""

    host: str
    path: str
    query: str


def split_address(url: str) -> Address | None:
    """Split an http(s) address or a path; nothing for anything else (a file, a script, a word)."""
    url = url.strip()
    found = _ADDRESS.match(url)
    if found:
        host = found[1].rpartition("@")[2].lower()
        rest = found[2]
    elif url.startswith(("/", "\\")):
        host, rest = "", url
    else:
        return None
    path, _, query = rest.partition("#")[0].partition("?")
    return Address(host, path, query)


def page_of(address: Address | None, query_keys: tuple[str, ...], section_depth: int) -> Page:
    """Return the page that *address* names, with the declared *query_keys* only.

    >>> page_of(split_address("https://a.jp/b/index.html?q=1"), (), 1)
    Page(name='/b', section='/b')
    >>> page_of(split_address("/user/taro@example.jp/1234567"), (), 1)
    Page(name='/user/:id/:id', section='/user')
    """
    if address is None:
        return NO_PAGE
    segments = _segments(address.path)
    name = "/" + "/".join(segments)
    if query_keys and (kept := _kept_query(address.query, query_keys)):
        name = f"{name}?{kept}" if len(name) + len(kept) < LONGEST else name
    return Page(name, _section(segments, section_depth))


def clean(text: str) -> str:
    """Return *text* composed (NFC), without characters that are invisible or reorder it."""
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(mark for mark in text if not _is_invisible(mark))
    return unicodedata.normalize("NFC", shown)


def _is_invisible(mark: str) -> bool:
    # Variation selectors are marks by category, yet nothing but room for a hidden message.
    return is_hidden(mark) or "\ufe00" <= mark <= "\ufe0f" or "\U000e0100" <= mark <= "\U000e01ef"


def decoded(text: str) -> str:
    """Return *text* with its percent-escapes resolved, once."""
    if "%" not in text:
        return text
    # What is not UTF-8 shows as U+FFFD, and its segment is masked below.
    return unquote_to_bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def _segments(path: str) -> list[str]:
    segments: list[str] = []
    length = 0
    for name in _names(path):
        if name == "..":
            segments = segments[:-1]
            continue
        if length + len(name) + 1 > LONGEST - len("/" + MASK):
            segments.append(MASK)
            break
        segments.append(name)
        length += len(name) + 1
    while segments and _INDEX.fullmatch(segments[-1]):
        segments.pop()
    return segments


def _names(path: str) -> Iterator[str]:
    """Yield what each segment of *path* shows."""
    for segment in re.split(r"[/\\]", path):
        shown = clean(decoded(segment))
        if has_mail_address(shown):
            # Looked for before a mark within it is taken for a divider.
            yield MASK
            continue
        # Decoding may bring up further slashes, question marks and hashes: they mean what they say.
        within, *after = re.split("[?#]", shown, maxsplit=1)
        for part in re.split(r"[/\\]", within):
            # What follows a semicolon are parameters of the segment.
            name = part.partition(";")[0].strip()
            if name not in ("", "."):
                yield _masked(name)
        if after:
            return


def _masked(segment: str) -> str:
    if len(segment) > _LONGEST_SEGMENT or _is_undecodable(segment) or points_at_someone(segment):
        return MASK
    return segment


def _is_undecodable(text: str) -> bool:
    # Escapes that are left after one decoding were written twice, to hide something or by mistake.
    return "\ufffd" in text or _ESCAPE.search(text) is not None


def _section(segments: list[str], depth: int) -> str:
    folders = segments[:-1] if segments and _FILE.search(segments[-1]) else segments
    return "/" + "/".join(folders[: max(depth, 0)])


def _kept_query(query: str, keys: tuple[str, ...]) -> str:
    values: dict[str, str] = {}
    for part in query.split("&"):
        key, _, value = part.partition("=")
        key = decoded(key)
        if key in keys and key not in values and (kept := _kept_value(value)):
            values[key] = kept
    return "&".join(f"{key}={values[key]}" for key in sorted(values))


def _kept_value(value: str) -> str:
    text = clean(decoded(value.replace("+", " "))).strip()
    if (
        len(text) > _LONGEST_VALUE
        or _is_undecodable(text)
        or re.search("[&#=+%;/?]", text)
        or points_at_someone(text, longest_run=_LONGEST_RUN_DECLARED)
    ):
        return MASK
    return text
