"""Does what a publication states of itself add up to the bound it states?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from fractions import Fraction

from aggregator.attack.bundle import Bundle, Finding
from oboro.contributions import L_INFINITY, PUBLICATION_TABLES, Bound
from oboro.publication import Publication, PublishedTable

ATTACK = "statement"


def stated_bounds(bundles: Sequence[Bundle], _public: Mapping[str, Set[str]]) -> Iterator[Finding]:
    """Find tables whose noise is too small for their bound, and days spent more than once."""
    for bundle in bundles:
        publication = bundle.publication
        for table in publication.tables:
            for says in _wrong_bounds(publication, table):
                yield Finding(bundle.name, ATTACK, f"{table.name}: {says}")
        spent = sum((Fraction(table.epsilon) for table in publication.tables), Fraction(0))
        if spent > Fraction(publication.epsilon):
            yield Finding(
                bundle.name,
                ATTACK,
                f"the tables spend {spent} of a visitor-day, and {publication.epsilon} is stated",
            )
        days = [day for span in publication.periods for day in span]
        if days != sorted(days) or len(set(publication.periods)) != len(publication.periods):
            yield Finding(bundle.name, ATTACK, "its periods overlap: days are counted twice")


def _wrong_bounds(publication: Publication, table: PublishedTable) -> Iterator[str]:
    known = PUBLICATION_TABLES.get(table.name)
    if known is None:
        yield "no such table is known"
        return
    if table.bound != known.bound or table.l0 != known.l0(publication.distinct):
        kind = "once" if known.bound is Bound.ONCE else f"under {publication.distinct} keys at most"
        yield f"a visitor-day is counted {kind}, and its bound says L0 = {table.l0}"
    if table.linf != L_INFINITY:
        yield f"a visitor-day adds {L_INFINITY} to a key, and its bound says {table.linf}"
    needed = Fraction(known.l0(publication.distinct) * L_INFINITY) / Fraction(table.epsilon)
    if Fraction(table.scale) < needed:
        yield (
            f"noise of scale {table.scale} protects with epsilon "
            f"{known.l0(publication.distinct) * L_INFINITY / Fraction(table.scale)}, "
            f"and {table.epsilon} is stated"
        )
