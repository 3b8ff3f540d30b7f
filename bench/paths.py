"""Send millions of different paths at one site's day: rows, memory, and what a path costs.

``python -m bench.paths [HITS]``; ten million by default take some minutes. One path in a hundred
is of a real page of the site, of which there are two hundred. The last line is JSON.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from datetime import timedelta

from collector.admission import admit
from collector.coarsen.place import NoPlaces
from collector.coarsener import Coarsener
from collector.gathering import Gathering
from collector.ledger import Ledger
from collector.pipeline import Pipeline
from collector.variety import Variety
from oboro.facts import OTHER
from oboro.randomness import SystemRandomness
from oboro.settings import Settings
from oboro.topics import OPEN_ATTRIBUTES
from tests.support.arrivals import an_arrival
from tests.support.workspace import NOON, a_site

HITS = 10_000_000
PAGES = 200
NETWORKS = 20
LANGUAGES = 250
STEPS = 10
TICK = 10_000


def main(hits: int) -> int:
    """Print the figures after each tenth; return the exit status: 1 when a bound does not hold."""
    settings, site = Settings(), a_site()
    pipeline = Pipeline(
        catalog_site_for=lambda _host: site,
        coarsener=Coarsener(NoPlaces()),
        admit=admit,
        ledger=Ledger(randomness=SystemRandomness(), capacity=settings.ledger_keys),
        gathering=Gathering(pairs=settings.gathering_pairs),
        variety=Variety(settings.distinct_values),
    )
    drawn = random.Random(1)
    rows: dict[str, set[str]] = {topic: set() for topic in OPEN_ATTRIBUTES}
    memory: list[int] = []
    began = time.perf_counter()
    for number in range(hits):
        path = f"/page/{drawn.randrange(PAGES)}" if number % 100 == 0 else f"/x/{_word(number)}"
        arrival = an_arrival(
            url=f"https://example.jp{path}",
            at=NOON + timedelta(seconds=number * 3600 * 8 // hits),
            network=bytes((198, 51, drawn.randrange(NETWORKS), 0)),
            language=f"ja;q=0.{drawn.randrange(LANGUAGES):03}",
        )
        for fact in pipeline.take(arrival).facts:
            if fact.topic in rows:
                rows[fact.topic].add(fact.value)
        if number % TICK == 0:
            pipeline.tick(arrival.at)
        if (number + 1) % (hits // STEPS) == 0:
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
            print(
                f"{number + 1:>10,} hits {len(rows['page']):>7,} pages {memory[-1]:>5} MB",
                flush=True,
            )
    within = all(len(values - {OTHER}) <= settings.distinct_values for values in rows.values())
    print(
        json.dumps(
            {
                "hits": hits,
                "rows": {topic: len(values) for topic, values in rows.items()},
                "most": settings.distinct_values + 1,
                "real_pages": f"{sum(page.startswith('/page/') for page in rows['page'])}/{PAGES}",
                "megabytes": memory,
                "microseconds_a_hit": round((time.perf_counter() - began) / hits * 1e6, 1),
            }
        )
    )
    return 0 if within else 1


def _word(number: int) -> str:
    """Return a made-up word that looks like no number of anyone, a different one each time."""
    letters = []
    for _ in range(7):
        number, letter = divmod(number, 26)
        letters.append("abcdefghijklmnopqrstuvwxyz"[letter])
    return "".join(letters)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else HITS))
