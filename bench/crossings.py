"""Measure how much of a month's views stands in the rows of two crossings, by the site's size.

``python -m bench.crossings [VIEWS_A_DAY…]``. The demonstration's visitors read a made-up site of a
thousand pages, whose weights fall as one over their rank, for a month; every hit goes through the
real pipeline, ledger and gathering, with the settings as they are by default. A row is written
once a crowd stands behind it, so what is missing is what is still gathering when the month ends.
The largest month is 3 million hits and takes about five minutes.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from typing import NamedTuple

from collector.demo.town import CITY, Place
from collector.demo.visits import hits_of
from collector.log_import.pipelines import counting_by
from collector.log_import.replay import Replay
from collector.log_import.sieve import Tally
from oboro.settings import Settings

MONTH = [date(2026, 6, 1) + timedelta(days=n) for n in range(30)]
SIZES = (30, 300, 3_000, 100_000)
"""Views a day."""
VIEWS_A_VISIT = 2.25
PAGES = 1_000
CROSSINGS = ("page*source", "page*device")


class Measured(NamedTuple):
    """What stood in the store after a month, and what a full count would be."""

    asked: int
    views: int
    crossed: dict[str, int]
    seconds: float


def main(sizes: list[int]) -> int:
    """Print a line for each size."""
    print(f"{'views a day':>12} {'views counted':>14}" + "".join(f"{c:>14}" for c in CROSSINGS))
    with ProcessPoolExecutor(2) as pool:
        for found in pool.map(month_of, sizes):
            shares = "".join(f"{found.crossed[c] / found.views:>14.1%}" for c in CROSSINGS)
            print(
                f"{found.asked:>12,} {found.views:>14,}{shares}   ({found.seconds:.0f} s)",
                flush=True,
            )
    return 0


def month_of(views_a_day: int) -> Measured:
    """Count a month of a site with *views_a_day*."""
    begun = time.perf_counter()
    place = a_place(views_a_day)
    replay = Replay(place.site, counting_by(Settings())(place.site).pipeline, Tally())
    sums: Counter[str] = Counter()
    for day in MONTH:
        for summed in replay.take(hits_of(place, day, 1)):
            add(sums, summed.facts)
    for summed in replay.end():
        add(sums, summed.facts)
    crossed = {name: sums[name] for name in CROSSINGS}
    return Measured(views_a_day, sums["total"], crossed, time.perf_counter() - begun)


def a_place(views_a_day: int) -> Place:
    """Return a site of a thousand pages that is read as often as asked."""
    visits = round(views_a_day / VIEWS_A_VISIT)
    pages = {"/": 100.0} | {f"/s{n % 20}/p{n}/": 100 / (n + 1) for n in range(1, PAGES)}
    return dataclasses.replace(
        CITY,
        visits=visits,
        regulars=max(50, visits * 7),
        pages=pages,
        seasons={},
        storm_pages={},
        articles="",
    )


def add(sums: Counter[str], facts: list[tuple[str, str, str, int, int, int, int]]) -> None:
    """Add the views of *facts* by topic."""
    for topic, _, _, views, *_ in facts:
        sums[topic] += views


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or list(SIZES)))
