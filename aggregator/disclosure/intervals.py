"""Draws come in; 95 % intervals for the counts behind them go out, none of which is negative.

A count is never negative, a draw may be. Cutting the usual interval off at 0 would leave empty
intervals and hold an absent key's 0 too often. Instead, as G. Feldman and R. Cousins do
("Unified approach to the classical statistical analysis of small signals", 1998), a set of draws
is accepted for each possible count, of the stated probability, and the interval holds the counts
that accept the draw. With a the one-sided and w the two-sided margin of the noise, a count accepts
the draws

* up to count + a, if the count is at most a: all that are too small may come from it;
* from count - l to 2 count, if it lies between a and w, with l as large as the probability asks;
* within count ± w from there on, which is the usual interval.

The sets are those of the likelihood ratio for one Laplace draw; for sums they hold their
probability just as well, which is all that coverage needs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aggregator.disclosure.laplace import LEVEL, Noise

Integers = NDArray[np.int64]


class Interval(NamedTuple):
    """Lowest and highest counts, one of each per draw."""

    low: Integers
    high: Integers


def plain(draws: Integers, noise: Noise, level: float = LEVEL) -> Interval:
    """Return *draws* ± the margin of *noise*; may lie below 0, as draws may."""
    width = noise.half_width(level)
    return Interval(draws - width, draws + width)


def never_negative(draws: Integers, noise: Noise, level: float = LEVEL) -> Interval:
    """Return intervals of counts that cannot be negative; none is empty, all end at 0 or above."""
    one, two = noise.one_sided(level), noise.half_width(level)
    between = np.arange(one + noise.step, two, noise.step, dtype=np.int64)
    # The most that a draw may lie below such a count: P(X > l) <= P(X <= count) - level.
    room = 1 - noise.at_least[np.minimum(between // noise.step + 1, len(noise.upper) - 1)] - level
    below = np.searchsorted(-noise.at_least, -room * (1 + 1e-9)) * noise.step
    least = np.maximum.accumulate(between - below)

    high = draws + two
    negative = draws < 0
    accepting = np.searchsorted(least, draws[negative], side="right")
    counts = np.concatenate([[one], between + (noise.step - 1)])
    high[negative] = counts[accepting]

    half = -(-draws // 2)
    low = np.where(
        draws <= 2 * one,
        np.maximum(draws - one, 0),
        np.where(half < two, np.maximum(half, one + 1), np.maximum(draws - two, two)),
    )
    return Interval(low, high)
