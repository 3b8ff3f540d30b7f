"""A mechanism comes in; how much it is seen to give away, at least, goes out.

Two worlds are played: one count, and the same count after units were added. If some event is
p times as probable in the one as in the other, the mechanism spends at least log p, whatever it
says of itself. Which event, is chosen on one half of the draws; how probable it is, on the other,
with the bounds of C. Clopper and E. Pearson ("The Use of Confidence or Fiducial Limits Illustrated
in the Case of the Binomial", 1934). The idea is that of B. Bichsel, S. Steffen, I. Bogunovic,
M. Vechev, "DP-Sniper: Black-Box Discovery of Differential Privacy Violations" (2021).

A small epsilon hides in the draws' own chance. So not one unit is added but a group, as large as
makes the two worlds differ clearly: a group of g units may cost g times as much, and with discrete
Laplace noise it costs just that. So noise that is a tenth too small is found out as well.

The structural check in `aggregator.disclosure.noise` asks the mechanism what it would spend; this
looks at what is really drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Draw = Callable[[Sequence[int]], Sequence[int]]
"""Add noise to counts, the same mechanism for each."""

MISTAKEN = 1e-6
"""How probable it may be that an honest mechanism is found to spend too much."""


CLEARLY = 4.0
"""The epsilon of the whole group that is added."""


class Audit(NamedTuple):
    """What was found: one unit costs *epsilon* at least, but for a chance of `MISTAKEN`.

    *closeness* is *epsilon* over what is stated: above 1 the mechanism is broken, and how far below
    1 an honest one comes tells how sharp the audit is.
    """

    epsilon: float
    closeness: float
    group: int
    draws: int


def audit(draw: Draw, *, l1: int, epsilon: Fraction, draws: int = 100_000) -> Audit:
    """Return the least that one unit costs under *draw*, which states *epsilon*.

    *l1* is all that one unit adds to one key: in the worst case all the keys that it stands under
    are folded into one. *draws* are made in each of the two worlds.
    """
    group = max(1, round(CLEARLY / epsilon))
    without = np.asarray(draw([0] * draws), dtype=np.int64)
    with_group = np.asarray(draw([group * l1] * draws), dtype=np.int64)
    half = draws // 2
    chosen = _best_threshold(without[:half], with_group[:half])
    found = max(
        _ratio(
            int((with_group[half:] >= chosen).sum()),
            int((without[half:] >= chosen).sum()),
            draws - half,
        ),
        _ratio(
            int((without[half:] < chosen).sum()),
            int((with_group[half:] < chosen).sum()),
            draws - half,
        ),
    )
    return Audit(found / group, found / group / float(epsilon), group, draws)


def _best_threshold(without: NDArray[np.int64], with_group: NDArray[np.int64]) -> int:
    """Return the threshold beyond which the two worlds differ most, by the worst of both sides."""
    thresholds = np.unique(with_group)
    size = len(without)
    below_without = np.searchsorted(np.sort(without), thresholds)
    below_with = np.searchsorted(np.sort(with_group), thresholds)
    gains = [
        max(
            _ratio(size - int(one), size - int(none), size),
            _ratio(int(none), int(one), size),
        )
        for none, one in zip(below_without, below_with, strict=True)
    ]
    return int(thresholds[int(np.argmax(gains))])


def _ratio(likelier: int, rarer: int, of: int) -> float:
    """Return log of the least ratio of two probabilities, given how often each was seen."""
    least = stats.beta.ppf(MISTAKEN / 4, likelier, of - likelier + 1) if likelier else 0.0
    most = stats.beta.ppf(1 - MISTAKEN / 4, rarer + 1, of - rarer) if rarer < of else 1.0
    return math.log(least / most) if least > 0 else -math.inf
