"""Counts come in; counts with discrete Laplace noise go out, drawn by OpenDP.

Method: C. Dwork, F. McSherry, K. Nissim, A. Smith, "Calibrating Noise to Sensitivity in Private
Data Analysis" (2006), with the two-sided geometric noise of A. Ghosh, T. Roughgarden,
M. Sundararajan, "Universally Utility-Maximizing Privacy Mechanisms" (2009). The sampler is
OpenDP's, exact on integers after C. Canonne, G. Kamath, T. Steinke, "The Discrete Gaussian for
Differential Privacy" (2020), so that no rounding of floating point shows through the noise. It
takes its randomness from the operating system; there is no seed that could be asked again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import opendp.prelude as dp

dp.enable_features("contrib")

_LARGEST = 2**53
"""Far above any count of visitor-days, far below where the sampler's integers end."""
_STEPS = 64


class Overspent(Exception):
    """A mechanism would spend more than was granted; nothing is drawn."""


def draw(counts: Sequence[int], *, l1: int, epsilon: Fraction) -> list[int]:
    """Return *counts* with independent noise of scale *l1* / *epsilon* added to each.

    *counts* stand in the order of the public keys, zeros among them. *l1* is the most that one
    unit, added or removed, changes all counts together: L0 times L∞. What is returned is
    *epsilon*-differentially private for one unit, and each call is another draw: whoever calls
    twice on the same counts has spent twice.

    Raises `Overspent` when the mechanism itself says that it would spend more than *epsilon*.
    """
    if any(not 0 <= count <= _LARGEST for count in counts):
        raise ValueError("counts are whole, not negative, and below 2^53")
    if not counts:
        return []
    return list(_measurement(l1, epsilon)(list(counts)))


def scale_of(l1: int, epsilon: Fraction) -> Fraction:
    """Return the scale of the noise that makes a change of *l1* cost *epsilon*."""
    if l1 < 1 or epsilon <= 0:
        raise ValueError("a sensitivity is at least 1, and epsilon more than 0")
    return l1 / epsilon


def spent(l1: int, scale: float) -> Fraction:
    """Return what noise of *scale* spends when counts change by *l1*, by the mechanism's own map.

    The map rounds up, so this is never less than the truth.
    """
    return _spent(_laplace(scale), l1)


@lru_cache(64)
def _measurement(l1: int, epsilon: Fraction) -> dp.Measurement:
    scale = float(scale_of(l1, epsilon))
    for _ in range(_STEPS):
        measurement = _laplace(scale)
        if _spent(measurement, l1) <= epsilon:
            return measurement
        # A fraction has no exact floating form: the next larger scale spends a hair less.
        scale = math.nextafter(scale, math.inf)
    raise Overspent(f"noise of scale {scale} spends more than {epsilon} on a change of {l1}")


def _spent(measurement: dp.Measurement, l1: int) -> Fraction:
    return Fraction(measurement.map(l1))  # type: ignore[no-untyped-call]  # OpenDP names no types


def _laplace(scale: float) -> dp.Measurement:
    return dp.m.make_laplace(
        dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64"), scale=scale
    )
