"""The exact distribution of sums of discrete Laplace noise, and the margins that follow from it.

A discrete Laplace variable of scale s takes the whole number x with probability proportional to
exp(-|x|/s) (S. Inusah, T. Kozubowski, "A discrete analogue of the Laplace distribution", 2006).
Its characteristic function is 1 / (1 + (sin(t/2) / sinh(1/(2s)))²); that of a sum is the product,
and the probabilities come back by a Fourier transform. Nothing here depends on what was counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Scale = Fraction

LEVEL = 0.95
"""How often an interval holds the truth."""
_WIDE = 4096
"""Above this standard deviation, probabilities are kept for steps of several whole numbers."""
_REACH = 24
"""Standard deviations to either side that are kept; less than 1e-14 lies beyond."""


class Term(NamedTuple):
    """*times* independent discrete Laplace variables of *scale*, each multiplied by *weight*."""

    scale: Scale
    times: int = 1
    weight: int = 1

    @property
    def variance(self) -> float:
        """The variance of the term's sum."""
        return self.times * self.weight**2 * variance(self.scale)


@dataclass(frozen=True, eq=False)
class Noise:
    """The distribution of a sum of noise, symmetric about 0.

    *upper* holds the probabilities of 0, 1, 2, ... times *step*. With a step above 1 they are those
    of the sum rounded to steps, and every margin is given one step wider.
    """

    upper: Floats
    step: int

    @cached_property
    def at_least(self) -> Floats:
        """P(X >= k) for k = 0, 1, 2, ... steps."""
        reversed_sums: Floats = np.cumsum(self.upper[::-1])[::-1]
        return reversed_sums

    def half_width(self, level: float = LEVEL) -> int:
        """Return the smallest w with P(-w <= X <= w) >= *level*."""
        return self._margin((1 - level) / 2)

    def one_sided(self, level: float = LEVEL) -> int:
        """Return the smallest a with P(X <= a) >= *level*."""
        return self._margin(1 - level)

    def beyond(self, threshold: int) -> float:
        """Return P(X >= *threshold*), for a threshold above 0."""
        steps = max(0, -(-threshold // self.step))
        return float(self.at_least[steps]) if steps < len(self.at_least) else 0.0

    def _margin(self, tail: float) -> int:
        beyond = int(np.searchsorted(-self.at_least, -tail * (1 + 1e-9)))
        # P(X > beyond - 1) = P(X >= beyond) is small enough.
        return max(0, beyond - 1) if self.step == 1 else (beyond + 1) * self.step


def variance(scale: Scale) -> float:
    """Return the variance of one discrete Laplace variable: 1 / (2 sinh²(1 / (2 *scale*)))."""
    return 1 / (2 * math.sinh(1 / (2 * float(scale))) ** 2)


def probability(x: int, scale: Scale) -> float:
    """Return P(X = *x*) of one discrete Laplace variable."""
    return math.tanh(1 / (2 * float(scale))) * math.exp(-abs(x) / float(scale))


def cumulative(x: int, scale: Scale) -> float:
    """Return P(X <= *x*) of one discrete Laplace variable."""
    q = math.exp(-1 / float(scale))
    if x < 0:
        return q**-x / (1 + q)
    return 1 - q ** (x + 1) / (1 + q)


def quantile(level: float, scale: Scale) -> int:
    """Return the smallest x with P(X <= x) >= *level*, of one discrete Laplace variable."""
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    q = math.exp(-1 / float(scale))
    if level > 1 / (1 + q):
        guess = math.log((1 - level) * (1 + q)) / math.log(q) - 1
    else:
        guess = -math.log(level * (1 + q)) / math.log(q)
    x = math.ceil(guess)
    while cumulative(x - 1, scale) >= level:
        x -= 1
    while cumulative(x, scale) < level:
        x += 1
    return x


def half_width(scales: Iterable[Scale], level: float = LEVEL) -> int:
    """Return the smallest w such that the sum of one draw at each of *scales* is in ±w.

    It is so with probability *level* at least; a single draw has as many scales as one.
    """
    counted: dict[Scale, int] = {}
    for scale in scales:
        counted[scale] = counted.get(scale, 0) + 1
    return noise_of(*(Term(scale, times) for scale, times in sorted(counted.items()))).half_width(
        level
    )


@lru_cache(64)
def noise_of(*terms: Term) -> Noise:
    """Return the distribution of the sum of *terms*."""
    if not terms or any(term.scale <= 0 or term.times < 1 or term.weight < 1 for term in terms):
        raise ValueError("noise is a sum of one term or more, each with a scale above 0")
    deviation = math.sqrt(sum(term.variance for term in terms))
    step = max(1, math.ceil(deviation / _WIDE))
    # At least 64 points: a few whole numbers beyond what very small noise reaches.
    points = 1 << max(6, math.ceil(math.log2(2 * _REACH * (deviation / step + 1))))
    angles = 2 * np.pi * np.arange(points // 2 + 1) / (points * step)
    transform = np.ones_like(angles)
    for term in terms:
        ratio = np.sin(term.weight * angles / 2) / math.sinh(1 / (2 * float(term.scale)))
        transform *= (1 / (1 + ratio**2)) ** term.times
    probabilities = np.fft.irfft(transform, points)[: points // 2]
    return Noise(np.maximum(probabilities, 0.0), step)
