"""Subtract tables of one publication from each other: parents from children, totals from sums."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set

from scipy import stats

from aggregator.attack.bundle import Bundle, Finding, scale_of
from oboro.contributions import TOTAL_KEY
from oboro.publication import PublishedTable

ATTACK = "tables"
CERTAIN = 1e-9


def tables_apart(bundles: Sequence[Bundle], _public: Mapping[str, Set[str]]) -> Iterator[Finding]:
    """Find tables that contradict the total, or agree with it better than their noise lets them."""
    for bundle in bundles:
        tables = {table.name: table for table in bundle.publication.tables}
        total = tables.pop("totals", None)
        once = [table for table in tables.values() if table.bound == "once"]
        if total is None or not once:
            continue
        periods = len(bundle.publication.periods)
        whole = {figure.key: figure.figure for figure in total.figures}.get(TOTAL_KEY)
        if whole is None:
            yield Finding(bundle.name, ATTACK, "the totals have no row of visitor-days")
            continue
        for table in once:
            if sum(figure.figure for figure in table.figures) != whole:
                says = f"{table.name}: its figures do not add up to the published total"
                yield Finding(bundle.name, ATTACK, says)
        yield from _too_close(bundle.name, total, once, periods)
        for table in bundle.publication.tables:
            if any(figure.figure < 0 for figure in table.figures):
                yield Finding(bundle.name, ATTACK, f"{table.name}: a figure is negative")


def _too_close(
    name: str, total: PublishedTable, once: Sequence[PublishedTable], periods: int
) -> Iterator[Finding]:
    # The draws of a table, and of the total, differ by noise alone; each difference over its
    # standard deviation is about normal. All of them together near zero: noise was taken back.
    whole = sum(figure.draw for figure in total.figures)
    score = 0.0
    for table in once:
        spread = math.sqrt(periods * (len(table.figures) * _variance(table) + _variance(total)))
        score += ((sum(figure.draw for figure in table.figures) - whole) / spread) ** 2
    if stats.chi2.cdf(score, len(once)) < CERTAIN:
        says = "the draws of its tables add up to the same total: they are not independent"
        yield Finding(name, ATTACK, says)


def _variance(table: PublishedTable) -> float:
    q = math.exp(-1 / scale_of(table))
    return 2 * q / (1 - q) ** 2
