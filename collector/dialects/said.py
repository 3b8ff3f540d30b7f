"""What every dialect is read from, and what it is read into."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from collector.coarsen.path import split_address
from collector.dialects.native import Hit
from collector.unreadable import Unreadable

_MOST_PARAMETERS = 200
_SIZE = re.compile(r"([0-9]{1,5})(?:[x,].*)?", re.ASCII)


class Asked(NamedTuple):
    """What a dialect may read of a request: nothing of the visitor's but what the page sent.

    *page* is the address of the page as ``Referer`` or ``Origin`` tells it, *host* the one that
    the request was sent to. *site* is the host of the site whose key came with the request; then
    a dialect reads what is stated of visitors.
    """

    query: str
    body: bytes
    page: str = ""
    host: str = ""
    site: str = ""


class Stated(NamedTuple):
    """What whoever has a site's key says of a visitor, in the place of the request's own headers.

    Of the address only the truncated *network* is ever in here. *at* is when it happened, None for
    now; *hints* are the visitor's client-hint and fetch-metadata headers by names in lower case.
    """

    network: bytes
    agent: str
    language: str
    at: datetime | None
    hints: Mapping[str, str]


class Said(NamedTuple):
    """One hit of a request; in a batch, the one at *place*, from 0.

    *sites* are the names that its site may have here, the likeliest first. *stated* is there
    only where a site's key came along.
    """

    sites: tuple[str, ...]
    hit: Hit
    place: int = 0
    stated: Stated | None = None


class Problem(NamedTuple):
    """One hit of a batch that is not counted: its place in the batch, from 0, and why.

    *field* names the field that is wrong, if it is one.
    """

    place: int
    message: str
    field: str = ""


class UnreadableItems(Unreadable):
    """A batch that is refused whole because of some of its items; *problems* tells each."""

    def __init__(self, status: int, problems: Sequence[Problem]) -> None:
        super().__init__(status, problems[0].message, problems[0].field)
        self.problems = problems


class Heard(NamedTuple):
    """All that a request said: hits, and where it is a batch, those that could not be read."""

    said: Sequence[Said]
    problems: Sequence[Problem] = ()


NOTHING_TO_COUNT = Heard(())
"""Of a request that a tracker may send and that says nothing which is counted here."""


def parameters_of(query: str) -> dict[str, str]:
    """Return the first value of each parameter of a raw *query*."""
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except ValueError:
        raise Unreadable(
            400, "the query is not readable; write each value percent-encoded in UTF-8"
        ) from None
    values: dict[str, str] = {}
    for key, value in pairs:
        values.setdefault(key, value)
    return values


def object_in(body: bytes) -> dict[str, Any]:
    """Return the JSON object in *body*."""
    found = json_in(body)
    if not isinstance(found, dict):
        raise Unreadable(400, "the body is not a JSON object; send one")
    return found


def json_in(body: bytes) -> Any:
    """Return the JSON value in *body*."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Unreadable(400, "the body is not JSON in UTF-8; send it as that") from None


def text_in(values: Mapping[str, Any], *names: str) -> str:
    """Return the text under the first of *names* that *values* has; empty where it is null."""
    for name in names:
        value = values.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            raise Unreadable(400, f"{name} cannot be read; it must be text", name)
        return value
    return ""


def width_in(size: str) -> int | None:
    """Return the width of a screen that is written like ``1920x1080`` or ``1920,1080,1``."""
    found = _SIZE.fullmatch(size.strip())
    return int(found[1]) if found else None


def host_of(url: str) -> str:
    """Return the host in *url*, empty where there is none."""
    address = split_address(url)
    return address.host if address else ""


def routed_by_fragment(url: str) -> str:
    """Return *url* with its fragment as the end of its path, as applications that route by it mean.

    >>> routed_by_fragment("https://a.jp/app#/news/7?x=1")
    'https://a.jp/app/news/7?x=1'
    >>> routed_by_fragment("https://a.jp/b?c=d#top")
    'https://a.jp/b/top'
    """
    front, found, fragment = url.partition("#")
    if not found:
        return url
    return f"{front.partition('?')[0].rstrip('/')}/{fragment.lstrip('!/')}"


def sites_in(*names: str) -> tuple[str, ...]:
    """Return those of *names* that are not empty, each once."""
    return tuple(dict.fromkeys(name for name in names if name))
