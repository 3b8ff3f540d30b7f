"""Measure what a hit costs in memory's part of the collector, and what forming contributions adds.

``python -m bench.ledger``. The pipeline takes made-up hits whose coarse values are given, so that
coarsening is not measured; once as it is, once with contributions withheld, in turns in the same
run. Beside them, as a reference, what a plain keyed hash and a dictionary of as many keys cost.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.arrival import Arrival
from collector.changes import FOR_GOOD, Changes
from collector.coarse import Coarse, Origin, Surroundings
from collector.gathering import Gathering
from collector.ledger import Ledger
from collector.pipeline import Pipeline
from collector.spooling.entry import Entry, commits_of
from oboro.outcomes import Outcome, OutcomeCount
from oboro.randomness import SystemRandomness
from oboro.sites import Site

SITE = Site(host="example.jp", zone=ZoneInfo("UTC"))
BEGIN = datetime(2026, 3, 4, tzinfo=UTC)
KEYS = 10_000
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
    """Return a day's hits in the order of time: pages by Zipf, visitors at random."""
    draw = random.Random(1)
    weights = [1 / (rank + 1) for rank in range(pages_there)]
    names = [f"/section-{n % 20}/page-{n}/" for n in range(pages_there)]
    pages = draw.choices(names, weights, k=hits)
    arrivals, coarse = [], {}
    for number, page in enumerate(pages):
        visitor = draw.randrange(keys)
        arrival = Arrival(
            network=visitor.to_bytes(4),
            site=SITE.host,
            at=BEGIN + timedelta(seconds=number * 80_000 / hits),
            agent=f"agent {visitor % 60}",
            language="ja",
            url=page,
        )
        arrivals.append(arrival)
        coarse[id(arrival)] = Coarse(
            page=page,
            section=page.split("/", 2)[1],
            origin=draw.choice(_ORIGINS),
            surroundings=_PLACES[visitor % 60],
        )
    return Made(arrivals, coarse)


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
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) / HITS * 1e6


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
    entries = []
    for arrival in hits.arrivals:
        taken = pipeline.take(arrival)
        outcome = [OutcomeCount(taken.site, taken.day, Outcome.COUNTED, 1)]
        entries.append(Entry(taken.facts, outcome, taken.keys, taken.contributions))
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


def bytes_of_a_further_key() -> float:
    """Return what a key more takes on a site with many pages, most visits over, tables included.

    Few keys there carry what another does, so nothing is saved by sharing.
    """
    hits = made(keys=60_000, hits=138_000, pages_there=5_000)
    _, ledger = a_pipeline(hits.coarse)
    held: list[tuple[int, int]] = []
    tracemalloc.start()
    for number, arrival in enumerate(hits.arrivals, 1):
        if number % 100 == 0:
            ledger.expire(arrival.at, FOR_GOOD)
        ledger.record(SITE, arrival, hits.coarse[id(arrival)], FOR_GOOD)
        if number in (len(hits.arrivals) // 2, len(hits.arrivals)):
            gc.collect()
            held.append((ledger.size(), tracemalloc.get_traced_memory()[0]))
    tracemalloc.stop()
    (some, before), (all_, after) = held
    return (after - before) / (all_ - some)


def main() -> None:
    """Print the figures as one JSON document."""
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
        "ledger, bytes/further key of a site with 5,000 pages": round(bytes_of_a_further_key()),
    }
    sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
