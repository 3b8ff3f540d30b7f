"""A process that makes days of demonstration data, so that the server's own stays responsive.

``python -m collector.demo.worker`` reads orders from standard input and writes their days to
standard output, as MessagePack documents behind their lengths.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec

from collector.demo.town import PLACES, Place
from collector.demo.visits import hits_of
from collector.log_import.day_sums import SummedDay
from collector.log_import.distinct import Steps, with_distinct
from collector.log_import.pipelines import counting_by
from collector.log_import.replay import Replay
from collector.log_import.sieve import Tally
from oboro.settings import Settings

LENGTH_BYTES = 4
_NICE = 1


class Order(msgspec.Struct):
    """Which days of which site to make, and the settings that shape them."""

    host: str
    first: date
    last: date
    seed: int
    gathering_k: int
    gathering_keys: int
    gathering_pairs: int
    ledger_keys: int
    visit_minutes: int
    country_database: str
    distinct: Steps

    @classmethod
    def of(
        cls,
        place: Place,
        first: date,
        last: date,
        seed: int,
        settings: Settings,
        distinct: Steps = (),
    ) -> Order:
        """Return an order for a server that runs with *settings*."""
        return cls(
            host=place.site.host,
            first=first,
            last=last,
            seed=seed,
            gathering_k=settings.gathering_k,
            gathering_keys=settings.gathering_keys,
            gathering_pairs=settings.gathering_pairs,
            ledger_keys=settings.ledger_keys,
            visit_minutes=settings.visit_minutes,
            country_database=str(settings.country_database or ""),
            distinct=distinct,
        )

    def settings(self) -> Settings:
        """Return what the pipeline is built from."""
        return Settings(
            gathering_k=self.gathering_k,
            gathering_keys=self.gathering_keys,
            gathering_pairs=self.gathering_pairs,
            ledger_keys=self.ledger_keys,
            visit_minutes=self.visit_minutes,
            country_database=Path(self.country_database) if self.country_database else None,
        )


@dataclass(frozen=True, slots=True)
class _Days:
    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def made(order: Order) -> Iterator[SummedDay]:
    """Yield the days of *order*, taken through a pipeline by their own clock."""
    place = next(place for place in PLACES if place.site.host == order.host)
    site = with_distinct(place.site, order.distinct)
    replay = Replay(site, counting_by(order.settings())(site).pipeline, Tally())
    for day in _Days(order.first, order.last):
        yield from replay.take(hits_of(place, day, order.seed))
    yield from replay.end()


def work(orders: BinaryIO, days: BinaryIO) -> None:
    """Read orders until there are no more; write the days of each, then an empty frame."""
    while frame := _read_frame(orders):
        for day in made(msgspec.msgpack.decode(frame, type=Order)):
            days.write(framed(msgspec.msgpack.encode(day)))
            days.flush()
        days.write(framed(b""))
        days.flush()


def framed(document: bytes) -> bytes:
    """Return *document* behind its length."""
    return len(document).to_bytes(LENGTH_BYTES) + document


def _read_frame(stream: BinaryIO) -> bytes:
    length = stream.read(LENGTH_BYTES)
    return stream.read(int.from_bytes(length))


if __name__ == "__main__":
    # The server ends its workers itself, and must not wait for the processor behind them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    work(sys.stdin.buffer, sys.stdout.buffer)
