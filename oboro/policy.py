"""What a site has decided about its publications, in immutable versions.

A version is in force from a day on, and is never changed: a new decision is a new version, in
force from the site's next local day at the earliest, since contributions of a day are formed under
the version of that day. Only a site of which nothing is kept yet may decide for all days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from oboro.contributions import PUBLICATION_TABLES
from oboro.errors import UsageError

ALWAYS = date.min
"""In force from the site's first day on: of a site of which nothing was kept when it decided."""


class Cadence(StrEnum):
    """How long the period is for which figures are drawn once."""

    DAY = "day"
    WEEK = "week"
    """Monday to Sunday."""
    MONTH = "month"


DEFAULT_SHARES: Mapping[str, Fraction] = MappingProxyType(
    {
        "totals": Fraction(5, 100),
        "pages": Fraction(55, 100),
        "sources": Fraction(10, 100),
        "countries": Fraction(8, 100),
        "browsers": Fraction(4, 100),
        "systems": Fraction(4, 100),
        "devices": Fraction(4, 100),
        "hours": Fraction(5, 100),
        "languages": Fraction(5, 100),
    }
)
"""What each table gets of a day's epsilon; pages have K times the noise of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationPolicy:
    """One version of a site's decisions. *shares* of *epsilon* add up to at most 1.

    *distinct* is K: how many different pages of a ledger-key day are counted.
    """

    version: int = 1
    decided_on: date = ALWAYS
    in_force_from: date = ALWAYS
    cadence: Cadence = Cadence.MONTH
    epsilon: Fraction = Fraction(1)
    distinct: int = 8
    shares: Mapping[str, Fraction] = field(default_factory=lambda: DEFAULT_SHARES)

    def __post_init__(self) -> None:
        if not 0 < self.epsilon <= 10:
            raise UsageError("epsilon is more than 0 and at most 10")
        if not 1 <= self.distinct <= 50:
            raise UsageError("K, the pages counted of a visitor's day, is between 1 and 50")
        if unknown := sorted(self.shares.keys() - PUBLICATION_TABLES.keys()):
            raise UsageError(
                f"there is no publication table {', '.join(unknown)}; "
                f"there is: {', '.join(PUBLICATION_TABLES)}"
            )
        if any(share <= 0 for share in self.shares.values()) or sum(self.shares.values()) > 1:
            raise UsageError("each table's share of epsilon is more than 0, all together at most 1")

    def epsilon_of(self, table: str) -> Fraction:
        """Return the epsilon that *table* spends of each ledger-key day; 0 if not published."""
        return self.epsilon * self.shares.get(table, Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """The public keys of one listed table, as the operator gave them on *listed_on*."""

    table: str
    keys: tuple[str, ...]
    version: int = 1
    listed_on: date = ALWAYS
    in_force_from: date = ALWAYS


DEFAULT_POLICY = PublicationPolicy()


def policy_on(day: date, versions: Iterable[PublicationPolicy]) -> PublicationPolicy:
    """Return the version in force on *day*; the default one where none was decided."""
    in_force = [version for version in versions if version.in_force_from <= day]
    return max(in_force, key=lambda version: version.version, default=DEFAULT_POLICY)
