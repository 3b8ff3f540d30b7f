"""Measure what a hand-over of the ledger takes: packing, unpacking, and the bytes of each key.

``python -m bench.handover [KEYS]``, 100,000 unless told otherwise. The reference is `marshal` alone
with as many of the least entries: a key of eight bytes and a time.
"""

from __future__ import annotations

import gc
import json
import marshal
import sys
import time
from collections.abc import Callable

from bench.ledger import SITE, a_pipeline, made
from collector.gathering import Gathering
from collector.handover.state import Memory, packed, unpacked
from collector.ledger import Ledger
from collector.live import Live
from collector.variety import Variety
from oboro.clock import SystemClock
from oboro.randomness import SystemRandomness

VISITORS = 100_000
HITS_EACH = 2.3
PLACES = 500
ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    """Return the processor's time that *work* takes."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def a_memory(ledger: Ledger, gathering: Gathering) -> Memory:
    """Return all that is handed over; most of it is the ledger."""
    return Memory(ledger, gathering, Variety(PLACES), Live(SystemClock(), ledger))


def empty() -> Memory:
    """Return the memory of a server that has just begun."""
    return a_memory(Ledger(randomness=SystemRandomness()), Gathering())


def main() -> None:
    """Print the figures as one JSON document."""
    visitors = int(sys.argv[1]) if len(sys.argv) > 1 else VISITORS
    hits = made(visitors, int(visitors * HITS_EACH))
    pipeline, ledger = a_pipeline(hits.coarse)
    for arrival in hits.arrivals:
        pipeline.take(arrival)
    memory = a_memory(ledger, pipeline._gathering)
    keys = ledger.size()
    least = {number.to_bytes(8): float(number) for number in range(keys)}
    forms = {(SITE.host, hits.arrivals[0].at.date())}
    data, plain = packed(memory, forms), marshal.dumps(least)
    packing = [seconds(lambda: packed(memory, forms)) for _ in range(ROUNDS)]
    unpacking = [seconds(lambda: unpacked(data, empty())) for _ in range(ROUNDS)]
    dumping = min(seconds(lambda: marshal.dumps(least)) for _ in range(ROUNDS))
    loading = min(seconds(lambda: marshal.loads(plain)) for _ in range(ROUNDS))
    figures = {
        "keys": keys,
        "bytes/key": round(len(data) / keys),
        "packing, s": [round(each, 2) for each in packing],
        "unpacking, s": [round(each, 2) for each in unpacking],
        "ratio: packing to marshal alone": round(min(packing) / dumping, 1),
        "ratio: unpacking to marshal alone": round(min(unpacking) / loading, 1),
    }
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
