"""Do the rows that are there, or are not, tell what was counted?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, timedelta

from aggregator.attack.bundle import Bundle, Finding
from oboro.closed_lists import CLOSED_LISTS_VERSION
from oboro.contributions import PUBLICATION_TABLES, Keys

ATTACK = "keys"


def rows_that_tell(bundles: Sequence[Bundle], public: Mapping[str, Set[str]]) -> Iterator[Finding]:
    """Find keys that were not public beforehand, or are missing, and orders that tell.

    *public* are the public keys of tables, as the attacker knows them without the publication.
    """
    lists: dict[tuple[str, str, int], tuple[str, ...]] = {}
    for bundle in bundles:
        publication = bundle.publication
        for table in publication.tables:
            keys = tuple(figure.key for figure in table.figures)
            where = f"{table.name}: "
            if list(keys) != sorted(set(keys)):
                says = "its rows do not stand in the order of their keys, each once"
                yield Finding(bundle.name, ATTACK, where + says)
            # Of another version, from before the program was replaced, only the rows are known.
            if table.name in public and table.key_set.version == CLOSED_LISTS_VERSION:
                if new := set(keys) - public[table.name]:
                    says = f"{len(new)} of its keys were not public before, such as {min(new)!r}"
                    yield Finding(bundle.name, ATTACK, where + says)
                if missing := public[table.name] - set(keys):
                    says = f"{len(missing)} public keys have no row: a zero was left out"
                    yield Finding(bundle.name, ATTACK, where + says)
            listed_on = table.key_set.listed_on
            if listed_on and listed_on >= publication.first:
                says = f"its keys were listed on {listed_on}, when its first day had begun"
                yield Finding(bundle.name, ATTACK, where + says)
            known = PUBLICATION_TABLES.get(table.name)
            if known and (table.key_set.kind == "listed") != (known.keys is Keys.LISTED):
                says = "its keys come from another kind of list than the table has"
                yield Finding(bundle.name, ATTACK, where + says)
            version = (publication.site, table.name, table.key_set.version)
            if lists.setdefault(version, keys) != keys:
                says = "two publications of the same list have different rows"
                yield Finding(bundle.name, ATTACK, where + says)
        yield from _untold_days(bundle)


def _untold_days(bundle: Bundle) -> Iterator[Finding]:
    publication = bundle.publication
    outside = [gap.day for gap in publication.gaps if not _within(gap.day, publication.periods)]
    if outside:
        says = f"a gap is told of {outside[0]}, which is in none of its periods"
        yield Finding(bundle.name, ATTACK, says)
    for (_, last), (first, _) in zip(publication.periods, publication.periods[1:], strict=False):
        if date.fromisoformat(last) + timedelta(days=1) != date.fromisoformat(first):
            yield Finding(
                bundle.name, ATTACK, f"nothing is said of the days between {last} and {first}"
            )


def _within(day: str, periods: Sequence[tuple[str, str]]) -> bool:
    return any(first <= day <= last for first, last in periods)
