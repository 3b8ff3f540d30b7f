"""Read a hit in Oboro's own form: a JSON body, or the query of the pixel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from collector.coarsen.path import split_address
from collector.kind import Kind
from collector.unreadable import Unreadable

LONGEST_SITE = 253
LINKS = (Kind.OUTBOUND, Kind.DOWNLOAD)
"""Kinds of which what the link leads to is told."""
_MOST_PARAMETERS = 50
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_TITLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_WHERE = re.compile(r"`\$\.(\w+)")
_MISSING = re.compile(r"required field `(\w+)`")


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A hit as its sender wrote it. *title* is read and not kept.

    Without *type* it is an event where it has a *name*, else a view. *target* is the address that a
    link leads to, *engaged* seconds, *scroll* percent of the page; *automated* is a sender's own
    word that no person is behind it.
    """

    site: str
    url: str
    referrer: str | None = None
    title: str | None = None
    width: int | float | None = None
    name: str | None = None
    type: Kind | None = None
    target: str | None = None
    search: str | None = None
    engaged: int | float | None = None
    scroll: int | float | None = None
    props: dict[str, Any] | None = None
    automated: bool = False

    @property
    def kind(self) -> Kind:
        """What the hit tells."""
        return self.type or (Kind.EVENT if self.name else Kind.VIEW)


FIELDS: dict[str, str] = {
    "site": "the host of the site, as text",
    "url": "the address of the page, as text: http://, https:// or a path from /",
    "referrer": "the address of the page before, as text",
    "title": "text",
    "width": "a number of CSS pixels",
    "name": "the name of the event, as text",
    "type": f"one of {', '.join(Kind)}",
    "target": "the address that a link leads to, as text",
    "search": "what was looked for, as text",
    "engaged": "a number of seconds",
    "scroll": "a number of percent",
    "props": "an object",
    "automated": "true or false",
}
"""What each field must be."""
IN_QUERY = frozenset({"site", "url", "referrer", "title", "width", "name", "search"})
"""The fields that the pixel takes."""

_OWN_NAMES: Mapping[str, str] = {}
_decoder = msgspec.json.Decoder(Hit)


def hit_in_json(body: bytes) -> Hit:
    """Return the hit in *body*; `Unreadable` says what is wrong with it."""
    if not body:
        raise Unreadable(400, "the body is empty; send a JSON object with site and url")
    try:
        hit = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise explained(str(error)) from None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Unreadable(
            400, "the body is not JSON in UTF-8; send a JSON object with site and url"
        ) from None
    return checked(hit)


def hit_in_query(query: str) -> Hit:
    """Return the hit in the raw *query* of the pixel; `Unreadable` says what is wrong with it."""
    try:
        pairs = parse_qsl(query, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise Unreadable(
            400, "the query is not readable; write each value percent-encoded in UTF-8"
        ) from None
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in IN_QUERY:
            values.setdefault(key, value)
    if "width" in values:
        if not re.fullmatch("[0-9]{1,9}", values["width"], re.ASCII):
            raise Unreadable(400, _must_be("width"))
        values["width"] = int(values["width"])
    for name in ("site", "url"):
        if name not in values:
            raise Unreadable(400, _is_missing(name))
    return checked(Hit(**values))


def checked(hit: Hit, called: Mapping[str, str] = _OWN_NAMES) -> Hit:
    """Return *hit* if its values can be those of a page; `Unreadable` names the one that cannot.

    *called* says what another form than ours calls a field.
    """
    try:
        return _checked(hit)
    except Unreadable as unreadable:
        if unreadable.field not in called:
            raise
        name = called[unreadable.field]
        message = unreadable.message.replace(unreadable.field, name, 1)
        raise Unreadable(400, message, name) from None


def _checked(hit: Hit) -> Hit:
    for name, required in (("site", hit.site), ("url", hit.url)):
        if not required.strip():
            raise Unreadable(400, _is_missing(name), name)
    for name, text in (
        ("site", hit.site),
        ("url", hit.url),
        ("referrer", hit.referrer),
        ("name", hit.name),
        ("target", hit.target),
        ("search", hit.search),
    ):
        if text and _CONTROL.search(text):
            raise Unreadable(400, _has_control(name), name)
    if hit.title and _CONTROL_IN_TITLE.search(hit.title):
        raise Unreadable(400, _has_control("title"), "title")
    if hit.kind is Kind.EVENT and not hit.name:
        raise Unreadable(400, _is_missing("name"), "name")
    if hit.kind in LINKS and not hit.target:
        raise Unreadable(400, _is_missing("target"), "target")
    if len(hit.site) > LONGEST_SITE:
        raise Unreadable(400, f"site is longer than {LONGEST_SITE} characters; send a host", "site")
    address = split_address(hit.url)
    if address is None:
        raise Unreadable(400, _must_be("url"), "url")
    # In a query an encoded line break is usual; a path that holds one leads to no page.
    if "%" in address.path and _CONTROL.search(unquote(address.path, errors="replace")):
        raise Unreadable(400, _has_control("url"), "url")
    return hit


def explained(error: str) -> Unreadable:
    """Return what msgspec's *error* says of a hit, in our words and with the field it is about."""
    if (missing := _MISSING.search(error)) and missing[1] in FIELDS:
        return Unreadable(400, _is_missing(missing[1]), missing[1])
    if (where := _WHERE.search(error)) and where[1] in FIELDS:
        return Unreadable(400, _must_be(where[1]), where[1])
    return Unreadable(400, "the body is not a JSON object; send one with site and url")


def _is_missing(name: str) -> str:
    return f"{name} is missing; it must be {FIELDS[name]}"


def _must_be(name: str) -> str:
    return f"{name} cannot be read; it must be {FIELDS[name]}"


def _has_control(name: str) -> str:
    return f"{name} holds a control character; send it without"
