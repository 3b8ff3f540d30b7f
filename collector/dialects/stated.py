"""Read what whoever has a site's key states of a visitor: the objection first, then the rest.

Nothing of an event is read whose visitor has opted out, and none is taken that does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from collector.dialects.said import Stated, text_in
from collector.intake import HINTS, LONGEST_AGENT, LONGEST_LANGUAGE, network_of, plain
from collector.unreadable import Unreadable

OPTED_OUT = "opted_out"
MUST_SAY = (
    f"{OPTED_OUT} is missing or unreadable; say true or false: whether this visitor has opted out, "
    "by our cookie, Sec-GPC: 1 or DNT: 1 in the request that they made; else no event is taken"
)
LONGEST_HINT = 256
_HINTS = frozenset(name.lower() for name in HINTS)
_EARLIEST, _LATEST = 0, 253_402_300_799
"""The seconds that a date can have."""


def is_opted_out(values: Mapping[str, Any]) -> bool:
    """Tell whether the visitor of an event has opted out; `Unreadable` where it does not say."""
    says = values.get(OPTED_OUT)
    if not isinstance(says, bool):
        raise Unreadable(400, MUST_SAY, OPTED_OUT)
    return says


def stated_in(
    values: Mapping[str, Any], *, address: str, agent: str, language: str, at: str, hints: str = ""
) -> Stated:
    """Return what *values* state; the other arguments say what they call it.

    An address may be null where it is not known, and must be there all the same.
    """
    if address not in values:
        raise Unreadable(
            400, f"{address} is missing; it must be the visitor's address, or null", address
        )
    said = text_in(values, agent)
    if not said.strip():
        raise Unreadable(400, f"{agent} is missing; it must be the visitor's User-Agent", agent)
    return Stated(
        network=_network_in(values, address),
        agent=plain(said)[:LONGEST_AGENT],
        language=plain(text_in(values, language))[:LONGEST_LANGUAGE],
        at=_time_in(values, at),
        hints=_hints_in(values, hints),
    )


def _network_in(values: Mapping[str, Any], name: str) -> bytes:
    network = network_of(text_in(values, name).strip())
    if not network and values[name] is not None:
        raise Unreadable(400, f"{name} cannot be read; it must be an address, or null", name)
    return network


def _time_in(values: Mapping[str, Any], name: str) -> datetime | None:
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        if _EARLIEST <= value <= _LATEST:
            return datetime.fromtimestamp(value, UTC)
    elif isinstance(value, str):
        try:
            at = datetime.fromisoformat(value)
            # What is near the ends of the calendar has no form in another zone.
            return at.astimezone(UTC) if at.tzinfo is not None else _unreadable_time(name)
        except (ValueError, OverflowError):
            pass
    return _unreadable_time(name)


def _unreadable_time(name: str) -> datetime:
    raise Unreadable(
        400,
        f"{name} cannot be read; it must be a time with its zone, like 2026-03-04T12:00:00+09:00, "
        "or seconds since 1970",
        name,
    )


def _hints_in(values: Mapping[str, Any], name: str) -> Mapping[str, str]:
    hints = values.get(name) if name else None
    if hints is None:
        return {}
    if not isinstance(hints, dict) or not all(isinstance(each, str) for each in hints.values()):
        raise Unreadable(400, f"{name} cannot be read; it must be an object of headers", name)
    return {
        known: plain(value)[:LONGEST_HINT]
        for header, value in hints.items()
        if (known := header.lower()) in _HINTS
    }
