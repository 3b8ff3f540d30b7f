"""Read how far visits came in the funnels of a site, each version of a definition for itself.

Visits under one definition are never added to those under another. Steps gather: each says at
least, and what one still gathers is missing from it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from aggregator.reports.periods import Period
from oboro.funnels import Funnel, step_named
from oboro.sql import load_sql
from oboro.store import Store
from oboro.topics import FUNNEL_STEP
from oboro.versions import within


class Taken(NamedTuple):
    """A step, and how many visits and visitor-days took it."""

    step: str
    visits: int = 0
    visitors: int = 0


@dataclass(frozen=True, slots=True)
class FunnelRead:
    """One version of a funnel, and how far the visits of its days within a period came."""

    funnel: Funnel
    taken: tuple[Taken, ...]

    def of_first(self, number: int) -> float:
        """Return which part of the visits that took the first step took the *number*-th.

        At most all: of the first step more may still be gathering than of a later one.
        """
        return _part(self.taken[number - 1].visits, self.taken[0].visits)

    def lost_before(self, number: int) -> float:
        """Return which part of the visits that took the step before did not take the *number*-th.

        >>> sign_up = Funnel(name="sign up", steps=("/form", "/sent"))
        >>> FunnelRead(sign_up, (Taken("/form", 8), Taken("/sent", 2))).lost_before(2)
        0.75
        """
        before = self.taken[number - 2].visits
        return _part(max(before - self.taken[number - 1].visits, 0), before)

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**self.funnel.document(), "taken": [step._asdict() for step in self.taken]}


def funnels(
    store: Store, site: str, period: Period, versions: Iterable[Funnel]
) -> list[FunnelRead]:
    """Return the funnels in force on any day of *period*, by name and version."""
    in_force = within(period.first, period.last, versions)
    if not in_force:
        return []
    parameters = {
        "site": site, "first": period.first, "last": period.last, "topic": FUNNEL_STEP
    }  # fmt: skip
    rows = store.query(load_sql(__package__, "funnels.sql"), parameters)
    return list(_read(in_force, rows))


def _read(in_force: Sequence[Funnel], rows: Iterable[Sequence[Any]]) -> Iterator[FunnelRead]:
    sums = {step_named(value): (visits, visitors) for value, visits, visitors in rows}
    for each in in_force:
        if each.steps:
            counts = (
                sums.get((each.name, each.version, number), (0, 0))
                for number in range(1, len(each.steps) + 1)
            )
            steps = zip(each.steps, counts, strict=True)
            yield FunnelRead(each, tuple(Taken(step, *count) for step, count in steps))
        else:
            yield FunnelRead(each, ())


def _part(some: int, whole: int) -> float:
    return min(some / whole, 1.0) if whole else 0.0
