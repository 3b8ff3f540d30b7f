"""Measure how long a million figures take from counts to figures with margins.

``python -m bench.disclosure``. The reference, in the same run: the same number of Laplace draws by
numpy in floating point, which is fast and gives away more than it states. Read the ratio.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from aggregator.disclosure.adjust import Drawn, adjust
from aggregator.disclosure.fold import fold, public_keys
from aggregator.disclosure.laplace import noise_of
from aggregator.disclosure.noise import draw, scale_of

CELLS = 1_000_000
ROUNDS = 3
K, EPSILON = 8, Fraction(11, 20)


def seconds(step: Callable[[], object]) -> float:
    """Return the median time of one core that *step* takes, whoever else is at work."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        step()
        taken.append(time.process_time() - began)
    return round(statistics.median(taken), 2)


def main() -> None:
    """Print the figures as one JSON document."""
    rng = np.random.default_rng(20260401)
    keys = public_keys(f"/page/{number}" for number in range(CELLS))
    counts = {keys[number]: int(rng.zipf(1.6) % 10_000) for number in range(0, CELLS, 2)}
    folded = fold(counts, keys)
    drawn = draw(folded, l1=K, epsilon=EPSILON)
    scale = scale_of(K, EPSILON)

    def agree(once: bool) -> object:
        noise_of.cache_clear()
        return adjust({"table": Drawn(draws=drawn, scale=scale, periods=1, once=once)})

    steps = {
        "fold over public keys": seconds(lambda: fold(counts, keys)),
        "draw": seconds(lambda: draw(folded, l1=K, epsilon=EPSILON)),
        "figures and margins, pages": seconds(lambda: agree(False)),
        "figures and margins, one table that adds up": seconds(lambda: agree(True)),
    }
    reference = seconds(lambda: np.rint(rng.laplace(0, float(scale), len(folded))) + folded)
    total = sum(steps.values())
    figures = {
        "cells": CELLS,
        "seconds of one core": steps,
        "seconds in all": round(total, 2),
        "floating-point noise by numpy, seconds": reference,
        "ratio": round(total / reference, 1),
    }
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
