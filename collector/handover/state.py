"""Put a collector's memory into one string of bytes, and back.

The bytes pass from process to process through memory and are never written. `marshal` keeps values
that many keys share shared, so a million keys stay as small as they were; it makes plain values
only, never objects with code. It reads what the same Python wrote, which the head says.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Iterable, Set
from dataclasses import astuple
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from collector.coarse import Origin
from collector.gathering import Gathering
from collector.key_at_rest import PageNumbers
from collector.ledger import Ledger
from collector.live import Live
from collector.packed_traits import TraitNumbers
from collector.variety import Variety
from collector.visits import KeyDay, SiteDay
from oboro.errors import OboroError

_HEAD = f"oboro memory 5 {sys.implementation.cache_tag}\n".encode()
_DIGEST = sha256().digest_size

Days = Set[tuple[str, date]]


class NotReadable(OboroError):
    """The bytes are not what this version of the collector hands over."""


class Memory(NamedTuple):
    """All that a collector keeps in memory of visitors, and the days that it *forms*."""

    ledger: Ledger
    gathering: Gathering
    variety: Variety
    live: Live


def packed(memory: Memory, forms: Days) -> bytes:
    """Return *memory*, and the site-days whose contributions are being formed, as bytes."""
    days, formed, full = memory.ledger.handed()
    body = marshal.dumps(
        (
            [_plain_day(day) for day in days],
            _plain(formed),
            _plain(full),
            _plain(forms),
            [
                (site, [(trait, (*g[:3], g[3].toordinal(), *g[4:])) for trait, g in pairs.items()])
                for site, pairs in memory.gathering.sites.items()
            ],
            _plain(memory.gathering.full),
            [(site, day.toordinal(), told) for site, day, told in memory.variety.handed()],
            memory.live.handed(),
        )
    )
    return _HEAD + sha256(body).digest() + body


def unpacked(data: bytes, memory: Memory) -> Days:
    """Fill *memory*, which is empty, with what `packed` made; return the days that are formed.

    Raises `NotReadable`, having changed nothing, when *data* is something else.
    """
    body = data[len(_HEAD) + _DIGEST :]
    if not data.startswith(_HEAD) or data[len(_HEAD) :][:_DIGEST] != sha256(body).digest():
        raise NotReadable("another version of the program or of Python handed over")
    days, formed, full, forms, gathered, gathering_full, values, live = marshal.loads(body)
    memory.ledger.take_over(map(_day_of, days), _days(formed), _days(full))
    memory.gathering.take_over(
        {
            site: {trait: (*g[:3], date.fromordinal(g[3]), *g[4:]) for trait, g in pairs}
            for site, pairs in gathered
        },
        _days(gathering_full),
    )
    memory.variety.take_over((site, date.fromordinal(day), told) for site, day, told in values)
    memory.live.take_over(live)
    return _days(forms)


def _plain(days: Iterable[tuple[str, date]]) -> list[tuple[str, int]]:
    return [(site, day.toordinal()) for site, day in days]


def _days(plain: Iterable[tuple[str, int]]) -> set[tuple[str, date]]:
    return {(site, date.fromordinal(day)) for site, day in plain}


def _plain_day(day: SiteDay) -> tuple[Any, ...]:
    origins: dict[Origin | None, tuple[str, ...] | None] = {None: None}
    keys: dict[bytes, bytes | tuple[Any, ...]] = {}
    for key, known in day.keys.items():
        if isinstance(known, bytes):
            keys[key] = known
            continue
        if known.origin not in origins and known.origin is not None:
            origins[known.origin] = astuple(known.origin)
        keys[key] = (*known[:2], origins[known.origin], *known[3:])
    head = (day.site, day.day.toordinal(), day.until.isoformat(), day.secret, day.distinct)
    return *head, keys, day.spent, day.wide, day.minutes, day.numbers.given, day.pages.given


def _day_of(plain: tuple[Any, ...]) -> SiteDay:
    site, ordinal, until, secret, distinct, keys, spent, wide, minutes, numbers, pages = plain
    day = SiteDay(site, date.fromordinal(ordinal), datetime.fromisoformat(until), secret, distinct)
    origins: dict[tuple[str, ...] | None, Origin | None] = {None: None}
    for key, known in keys.items():
        if isinstance(known, bytes):
            day.keys[key] = known
            continue
        told = known[2]
        if told not in origins and told is not None:
            source, channel, referrer, campaign = told
            origins[told] = Origin(
                source=source, channel=channel, referrer=referrer, campaign=campaign
            )
        day.keys[key] = KeyDay._make((*known[:2], origins[told], *known[3:]))
    day.spent, day.wide, day.minutes = spent, wide, minutes
    day.numbers, day.pages = TraitNumbers(numbers), PageNumbers(pages)
    return day
