"""Compare a span with the one before, fairly: only what is over in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.operators.buckets import Figures


@dataclass(frozen=True, slots=True)
class Change:
    """By what share a metric changed; *value* is None where nothing can be compared."""

    value: float | None
    over: int
    """How many days (or hours) were compared."""
    whole: bool
    """Whether that is the whole span."""


def changes(
    now: Sequence[Figures], before: Sequence[Figures], over: int, metrics: Sequence[str]
) -> dict[str, Change]:
    """Compare the first *over* entries of both spans, those that are over already.

    >>> changes([{"views": 12}, {"views": 1}], [{"views": 10}, {"views": 10}], 1, ["views"])
    {'views': Change(value=0.2, over=1, whole=False)}
    """
    found: dict[str, Change] = {}
    for metric in metrics:
        value = None
        if over and len(before) >= over:
            new = [figures.get(metric) for figures in now[:over]]
            old = [figures.get(metric) for figures in before[:over]]
            value = _share(new, old)
        found[metric] = Change(value, over, over == len(now))
    return found


def _share(new: Sequence[int | None], old: Sequence[int | None]) -> float | None:
    if None in new or None in old:
        return None
    base = sum(filter(None, old))
    return (sum(filter(None, new)) - base) / base if base else None
