"""Measure what each step of a hit costs, one after another over the same hits: µs a hit."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from multidict import CIMultiDict

from bench.collecting.traffic import HOST, Hit
from collector.admission import admit, checks_by
from collector.changes import Changes
from collector.coarsener import Coarsener
from collector.contributing import contributions_of
from collector.databases import Databases
from collector.dialects.native import hit_in_json
from collector.gathering import Gathering
from collector.hit_sums import CountedHit
from collector.intake import arrival_of
from collector.ledger import Ledger
from collector.optout import opted_out
from collector.spooling.entry import Entry, commits_of
from collector.spooling.file import SpoolFile
from collector.topics import pairs_of
from collector.variety import Variety
from oboro.clock import SystemClock
from oboro.collecting_garbage import collect_seldom
from oboro.outcomes import Outcome, OutcomeCount
from oboro.randomness import SystemRandomness
from oboro.settings import Settings
from oboro.sites import Site

GROUP = 100
"""Hits in one commit; as many wait while the one before is written, under load."""
SITE = Site(host=HOST, zone=ZoneInfo("Asia/Tokyo"))

Given = TypeVar("Given")
Made = TypeVar("Made")


class Steps:
    """How long each step took over all the hits."""

    def __init__(self, hits: int) -> None:
        self._hits = hits
        self.microseconds: dict[str, float] = {}

    def each(self, name: str, work: Callable[[Given], Made], over: Iterable[Given]) -> list[Made]:
        """Return what *work* makes of each of *over*, and note how long it took."""
        began = time.perf_counter()
        made = [work(one) for one in over]
        self.microseconds[name] = (time.perf_counter() - began) / self._hits * 1e6
        return made


def steps_of(hits: Sequence[Hit]) -> dict[str, float]:
    """Return µs a hit by step; caches are as empty at the beginning as on a new day."""
    collect_seldom()
    steps = Steps(len(hits))
    settings = Settings(trusted_proxies=(ip_network("127.0.0.1/32"),))
    databases, clock = Databases(settings), SystemClock()
    checks = checks_by(settings, databases)
    coarsener = Coarsener(databases, grounds=databases)
    ledger = Ledger(randomness=SystemRandomness())
    gathering, variety = Gathering(), Variety(settings.distinct_values)
    headers = [_headers(hit) for hit in hits]
    steps.each("objection", opted_out, headers)
    said = steps.each("reading the JSON", hit_in_json, [hit.body for hit in hits])
    arrivals = steps.each(
        "network and arrival",
        lambda pair: arrival_of(
            site=pair[0].site,
            at=clock.now(),
            peer="127.0.0.1",
            headers=pair[1],
            trusted=settings.trusted_proxies,
            url=pair[0].url,
            referrer=pair[0].referrer or "",
            width=390,
        ),
        zip(said, headers, strict=True),
    )
    steps.each("admission", lambda arrival: admit(arrival, SITE, checks), arrivals)
    coarse = steps.each("coarsening", lambda arrival: coarsener.coarsen(arrival, SITE), arrivals)
    day = arrivals[0].at.astimezone(SITE.zone).date()
    shown = steps.each("variety", lambda one: variety.shown(HOST, day, one), coarse)
    answers = steps.each(
        "ledger",
        lambda three: ledger.record(SITE, *three[:2], Changes(), three[2])[1],
        zip(arrivals, coarse, shown, strict=True),
    )
    both = list(zip(shown, answers, strict=True))
    waiting = steps.each("hits", lambda two: CountedHit(HOST, day, 12, *two), both)
    pairs = steps.each("crossings", lambda two: pairs_of(*two), both)
    lumps = steps.each("gathering", lambda few: gathering.add(HOST, day, few, Changes()), pairs)
    counted = steps.each("contributions", lambda two: contributions_of(HOST, day, 12, *two), both)
    tally = (OutcomeCount(HOST, day, Outcome.COUNTED, 1),)
    entries = [
        Entry(lump, tally, 1, contributed, (hit,))
        for hit, lump, contributed in zip(waiting, lumps, counted, strict=True)
    ]
    groups = [entries[at : at + GROUP] for at in range(0, len(entries), GROUP)]
    commits = steps.each("summing commits", commits_of, groups)
    with (
        tempfile.TemporaryDirectory() as name,
        closing(SpoolFile.open(Path(name) / "spool.db", SystemRandomness())) as file,
    ):
        steps.each("commit on the disk", file.add, commits)
    return steps.microseconds


def _headers(hit: Hit) -> CIMultiDict[str]:
    lines = hit.request(80).decode("latin-1").partition("\r\n\r\n")[0].split("\r\n")[1:]
    pairs = (line.partition(": ") for line in lines)
    return CIMultiDict((name, value) for name, _, value in pairs)
