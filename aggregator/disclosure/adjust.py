"""Draws come in; figures go out that are never negative and agree with each other.

Every table that counts a visitor-day once adds up to the same number of visitor-days. Its draws do
not, and some are negative. So one total is estimated from all these tables, and each is brought to
it by whole numbers, without a look at anything but the draws:

1. The total: the sums of the tables' draws, weighted by the inverse of their noise's variance.
2. The difference to a table's sum is spread evenly over its keys, which is what least squares does
   where no draw is near 0 (M. Hay, V. Rastogi, G. Miklau, D. Suciu, "Boosting the Accuracy of
   Differentially Private Histograms Through Consistency", 2010).
3. What is then negative becomes 0, and what this adds is taken from the smallest figures first
   (*Norm-Cut* of T. Wang and others, "Locally Differentially Private Frequency Estimation with
   Consistency", 2020), since that is where noise above nothing stands.

Least squares on what is not negative would take step 3 from all figures alike, and a table of few
large and many absent keys would show its large ones too small by more than their margins. In a
table that counts several keys of a day nothing adds up: its draws below 0 become 0, and sums are
made from draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from aggregator.disclosure.intervals import Integers, never_negative, plain
from aggregator.disclosure.laplace import LEVEL, Noise, Term, noise_of, variance

PARTS = 64
"""Weights of the tables in the total are whole parts of so many, so that all stays exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The draws of one table, summed over *periods* draws at *scale* each, in the keys' order.

    *once* tells that a visitor-day is counted under one key, so that the table adds up to the
    total.
    """

    draws: Sequence[int] | Integers
    scale: Fraction
    periods: int
    once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """The draws of one table with their intervals, and its figures with theirs: six arrays.

    The intervals are for the true counts, at 95 %. *draw_low* and *draw_high* may be negative;
    *low* and *high* never are, and hold *figures*.
    """

    draws: Integers
    draw_low: Integers
    draw_high: Integers
    figures: Integers
    low: Integers
    high: Integers


@dataclass(frozen=True, slots=True)
class Total:
    """The common total: *parts* are `PARTS` times its estimate, *noise* what is in them."""

    parts: int
    noise: Noise

    @property
    def figure(self) -> int:
        """The estimate, rounded to whole visitor-days and never negative."""
        return max(0, (2 * self.parts + PARTS) // (2 * PARTS))

    def interval(self, level: float = LEVEL) -> tuple[int, int]:
        """Return the lowest and the highest number of visitor-days it may stand for."""
        low, high = never_negative(np.array([self.parts], dtype=np.int64), self.noise, level)
        lowest, highest = -(-int(low[0]) // PARTS), int(high[0]) // PARTS
        return min(lowest, self.figure), max(highest, self.figure)


def adjust(tables: Mapping[str, Drawn], level: float = LEVEL) -> dict[str, Adjusted]:
    """Return the figures of *tables*, in the same order.

    The tables that count once add up to the same total, exactly; a table of one key that counts
    once holds that total and its interval. All else of a figure's interval follows from its own
    draw, and reaches to the figure where agreement moved that further.
    """
    total = common_total([drawn for drawn in tables.values() if drawn.once])
    return {name: _adjusted(drawn, total, level) for name, drawn in tables.items()}


def common_total(tables: Sequence[Drawn]) -> Total | None:
    """Return the best estimate of what all of *tables* add up to; None of no tables."""
    tables = [table for table in tables if len(table.draws)]
    if not tables:
        return None
    weights = _in_parts([1 / (_noise_terms(table) * variance(table.scale)) for table in tables])
    parts = sum(
        weight * int(np.sum(np.asarray(table.draws, dtype=np.int64)))
        for weight, table in zip(weights, tables, strict=True)
    )
    terms = [
        Term(table.scale, _noise_terms(table), weight)
        for weight, table in zip(weights, tables, strict=True)
        if weight
    ]
    return Total(parts, noise_of(*terms))


def brought_to(draws: Integers, total: int) -> Integers:
    """Return whole numbers near *draws* that are not negative and add up to *total* (>= 0)."""
    even, rest = divmod(total - int(draws.sum()), len(draws))
    figures = draws + even
    if rest:
        # What cannot be dealt evenly goes where it weighs least.
        figures[np.argsort(-draws, kind="stable")[:rest]] += 1
    excess = -int(figures[figures < 0].sum())
    figures = np.maximum(figures, 0)
    if excess:
        order = np.argsort(figures, kind="stable")
        sums = np.cumsum(figures[order])
        taken = int(np.searchsorted(sums, excess))
        figures[order[:taken]] = 0
        figures[order[taken]] = int(sums[taken]) - excess
    return figures


def _adjusted(drawn: Drawn, total: Total | None, level: float) -> Adjusted:
    draws = np.array(drawn.draws, dtype=np.int64)
    noise = noise_of(Term(drawn.scale, drawn.periods))
    draw_low, draw_high = plain(draws, noise, level)
    if drawn.once and total is not None and len(draws) == 1:
        figures = np.array([total.figure], dtype=np.int64)
        low, high = (np.array([bound], dtype=np.int64) for bound in total.interval(level))
    else:
        low, high = never_negative(draws, noise, level)
        if drawn.once and total is not None and len(draws):
            figures = brought_to(draws, total.figure)
            low, high = np.minimum(low, figures), np.maximum(high, figures)
        else:
            figures = np.maximum(draws, 0)
    return Adjusted(
        draws=draws,
        draw_low=draw_low,
        draw_high=draw_high,
        figures=figures,
        low=low,
        high=high,
    )


def _noise_terms(table: Drawn) -> int:
    return len(table.draws) * table.periods


def _in_parts(weights: Sequence[float]) -> list[int]:
    """Round *weights* to whole parts of `PARTS`, the largest remainders up."""
    shares = [weight / sum(weights) * PARTS for weight in weights]
    parts = [int(share) for share in shares]
    remainders = sorted(range(len(shares)), key=lambda i: (parts[i] - shares[i], i))
    for i in remainders[: PARTS - sum(parts)]:
        parts[i] += 1
    return parts
