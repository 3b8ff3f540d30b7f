"""Subtract publications from each other: is any period's noise drawn more than once?

Every figure of a publication is the sum of one draw for each of its periods. So the figures of
all publications of a site are linear equations in the periods' draws. If each was drawn once they
all hold; a draw made anew makes them contradict each other, and whoever asks often enough averages
the noise away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise

import numpy as np

from aggregator.attack.bundle import Bundle, Finding, Span

ATTACK = "subtraction"
_EXACT = 0.01
"""Far below 1: all figures are whole numbers."""


def contradictions(bundles: Sequence[Bundle], _public: Mapping[str, Set[str]]) -> Iterator[Finding]:
    """Find publications that contradict earlier ones of the same days."""
    by_site: dict[tuple[str, str], list[Bundle]] = defaultdict(list)
    for bundle in bundles:
        for table in bundle.publication.tables:
            by_site[bundle.publication.site, table.name].append(bundle)
    for (_, name), several in by_site.items():
        yield from _of_table(name, several)


def _of_table(name: str, bundles: Sequence[Bundle]) -> Iterator[Finding]:
    draws = [
        {
            each.key: each.draw
            for table in bundle.publication.tables
            if table.name == name
            for each in table.figures
        }
        for bundle in bundles
    ]
    keys = sorted(set.intersection(*(set(each) for each in draws)))
    periods: list[Span] = sorted({span for each in bundles for span in each.publication.periods})
    counted = np.array(
        [[float(span in each.publication.periods) for span in periods] for each in bundles]
    )
    seen = np.array([[float(each[key]) for key in keys] for each in draws])
    for row in range(1, len(bundles)):
        before, so_far = counted[:row], counted[: row + 1]
        if np.linalg.matrix_rank(so_far) > np.linalg.matrix_rank(before):
            continue  # It tells of a period that no earlier one told of.
        mixed, *_ = np.linalg.lstsq(before.T, counted[row], rcond=None)
        off = np.abs(mixed @ seen[:row] - seen[row])
        if len(keys) and float(off.max()) > _EXACT:
            says = (
                f"{name}: {int((off > _EXACT).sum())} of {len(keys)} figures contradict earlier "
                "publications of the same days: their noise was drawn anew and can be averaged away"
            )
            yield Finding(bundles[row].name, ATTACK, says)
    yield from _overlaps(name, periods, bundles)


def _overlaps(name: str, periods: Sequence[Span], bundles: Sequence[Bundle]) -> Iterator[Finding]:
    for before, after in pairwise(periods):
        if after[0] <= before[1]:
            says = (
                f"{name}: the periods {before[0]}..{before[1]} and {after[0]}..{after[1]} share "
                "days, which are thus spent twice"
            )
            yield Finding(bundles[-1].name, ATTACK, says)
