"""Decide whether an arrival is counted: an ordered tuple of checks, the first objection stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from collector.admission.bot import is_bot
from collector.admission.invalid import is_invalid
from collector.admission.prefetch import is_prefetch
from collector.arrival import Arrival
from oboro.outcomes import Outcome
from oboro.sites import Site

Check = Callable[[Arrival, Site], Outcome | None]

CHECKS: tuple[Check, ...] = (is_invalid, is_prefetch, is_bot)
"""The cheap ones first; the order decides which reason a hit with several is counted under."""


def admit(arrival: Arrival, site: Site, checks: Sequence[Check] = CHECKS) -> Outcome | None:
    """Return the first objection any check raises, or nothing."""
    for check in checks:
        if objection := check(arrival, site):
            return objection
    return None
