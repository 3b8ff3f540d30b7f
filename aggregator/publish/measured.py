"""Measure the mechanism that is about to draw, as it is configured, before anything is spent."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from aggregator.attack.mechanism import measure
from aggregator.disclosure.audit import Audit
from aggregator.publish.drawing import PublicTable
from oboro.contributions import L_INFINITY, PUBLICATION_TABLES
from oboro.errors import OboroError
from oboro.policy import PublicationPolicy


class WeakNoise(OboroError):
    """The mechanism draws too little noise for what would be stated."""


def check_mechanism(policy: PublicationPolicy, tables: Sequence[PublicTable]) -> None:
    """Raise `WeakNoise` when a visitor-day would cost more than *policy* states of a table.

    A second for each bound and epsilon, the first time that a process is asked about it.
    """
    for table in tables:
        l1 = PUBLICATION_TABLES[table.name].l0(policy.distinct) * L_INFINITY
        epsilon = policy.epsilon_of(table.name)
        if (found := _measured(l1, epsilon)).closeness > 1:
            raise WeakNoise(
                f"a visitor-day would cost at least {found.epsilon:.3g} in {table.name}, and "
                f"{epsilon} would be stated: this program draws too little noise. Nothing was "
                "drawn; install it again, and tell its maintainers"
            )


@lru_cache(256)
def _measured(l1: int, epsilon: Fraction) -> Audit:
    return measure(l1, epsilon)
