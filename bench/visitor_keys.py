"""Measure what knowing visitors by truncated networks costs: ``python -m bench.visitor_keys``.

A made-up day of readers, of whom the truth is known: telephones behind carriers that put many
customers behind few addresses and move them in the day, households, offices. The ledger's own keys
count them, by truncated networks as Oboro does and, for comparison, by whole addresses. Then a real
log, of which nobody knows the truth, by both. What the made-up day assumes stands at the top.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from socket import AF_INET, AF_INET6, inet_pton
from typing import NamedTuple

from collector.intake import network_of
from collector.log_import.files import lines_of
from collector.log_import.line import LineReader
from collector.log_import.sieve import Sieve, Tally
from collector.visits import SiteDay
from oboro.sites import Site
from tests.support.real_log import real_log, site_of

READERS = (300, 3_000, 30_000)
"""People who read the site on one day."""
MOBILE, OFFICE = 0.62, 0.08
"""Shares of readers by telephone over a carrier, and in offices; the others are at home."""
OVER_IPV6 = 0.5
CARRIERS = (0.40, 0.28, 0.24, 0.08)
"""Shares of four carriers."""
POOLS = (50, 500, 5_000)
"""Networks /24 (or /48) that a carrier's customers come from: few, some and many."""
REGIONS = 10
"""Regions of a carrier; each has its share of the networks."""
VISITS = (0.62, 0.22, 0.10, 0.06)
"""Shares of readers with one, two, three and four visits on the day."""
AT_ONE_OFFICE = 40
"""Readers behind one office's address."""
DAY = date(2026, 3, 4)

_PHONES = [
    *((f"iPhone OS 18_{minor}", weight) for minor, weight in enumerate((4, 6, 9, 14, 10, 8, 6))),
    ("iPhone OS 17_7", 5),
    ("iPhone OS 16_7", 3),
    ("Line on iPhone", 4),
    *((f"Android 10; K Chrome/{version}", weight) for version, weight in ((141, 20), (140, 7))),
    *((f"Android 10; K Chrome/{version}", weight) for version, weight in ((139, 2), (138, 2))),
]
_DESKTOPS = [
    *((f"Windows Chrome/{version}", weight) for version, weight in ((141, 35), (140, 9))),
    *((f"Windows Edge/{version}", weight) for version, weight in ((141, 24), (140, 6))),
    *((f"Mac Safari/{version}", weight) for version, weight in ((26, 6), (18, 7))),
    ("Mac Chrome/141", 6),
    ("Windows Firefox/143", 5),
    ("Windows Firefox ESR", 2),
]
_LANGUAGES = (("ja-JP,ja;q=0.9", 60), ("ja", 25), ("ja,en-US;q=0.9", 9), ("en-US,en", 4), ("zh", 2))


class Reader(NamedTuple):
    """One person with one device on one day: what it says, and the address of each visit."""

    agent: str
    language: str
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Moving:
    """How telephones change their address between two visits."""

    name: str
    changes: float
    far: float
    """Share of changes that lead out of the region."""


MOVING = (
    Moving("telephones keep their address", 0.0, 0.0),
    Moving("three visits in ten from another address", 0.3, 0.3),
    Moving("seven visits in ten from another address", 0.7, 0.5),
)


def readers(number: int, moving: Moving, pool: int, draw: random.Random) -> Iterator[Reader]:
    """Yield a day's readers."""
    for person in range(number):
        kind = draw.random()
        visits = draw.choices((1, 2, 3, 4), VISITS)[0]
        mobile = kind < MOBILE
        agent, language = _one(_PHONES if mobile else _DESKTOPS, draw), _one(_LANGUAGES, draw)
        six = draw.random() < OVER_IPV6
        if mobile:
            addresses = tuple(_carried(visits, six, moving, pool, draw))
        elif kind < MOBILE + OFFICE:
            office = draw.randrange(max(1, round(number * OFFICE / AT_ONE_OFFICE)))
            addresses = (str(IPv4Address(0x0B000000 + office * 4096)),) * visits
        elif six:
            addresses = (str(IPv6Address(0x2400 << 112 | person << 80 | 1)),) * visits
        else:
            # Households lie anywhere in a million networks of a large country.
            addresses = (str(IPv4Address(0x20000000 + draw.randrange(1 << 28))),) * visits
        yield Reader(agent, language, addresses)


