"""Measure what a hit costs in memory's part of the collector, and what forming contributions adds.

``python -m bench.ledger``. The pipeline takes made-up hits whose coarse values are given, so that
coarsening is not measured; once as it is, once with contributions withheld, in turns in the same
run. Beside them, as a reference, what a plain keyed hash and a dictionary of as many keys cost.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.arrival import Arrival
from collector.changes import FOR_GOOD, Changes
from collector.coarse import Coarse, Origin, Surroundings
from collector.coarsen.referrer import DIRECT_ORIGIN
from collector.gathering import Gathering
from collector.ingest import entry_of
from collector.ledger import Ledger
from collector.pipeline import Pipeline
from collector.spooling.entry import commits_of
from collector.traits import CACHED, carried
from oboro.randomness import SystemRandomness
from oboro.sites import Site

SITE = Site(host="example.jp", zone=ZoneInfo("UTC"))
BEGIN = datetime(2026, 3, 4, tzinfo=UTC)
KEYS = 10_000
MANY = 300_000
"""Visitors of a large day."""
HITS = 23_000
"""Hits of a day, 2.3 a key as on the log at hand."""
PAGES = 500
ROUNDS = 5
GROUP = 100
"""Hits in one commit."""

_PLACES = [
    Surroundings(
        country=f"C{n % 7}",
        browser=f"B{n % 5}",
        browser_version="100",
        os=f"O{n % 4}",
        os_version="12",
        device=("mobile", "desktop")[n % 2],
        screen="1200-1919",
        language="ja",
    )
    for n in range(60)
]
_ORIGINS = [
    None,
    *(Origin(source=f"S{n}", channel="search", referrer="", campaign="") for n in range(9)),
]


class Made(NamedTuple):
    """Hits with their coarse values."""

    arrivals: list[Arrival]
    coarse: dict[int, Coarse]


class Given:
    """Says the coarse values that were made with a hit."""

    def __init__(self, coarse: dict[int, Coarse]) -> None:
        self._coarse = coarse

    def coarsen(self, arrival: Arrival, site: Site) -> Coarse:
        return self._coarse[id(arrival)]

    def page_of(self, arrival: Arrival, site: Site) -> str:
        return self._coarse[id(arrival)].page


def made(keys: int = KEYS, hits: int = HITS, pages_there: int = PAGES) -> Made:
    """Return a day's hits in the order of time."""
    arrivals, coarse = [], {}
    for arrival, values in a_days_hits(keys, hits, pages_there):
        arrivals.append(arrival)
        coarse[id(arrival)] = values
    return Made(arrivals, coarse)


def a_days_hits(keys: int, hits: int, pages_there: int) -> Iterator[tuple[Arrival, Coarse]]:
    """Yield a day's hits in the order of time: pages by Zipf, visitors at random."""
    draw = random.Random(1)
    weights = [1 / (rank + 1) for rank in range(pages_there)]
    names = [f"/section-{n % 20}/page-{n}/" for n in range(pages_there)]
    cumulated = list(accumulate(weights))
    for number in range(hits):
        (page,) = draw.choices(names, cum_weights=cumulated)
        visitor = draw.randrange(keys)
        arrival = Arrival(
            network=visitor.to_bytes(4),
            site=SITE.host,
            at=BEGIN + timedelta(seconds=number * 80_000 / hits),
            agent=f"agent {visitor % 60}",
            language="ja",
            url=page,
        )
        yield (
            arrival,
            Coarse(
                page=page,
                section=page.split("/", 2)[1],
                origin=draw.choice(_ORIGINS),
                surroundings=_PLACES[visitor % 60],
            ),
        )


def a_pipeline(coarse: dict[int, Coarse], **ledger: bool) -> tuple[Pipeline, Ledger]:
    """Return a pipeline like a server's; ``contributions=False`` withholds them."""
    keeper = Ledger(randomness=SystemRandomness())
    if not ledger.get("contributions", True):
        keeper.withhold([(SITE.host, BEGIN.date())])
    return (
        Pipeline(
            catalog_site_for=lambda _host: SITE,
            coarsener=Given(coarse),
            admit=lambda _arrival, _site: None,
            ledger=keeper,
            gathering=Gathering(),
        ),
        keeper,
    )


def microseconds(work: Callable[[], object]) -> float:
    """Return how long *work* takes for each hit."""
    gc.collect()
    began = time.process_time()
    work()
    return (time.process_time() - began) / HITS * 1e6


