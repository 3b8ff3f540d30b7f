"""Measure the noise from the figures themselves: is it as large as stated, and fresh each time?

A count is never negative, and the tail of a discrete Laplace distribution has no memory: whatever
was counted, given that a draw is below zero, how far below is geometrically distributed with the
noise's own scale. So the negative draws of a publication of one period measure its noise exactly.
Sums of several periods' draws have no such tail; they are checked by `subtraction`.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import combinations
from typing import NamedTuple

from scipy import stats

from aggregator.attack.bundle import Bundle, Finding, scale_of

ATTACK = "noise"
CERTAIN = 1e-9
"""How improbable an honest publication must be before it is found: one in a thousand million."""

Draws = Mapping[str, int]


def weak_noise(bundles: Sequence[Bundle], _public: Mapping[str, Set[str]]) -> Iterator[Finding]:
    """Find noise that is smaller than stated, cut off, or used twice."""
    by_scale: dict[tuple[str, float], list[tuple[str, str, Draws]]] = defaultdict(list)
    measured: list[Measure] = []
    for bundle in bundles:
        if len(bundle.publication.periods) != 1:
            continue
        here: list[Measure] = []
        for table in bundle.publication.tables:
            draws = {figure.key: figure.draw for figure in table.figures}
            scale = scale_of(table)
            here += _measured(draws, scale)
            for says in _cut_off(draws, scale):
                yield Finding(bundle.name, ATTACK, f"{table.name}: {says}")
            span = bundle.publication.periods[0]
            by_scale[bundle.publication.site, scale].append(
                (bundle.name, f"{table.name} {span[0]}..{span[1]}", draws)
            )
        yield from _smaller(bundle.name, here)
        measured += here
    if len(bundles) > 1 and measured:
        yield from _smaller("all together", measured)
    for (_, scale), several in by_scale.items():
        yield from _used_twice(several, scale)


class Measure(NamedTuple):
    """How far below zero a table's draws lie: the measured scale over the stated one, and how
    probable it is that noise as stated lies so close."""

    draws: int
    ratio: float
    probability: float


def _measured(draws: Draws, scale: float) -> list[Measure]:
    # -draw - 1 given draw < 0 is geometric from 0 with failure probability q = exp(-1/scale); the
    # sum of n of them is negative binomial.
    below = [-draw - 1 for draw in draws.values() if draw < 0]
    if not below:
        return []
    q = math.exp(-1 / scale)
    mean = sum(below) / len(below)
    found = 1 / math.log1p(1 / mean) if mean else 0.0
    probability = float(stats.nbinom.cdf(sum(below), len(below), 1 - q))
    return [Measure(len(below), found / scale, max(probability, sys.float_info.min))]


def _smaller(where: str, measures: Sequence[Measure]) -> Iterator[Finding]:
    # Fisher's method (R. A. Fisher, 1925): independent probabilities taken together.
    together = -2 * sum(math.log(each.probability) for each in measures)
    if measures and stats.chi2.sf(together, 2 * len(measures)) < CERTAIN:
        draws = sum(each.draws for each in measures)
        share = sum(each.draws * each.ratio for each in measures) / draws
        says = f"its noise is about {share:.0%} of what is stated, by {draws} draws below zero"
        yield Finding(where, ATTACK, says)


def _cut_off(draws: Draws, scale: float) -> Iterator[str]:
    # No count makes one value likelier than the middle of the distribution: (1 - q) / (1 + q).
    q = math.exp(-1 / scale)
    zeros = sum(draw == 0 for draw in draws.values())
    if stats.binom.sf(zeros - 1, len(draws), (1 - q) / (1 + q)) < CERTAIN:
        yield f"{zeros} of {len(draws)} draws are exactly 0: noise below zero was cut off"


def _used_twice(several: Sequence[tuple[str, str, Draws]], scale: float) -> Iterator[Finding]:
    # Given that both are below zero, two independent draws are equal with (1 - q) / (1 + q).
    q = math.exp(-1 / scale)
    for (_, earlier, before), (bundle, later, after) in combinations(several, 2):
        if earlier == later:
            continue  # The same period again is for `subtraction`: there it must be the same.
        pairs = [(before[key], after[key]) for key in before.keys() & after.keys()]
        below = [(one, other) for one, other in pairs if one < 0 and other < 0]
        same = sum(one == other for one, other in below)
        if below and stats.binom.sf(same - 1, len(below), (1 - q) / (1 + q)) < CERTAIN:
            says = f"{later} carries the same noise as {earlier}: it cancels out by subtraction"
            yield Finding(bundle, ATTACK, says)
