"""Publish generated traffic from its first hit to its last bundle, by the program's own code.

Only the store is left out: what it would sum is summed in memory.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, cast

from aggregator.attack.bundle import Bundle
from aggregator.disclosure import noise
from aggregator.publish import public_tables as public_tables_module
from aggregator.publish.assembling import assemble
from aggregator.publish.budget import BudgetLedger, subject_of
from aggregator.publish.bundle import files_of, folder_of, signed
from aggregator.publish.contributed import StoredContributions
from aggregator.publish.drawing import Drawing
from aggregator.publish.draws import read_draw
from aggregator.publish.entries import Step
from aggregator.publish.judging import Label
from aggregator.publish.licences import LICENCES
from aggregator.publish.minisign import SecretKey
from aggregator.publish.periods import Period, unit_around
from aggregator.publish.terms import Terms
from collector.arrival import Arrival
from oboro.catalog import Catalog
from oboro.day_locks import DayLocks
from oboro.policy import Cadence, KeySet, PublicationPolicy
from oboro.randomness import SeededRandomness
from oboro.sites import Site
from oboro.store import Store
from tests.support.contributed import Collector, Tables
from tests.support.contributed import Step as Commit
from tests.support.hits import Hit, arrivals
from tests.support.workspace import a_site

K = 4
PAGES = 300
SITE = a_site(policies=(PublicationPolicy(distinct=K),))
MARCH = unit_around(date(2026, 3, 1), Cadence.MONTH)
APRIL = unit_around(date(2026, 4, 1), Cadence.MONTH)
KEY = SecretKey.new(SeededRandomness(1))
PUBLIC_PAGES = KeySet(
    table="pages",
    keys=tuple(f"/{page % 3}/{page}" for page in range(PAGES)),
    listed_on=date(2026, 2, 1),
    in_force_from=date(2026, 2, 2),
)


def visits(period: Period, visitors: int, pages: int, first_visitor: int = 0) -> list[Arrival]:
    """Return what *visitors* read on one day of *period*, *pages* different pages each."""
    noon = datetime(period.first.year, period.first.month, 10, 3, tzinfo=UTC)
    hits = [
        Hit(0, visitor, (visitor + page) % PAGES, "" if page else "Google")
        for visitor in range(first_visitor, first_visitor + visitors)
        for page in range(pages)
    ]
    return [dataclasses.replace(each, at=noon) for each in arrivals(hits)]


def contributed(directory: Path, taken: Sequence[Arrival]) -> Tables:
    """Return what the collector forms of arrivals, by site-day and table."""
    days: dict[datetime, list[Arrival]] = {}
    for arrival in taken:
        days.setdefault(arrival.at, []).append(arrival)
    commits: list[Commit] = []
    for at, some in sorted(days.items()):
        # The day begins under a collector that is there already.
        commits.append(Commit(at - timedelta(hours=12, minutes=5), (), then="tick"))
        commits.append(Commit(at, tuple(some), then="tick"))
    directory.mkdir(parents=True, exist_ok=True)
    return Collector(SITE, directory).run(commits)


@dataclass
class MemoryStore:
    """Answers the sums that publishing asks the store for."""

    tables: Tables

    def query(self, _sql: str, parameters: Mapping[str, Any]) -> list[tuple[str, int]]:
        """Return the sums of a table over some days."""
        sums: Counter[str] = Counter()
        for day in parameters["days"]:
            sums.update(self.tables.get((parameters["site"], day), {}).get(parameters["table"], {}))
        return list(sums.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions(StoredContributions):
    """What is summed for a draw; deleting is left to the store's own tests."""

    def clear(self) -> None:
        """Leave it."""


class Asked(NamedTuple):
    """What was handed to the mechanism for one table."""

    counts: tuple[int, ...]
    l1: int
    epsilon: Fraction


@dataclass
class Press:
    """One site's publisher; *asked* is what was handed to the mechanism, table by table."""

    directory: Path
    site: Site = SITE
    asked: list[Asked] = field(default_factory=list)

    def draw(self, period: Period, tables: Tables) -> None:
        """Draw *period* from *tables*, as the program does; again is nothing."""
        with self._drawing() as (drawing, catalog):
            drawing.draw(
                self.site.host,
                period,
                self.site.policies[0],
                public_tables_module.public_tables(
                    catalog, self.site.host, period, self.site.policies[0]
                ),
                self._contributions(period, tables),
                {"gaps": {}},
            )

    def bundle(self, *periods: Period, number: int = 1) -> Bundle:
        """Return the publication of drawn *periods*."""
        with self._drawing() as (drawing, _):
            drawn = {
                period: {
                    name: read_draw(
                        self.directory, drawing.ledger, subject_of(self.site.host, name, period)
                    )
                    for name in drawing.ledger.reserved(self.site.host, period)
                    if drawing.ledger.entry(subject_of(self.site.host, name, period), Step.DRAWN)
                }
                for period in periods
            }
        publication = assemble(
            self.site.host,
            Terms.of(self.site, self.site.policies[0]),
            drawn,
            [],
            {},
            label=Label.NONE,
            number=number,
            previous=None,
            software="0",
        )
        files = signed(files_of(publication, LICENCES["CC-BY-4.0"], {}), publication, KEY)
        return Bundle(folder_of(publication), publication, files)

    def _contributions(self, period: Period, tables: Tables) -> StoredContributions:
        return Contributions(
            store=cast(Store, MemoryStore(tables)),
            locks=DayLocks(),
            site=self.site.host,
            period=period,
            included=period.days(),
        )

    @contextmanager
    def _drawing(self) -> Iterator[tuple[Drawing, Catalog]]:
        self.directory.mkdir(parents=True, exist_ok=True)
        catalog = Catalog.open(f"sqlite:///{self.directory / 'catalog.db'}")
        if not catalog.sites():
            catalog.add_site(self.site, [PUBLIC_PAGES])
        ledger = BudgetLedger.open(self.directory)
        try:
            yield (
                Drawing(ledger=ledger, directory=self.directory, noise=self._noise, software="0"),
                catalog,
            )
        finally:
            ledger.close()
            catalog.close()

    def _noise(self, counts: Sequence[int], l1: int, epsilon: Fraction) -> Sequence[int]:
        self.asked.append(Asked(tuple(counts), l1, epsilon))
        return noise.draw(counts, l1=l1, epsilon=epsilon)