def _carried(
    visits: int, six: bool, moving: Moving, pool: int, draw: random.Random
) -> Iterator[str]:
    carrier = draw.choices(range(len(CARRIERS)), CARRIERS)[0]
    near = pool // REGIONS
    region = draw.randrange(REGIONS) * near
    network, host = region + draw.randrange(near), draw.randrange(1, 255)
    subnet = draw.randrange(1 << 16)
    for visit in range(visits):
        if visit and draw.random() < moving.changes:
            host, subnet = draw.randrange(1, 255), draw.randrange(1 << 16)
            far = draw.random() < moving.far
            network = draw.randrange(pool) if far else region + draw.randrange(near)
        if six:
            prefix = 0x2001 << 112 | carrier << 96 | network << 80
            yield str(IPv6Address(prefix | subnet << 64 | 1))
        else:
            yield str(IPv4Address(0x0A000000 + (carrier << 21) + (network << 8) + host))


def _one(weighted: Sequence[tuple[str, int]], draw: random.Random) -> str:
    return draw.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]


def counted(people: Iterable[Reader]) -> tuple[int, int]:
    """Return how many keys there are by truncated networks, and by whole addresses."""
    day = SiteDay("example.jp", DAY, datetime.max.replace(tzinfo=UTC), bytes(32))
    truncated, whole = set(), set()
    for person in people:
        for address in person.addresses:
            truncated.add(day.key_of(network_of(address), person.agent, person.language))
            whole.add(day.key_of(packed(address), person.agent, person.language))
    return len(truncated), len(whole)


def packed(address: str) -> bytes:
    """Return the bytes of *address*; empty when it is none."""
    try:
        return inet_pton(AF_INET6 if ":" in address else AF_INET, address)
    except (OSError, ValueError):
        return b""


def counted_in(log: Path) -> tuple[int, int, int]:
    """Return page views, visitor-days by truncated networks and by whole addresses of *log*."""
    site: Site = site_of(log)
    sieve = Sieve(site, LineReader(), now=int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()))
    tally, views = Tally(), 0
    truncated: dict[date, set[tuple[bytes, str]]] = defaultdict(set)
    whole: dict[date, set[tuple[bytes, str]]] = defaultdict(set)
    for line in lines_of(log, lambda _bytes: None):
        page = sieve.take(line, tally)
        if page is not None:
            views += 1
            day = datetime.fromtimestamp(page.at, UTC).date()
            truncated[day].add((page.network, page.agent))
            whole[day].add((packed(line.split(b" ", 1)[0].decode("latin-1")), page.agent))
    return views, sum(map(len, truncated.values())), sum(map(len, whole.values()))


def _cell(number: int, moving: Moving, pool: int) -> str:
    truncated, whole = counted(readers(number, moving, pool, random.Random(number)))
    return f"{f'{truncated / number - 1:+.0%} ({whole / number - 1:+.0%})':>15}"


def main() -> int:
    """Print how far each count is from the truth, or from the other one."""
    out = sys.stdout.write
    out("counted visitors beside people, by truncated networks (by whole addresses)\n")
    out(f"{'':30}{'networks that each carrier has':^45}\n")
    out(f"{'':30}{''.join(f'{pool:>15,}' for pool in POOLS)}\n")
    for moving in MOVING:
        out(f"{moving.name}\n")
        for number in READERS:
            cells = (_cell(number, moving, pool) for pool in POOLS)
            out(f"{f'  {number:,} readers a day':30}{''.join(cells)}\n")
    log = real_log()
    if log is None:
        out("no real log: OBORO_REAL_LOG names one in combined format\n")
        return 0
    views, truncated, whole = counted_in(log)
    out(
        f"real log: {views:,} page views, {truncated:,} visitor-days by truncated networks, "
        f"{whole:,} by whole addresses: {truncated / whole - 1:+.1%}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
