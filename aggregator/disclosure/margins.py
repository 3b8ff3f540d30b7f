"""A site's declared size comes in; the margins its publications would have, and advice, go out.

Made before anything is published, and from what the operator declares alone: how many visitor-days
the site has on an ordinary day. Margins do not depend on what was counted, so nothing is spent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from aggregator.disclosure.laplace import Term, noise_of
from aggregator.disclosure.noise import scale_of
from oboro.contributions import L_INFINITY, PUBLICATION_TABLES
from oboro.policy import Cadence, PublicationPolicy

DAYS: Mapping[Cadence, int] = MappingProxyType({Cadence.DAY: 1, Cadence.WEEK: 7, Cadence.MONTH: 28})
"""How many days a period has at least."""

USUAL_SHARES: Mapping[str, Fraction] = MappingProxyType(
    {
        "totals": Fraction(1),
        "pages": Fraction(1, 20),
        "sources": Fraction(1, 10),
        "countries": Fraction(1, 20),
        "browsers": Fraction(1, 10),
        "systems": Fraction(1, 10),
        "devices": Fraction(1, 4),
        "hours": Fraction(1, 24),
        "languages": Fraction(1, 20),
    }
)
"""What part of visitor-days stands under a key that readers look a table up for.

An assumption, the same for every site: half the leading devices, an hour as busy as the mean, a
page that one visitor in twenty reads. The site's own shares would have to be counted first.
"""
READABLE = Fraction(1, 5)
"""A margin of at most so much of the figure leaves its first digit standing."""


class Verdict(StrEnum):
    """What is advised of a table at a cadence."""

    PUBLISH = "publish"
    """The margin is small beside a usual figure."""
    ROUGH = "rough"
    """Figures stand out, with margins that reach far."""
    DO_NOT_PUBLISH = "do not publish"
    """The margin exceeds a usual figure: what is published would be noise."""


class Expected(NamedTuple):
    """What one period of a table would be like.

    *margin* is half the width of a draw's 95 % interval, *figure* how many visitor-days stand
    under a usual key (`USUAL_SHARES`). Keys below *margin* cannot be told from nobody.
    """

    table: str
    cadence: Cadence
    epsilon: Fraction
    scale: Fraction
    margin: int
    figure: int
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The cadence that is advised, None for "do not publish", and the tables to leave out at it."""

    cadence: Cadence | None
    leave_out: tuple[str, ...] = ()


def expected(policy: PublicationPolicy, visitor_days: int, cadence: Cadence) -> list[Expected]:
    """Return what each table of *policy* would be like at *cadence*.

    *visitor_days* is what the site's operator declares for an ordinary day.
    """
    return [
        _expected(policy, visitor_days, cadence, name)
        for name in PUBLICATION_TABLES
        if policy.epsilon_of(name)
    ]


def plan(policy: PublicationPolicy, visitor_days: int) -> list[Expected]:
    """Return what each table of *policy* would be like at each cadence, the shortest first."""
    return [each for cadence in Cadence for each in expected(policy, visitor_days, cadence)]


def advice(policy: PublicationPolicy, visitor_days: int) -> Advice:
    """Return the shortest cadence at which every table can be read, else what to leave out.

    Where no cadence makes all readable it is the month, without the tables whose margin exceeds
    their figures. Where even the totals are lost in their margin, nothing should be published.
    """
    for cadence in Cadence:
        if all(each.verdict is Verdict.PUBLISH for each in expected(policy, visitor_days, cadence)):
            return Advice(cadence=cadence)
    lost = _lost(expected(policy, visitor_days, Cadence.MONTH))
    if "totals" in lost or len(lost) == len(policy.shares):
        return Advice(cadence=None, leave_out=lost)
    return Advice(cadence=Cadence.MONTH, leave_out=lost)


def to_warn_of(policy: PublicationPolicy, visitor_days: int) -> list[Expected]:
    """Return the tables that *policy*, at its own cadence, should not publish."""
    made = expected(policy, visitor_days, policy.cadence)
    return [each for each in made if each.verdict is Verdict.DO_NOT_PUBLISH]


def _expected(
    policy: PublicationPolicy, visitor_days: int, cadence: Cadence, name: str
) -> Expected:
    if visitor_days < 0:
        raise ValueError("a site has no less than 0 visitor-days on a day")
    epsilon = policy.epsilon_of(name)
    scale = scale_of(PUBLICATION_TABLES[name].l0(policy.distinct) * L_INFINITY, epsilon)
    margin = noise_of(Term(scale)).half_width()
    figure = int(visitor_days * DAYS[cadence] * USUAL_SHARES[name])
    if margin >= figure:
        verdict = Verdict.DO_NOT_PUBLISH
    elif margin <= READABLE * figure:
        verdict = Verdict.PUBLISH
    else:
        verdict = Verdict.ROUGH
    return Expected(name, cadence, epsilon, scale, margin, figure, verdict)


def _lost(made: list[Expected]) -> tuple[str, ...]:
    return tuple(each.table for each in made if each.verdict is Verdict.DO_NOT_PUBLISH)
