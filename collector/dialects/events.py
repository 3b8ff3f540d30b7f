"""Read what a site's own servers send to ``/api/events``: one event, or a list of them.

A list is taken whole or not at all: whoever mends what was told sends the same list again, and
nothing of it is counted twice.
"""

from __future__ import annotations

from typing import Any

import msgspec

from collector.dialects.native import Hit, checked, explained
from collector.dialects.said import Asked, Heard, Problem, Said, UnreadableItems, json_in
from collector.dialects.stated import MUST_SAY, OPTED_OUT, is_opted_out, stated_in
from collector.unreadable import Unreadable

MOST_IN_BATCH = 500
LONGEST = 1024 * 1024
"""Bytes of a body."""
STATED = {
    OPTED_OUT: "true or false: whether this visitor has opted out",
    "address": "the visitor's address, or null",
    "agent": "the visitor's User-Agent, as text",
    "language": "the visitor's Accept-Language, as text",
    "at": "when it happened: a time with its zone, or seconds since 1970",
    "hints": "an object of the visitor's client-hint headers",
}
"""What an event states besides the fields of a hit."""
_BODY = f"the body is not JSON; send an object with {OPTED_OUT}, url, address and agent, or a list"


class _Objection(msgspec.Struct):
    """All that is read of an event before it is known whether its visitor has opted out."""

    opted_out: bool


_objection = msgspec.json.Decoder(_Objection)
_raw_list = msgspec.json.Decoder(list[msgspec.Raw])


def read(asked: Asked) -> Heard:
    """Return the events in *asked*; `UnreadableItems` tells all that is wrong with any."""
    said: list[Said] = []
    problems: list[Problem] = []
    for place, item in enumerate(_items(asked.body)):
        try:
            if not _opted_out(item):
                said.append(_said(item, asked.site, place))
        except Unreadable as unreadable:
            problems.append(Problem(place, unreadable.message, unreadable.field))
    if problems:
        raise UnreadableItems(400, problems)
    return Heard(said)


def _items(body: bytes) -> list[msgspec.Raw]:
    body = body.strip()
    if body[:1] != b"[":
        if body[:1] != b"{":
            raise Unreadable(400, _BODY)
        return [msgspec.Raw(body)]
    try:
        items = _raw_list.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Unreadable(400, _BODY) from None
    if not 0 < len(items) <= MOST_IN_BATCH:
        raise Unreadable(400, f"a list must hold 1 to {MOST_IN_BATCH} events; send it in pieces")
    return items


def _opted_out(item: msgspec.Raw) -> bool:
    try:
        return _objection.decode(item).opted_out
    except msgspec.ValidationError:
        raise Unreadable(400, MUST_SAY, OPTED_OUT) from None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Unreadable(400, _BODY) from None


def _said(item: msgspec.Raw, site: str, place: int) -> Said:
    values: Any = json_in(bytes(item))
    assert not is_opted_out(values)
    named = values.get("site")
    try:
        hit = msgspec.convert({**values, "site": site if named is None else named}, Hit)
    except msgspec.ValidationError as error:
        raise explained(str(error)) from None
    checked(hit)
    stated = stated_in(
        values, address="address", agent="agent", language="language", at="at", hints="hints"
    )
    return Said((hit.site,), hit, place, stated)
