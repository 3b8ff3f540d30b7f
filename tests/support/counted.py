"""Count arrivals in memory, with everything real but the disk."""

from __future__ import annotations

from collections.abc import Iterable

from collector.admission import admit
from collector.arrival import Arrival
from collector.coarsen.place import open_places
from collector.coarsener import Coarsener
from collector.gathering import Gathering
from collector.ledger import Ledger
from collector.pipeline import Pipeline
from oboro.facts import Fact
from oboro.hosts import known_form
from oboro.randomness import SeededRandomness
from oboro.sites import Site

Sums = dict[tuple[str, str], tuple[int, ...]]
"""Views, visits, visitors and events by topic and value."""


def a_crowd_of_one() -> Gathering:
    """Return a gathering that writes down whatever one visitor brings."""
    return Gathering(k=1, keys=1)


def a_real_pipeline(site: Site, gathering: Gathering | None = None) -> Pipeline:
    """Return a pipeline that counts *site* under all its names."""
    names = {site.host, *site.aliases, *site.known_as}
    return Pipeline(
        catalog_site_for=lambda name: site if names & {name, known_form(name)} else None,
        coarsener=Coarsener(open_places(None)),
        admit=admit,
        ledger=Ledger(randomness=SeededRandomness(1)),
        gathering=gathering or a_crowd_of_one(),
    )


def counted(arrivals: Iterable[Arrival], site: Site) -> Sums:
    """Return what the singles of *arrivals* add up to, once their visits are over.

    With what still gathers behind one of them, for want of another visitor.
    """
    gathering = a_crowd_of_one()
    pipeline = a_real_pipeline(site, gathering)
    facts: list[Fact] = []
    for arrival in arrivals:
        taken = pipeline.take(arrival)
        assert taken.outcome in ("counted", "engagement"), taken.outcome
        facts += taken.facts
        at = arrival.at
    for trait, (views, visits, visitors, day, _, events) in gathering.sites[site.host].items():
        facts.append(Fact(site.host, day, *trait, views, visits, visitors, events))
    facts += pipeline.stop(at)
    sums: Sums = {}
    for _, _, topic, value, value2, *counts in facts:
        if not value2:
            before = sums.get((topic, value), (0, 0, 0, 0))
            sums[topic, value] = tuple(a + b for a, b in zip(before, counts, strict=True))
    return sums


def without(sums: Sums, *topics: str) -> Sums:
    """Return *sums* without those of *topics*."""
    return {key: counts for key, counts in sums.items() if key[0] not in topics}