def take_all(hits: Made, *, contributions: bool) -> Callable[[], object]:
    """Return what takes a day's hits."""
    pipeline, _ = a_pipeline(hits.coarse, contributions=contributions)
    return lambda: [pipeline.take(arrival) for arrival in hits.arrivals] and None


def record_all(hits: Made) -> Callable[[], object]:
    """Return what lets the ledger alone remember a day's hits, each so that it can be undone."""
    _, ledger = a_pipeline(hits.coarse, contributions=True)
    return lambda: [
        ledger.record(SITE, arrival, hits.coarse[id(arrival)], Changes())
        for arrival in hits.arrivals
    ]


def commit_all(hits: Made, *, contributions: bool) -> Callable[[], object]:
    """Return what makes commits of a day's hits, which were taken before."""
    pipeline, _ = a_pipeline(hits.coarse, contributions=contributions)
    entries = [entry_of(pipeline.take(arrival)) for arrival in hits.arrivals]
    groups = [entries[at : at + GROUP] for at in range(0, HITS, GROUP)]
    return lambda: [commits_of(group) for group in groups] and None


def hash_all(arrivals: Sequence[Arrival]) -> None:
    """Do the least that telling visitors apart takes."""
    secret = blake2b(digest_size=8, key=bytes(32))
    seen: dict[bytes, float] = {}
    for arrival in arrivals:
        keyed = secret.copy()
        keyed.update(arrival.network + arrival.agent.encode() + arrival.language.encode())
        seen[keyed.digest()] = arrival.at.timestamp()


def bytes_of_a_key(hits: Made, *, contributions: bool) -> float:
    """Return the memory that the ledger holds for each key at the end of a day's hits."""
    pipeline, ledger = a_pipeline(hits.coarse, contributions=contributions)
    gc.collect()
    tracemalloc.start()
    for arrival in hits.arrivals:
        pipeline.take(arrival)
    pipeline._gathering.keep(set())
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / ledger.size()


def megabytes_of_many(keys: int) -> tuple[float, int]:
    """Return what a day of about so many *keys* takes of the system's memory, tables included.

    A site of 5,000 pages, 2.3 hits a key; visits end as they do, half an hour after their last hit.
    """
    _, ledger = a_pipeline({})
    for _, coarse in a_days_hits(KEYS, 2 * CACHED, 5_000):
        # What is held ready whatever the number of keys is made before, and not counted.
        carried(coarse, coarse.origin or DIRECT_ORIGIN)
    gc.collect()
    before = _resident()
    for number, (arrival, coarse) in enumerate(a_days_hits(keys, 23 * keys // 10, 5_000)):
        if number % 1_000 == 0:
            ledger.expire(arrival.at, FOR_GOOD)
        ledger.record(SITE, arrival, coarse, FOR_GOOD)
    gc.collect()
    return (_resident() - before) / 1e6, ledger.size()


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def main() -> None:
    """Print the figures as one JSON document."""
    # First: what others leave behind would be taken again, and not be seen.
    megabytes, keys = megabytes_of_many(MANY)
    hits = made()
    reference: list[float] = []
    recorded: list[float] = []
    took: dict[bool, list[float]] = {True: [], False: []}
    commits: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        reference.append(microseconds(lambda: hash_all(hits.arrivals)))
        recorded.append(microseconds(record_all(hits)))
        for contributions in (True, False):
            took[contributions].append(microseconds(take_all(hits, contributions=contributions)))
            commits[contributions].append(
                microseconds(commit_all(hits, contributions=contributions))
            )
    # The quickest round is the one that others on the machine disturbed least.
    figures = {
        "hits": HITS,
        "keys": KEYS,
        "reference: hash and dictionary, µs/hit": round(min(reference), 2),
        "ledger alone, µs/hit": round(min(recorded), 2),
        "pipeline, µs/hit": round(min(took[True]), 2),
        "pipeline without contributions, µs/hit": round(min(took[False]), 2),
        "ratio: with to without": round(min(took[True]) / min(took[False]), 3),
        "ratio: pipeline to reference": round(min(took[True]) / min(reference), 1),
        "commits, µs/hit": round(min(commits[True]), 2),
        "commits without contributions, µs/hit": round(min(commits[False]), 2),
        "ledger, bytes/key": round(bytes_of_a_key(hits, contributions=True)),
        "ledger without contributions, bytes/key": round(bytes_of_a_key(hits, contributions=False)),
    }
    figures["ledger of many keys, keys"] = keys
    figures["ledger of many keys, bytes/key"] = round(megabytes * 1e6 / keys)
    sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
