"""What the attacker finds: rows that came down together, with whatever tells them apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from collector.spooling.blobs import unpack
from collector.spooling.tables import COARSE_EVENTS, CONTRIBUTIONS
from oboro.contributions import PUBLICATION_TABLES, Bound
from oboro.store import Store


class Counts(NamedTuple):
    """What a row adds up to: views, visits, visitors and events."""

    views: int = 0
    visits: int = 0
    visitors: int = 0
    events: int = 0


Contributed = dict[tuple[str, str], int]
"""Visitor-days by publication table and key."""
AROUND = tuple(
    (table.name, table.topic)
    for table in PUBLICATION_TABLES.values()
    if table.topic and table.topic != "source" and table.bound is Bound.ONCE
)
"""Publication tables that say of visitor-days what a topic says of them too."""


@dataclass
class Bundle:
    """Rows of one day that belong together: a commit, a batch, or all there is of the day.

    *order* is the place of the bundle among others where anything on disk tells it.
    """

    day: date
    order: int
    rows: dict[tuple[str, str, str], Counts] = field(default_factory=dict)
    contributed: Contributed = field(default_factory=dict)

    def of(self, topic: str) -> dict[str, Counts]:
        """Return the values of a single *topic*."""
        rows = sorted(self.rows.items())
        return {value: triple for (name, value, _), triple in rows if name == topic}

    @property
    def total(self) -> Counts:
        """The bundle's own total."""
        return self.rows.get(("total", "", ""), Counts())

    def add(self, key: tuple[str, str, str], counts: Iterable[int]) -> None:
        """Add a row."""
        before = self.rows.get(key, Counts())
        self.rows[key] = Counts(*(n + more for n, more in zip(before, counts, strict=True)))


def joined(bundles: Iterable[Bundle], contributions: Iterable[tuple[date, Contributed]]) -> None:
    """Give each bundle the contributions that came down with it.

    Nothing on the disk says which those are. They are found by what both tell: how many
    visitor-days began in each hour, from each country and so on.
    """
    waiting: dict[tuple[date, frozenset[tuple[str, str, int]]], list[Bundle]] = {}
    for bundle in bundles:
        told = {
            (table, value, triple.visitors)
            for table, topic in AROUND
            for value, triple in bundle.of(topic).items()
            if triple.visitors
        }
        waiting.setdefault((bundle.day, frozenset(told)), []).append(bundle)
    tables = {table for table, _ in AROUND}
    for day, contributed in contributions:
        told = {(table, key, n) for (table, key), n in contributed.items() if table in tables}
        alike = waiting.get((day, frozenset(told)))
        if alike and told:
            alike.pop(0).contributed = contributed


_BLOBS = {
    "commits": "SELECT key, day, rows FROM commits WHERE kind = ?",
    "batches": "SELECT id, day, rows FROM batches WHERE kind = ?",
}


def pending_in(spool: Path) -> list[Bundle]:
    """Return the commits that lie in the *spool*; random keys leave them without an order."""
    bundles = [_unpacked(day, blob, sites=False) for _, day, blob in _blobs(spool, "commits")]
    joined(bundles, _contributed_in(spool, "commits"))
    return bundles


def sealed_in(spool: Path) -> dict[bytes, Bundle]:
    """Return the batches that lie in the *spool* by their numbers, which tell no order."""
    found = {id_: _unpacked(day, blob, sites=True) for id_, day, blob in _blobs(spool, "batches")}
    joined(found.values(), _contributed_in(spool, "batches"))
    return found


def _contributed_in(spool: Path, table: str) -> list[tuple[date, Contributed]]:
    sites = table == "batches"
    return [
        (
            date.fromisoformat(day),
            {
                (key[sites], key[sites + 1]): counts[0]
                for key, counts in unpack(CONTRIBUTIONS, blob, sites=sites).items()
            },
        )
        for _, day, blob in _blobs(spool, table, CONTRIBUTIONS.name)
    ]


def _blobs(
    spool: Path, table: str, kind: str = COARSE_EVENTS.name
) -> list[tuple[bytes, str, bytes]]:
    with closing(sqlite3.connect(f"file:{spool}?mode=ro", uri=True)) as database:
        return database.execute(_BLOBS[table], (kind,)).fetchall()


def _unpacked(day: str, blob: bytes, *, sites: bool) -> Bundle:
    bundle = Bundle(date.fromisoformat(day), 0)
    for key, counts in unpack(COARSE_EVENTS, blob, sites=sites).items():
        bundle.add(_three(key[sites:]), counts)
    return bundle


def in_store(store: Store, site: str) -> list[Bundle]:
    """Return what the store holds of *site*, by day and batch, in the order its parts came in."""
    found: dict[tuple[date, str], Bundle] = {}
    order: dict[str, int] = {}
    rows = store.query(
        "SELECT day, hex(batch), _part, topic, value, value2, views, visits, visitors, events"
        " FROM coarse_events WHERE site = {site:String}"
        " ORDER BY day, toUInt64OrZero(splitByChar('_', _part)[2])",
        {"site": site},
    )
    for day, batch, part, *key, views, visits, visitors, events in rows:
        place = order.setdefault(part, len(order))
        bundle = found.setdefault((day, batch), Bundle(day, place))
        bundle.add(_three(key), (views, visits, visitors, events))
    joined(found.values(), _contributed_to(store, site))
    return [found[place] for place in sorted(found, key=lambda place: found[place].order)]


def _contributed_to(store: Store, site: str) -> list[tuple[date, Contributed]]:
    found: dict[tuple[date, str], Contributed] = {}
    rows = store.query(
        "SELECT day, hex(batch), publication_table, key, n"
        " FROM contributions WHERE site = {site:String}",
        {"site": site},
    )
    for day, batch, table, key, n in rows:
        found.setdefault((day, batch), {})[table, key] = n
    return [(day, contributed) for (day, _), contributed in sorted(found.items())]


def by_day(bundles: Iterable[Bundle]) -> dict[date, Bundle]:
    """Add up all *bundles* of each day."""
    days: dict[date, Bundle] = {}
    for bundle in bundles:
        whole = days.setdefault(bundle.day, Bundle(bundle.day, 0))
        for key, triple in bundle.rows.items():
            whole.add(key, triple)
        for place, n in bundle.contributed.items():
            whole.contributed[place] = whole.contributed.get(place, 0) + n
    return days


def _three(key: Iterable[str]) -> tuple[str, str, str]:
    topic, value, value2 = key
    return topic, value, value2
