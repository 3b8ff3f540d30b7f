"""Under which of a site's decisions a period was drawn: kept with the budget that was spent.

A publication states these, and never what the site has decided since: a site may be erased and
declared anew between a draw and its publication, and the draw stays what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

import msgspec

from oboro.policy import Cadence, PublicationPolicy
from oboro.sites import Site

TERMS = "terms"
"""Their name among the details of an entry."""

_CADENCES: Mapping[Cadence, Literal["day", "week", "month"]] = {
    Cadence.DAY: "day",
    Cadence.WEEK: "week",
    Cadence.MONTH: "month",
}


class Terms(msgspec.Struct, frozen=True):
    """What a publication states of the decisions it was drawn under; *epsilon* like ``11/20``."""

    zone: str
    cadence: Literal["day", "week", "month"]
    policy_version: int
    epsilon: str
    distinct: int

    @classmethod
    def of(cls, site: Site, policy: PublicationPolicy) -> Self:
        """Return what *site* draws a period under while *policy* is in force."""
        return cls(
            zone=site.zone.key,
            cadence=_CADENCES[policy.cadence],
            policy_version=policy.version,
            epsilon=str(policy.epsilon),
            distinct=policy.distinct,
        )

    @classmethod
    def kept(cls, details: Any) -> Self:
        """Return the terms that an entry keeps as *details*."""
        return msgspec.convert(details, cls)
