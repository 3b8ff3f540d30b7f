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
from collector.spooling.tables import COARSE_EVENTS
from oboro.store import Store


class Triple(NamedTuple):
    """What a row adds up to: views, visits and visitors."""

    views: int = 0
    visits: int = 0
    visitors: int = 0


@dataclass
class Bundle:
    """Rows of one day that belong together: a commit, a batch, or all there is of the day.

    *order* is the place of the bundle among others where anything on disk tells it.
    """

    day: date
    order: int
    rows: dict[tuple[str, str, str], Triple] = field(default_factory=dict)

    def of(self, topic: str) -> dict[str, Triple]:
        """Return the values of a single *topic*."""
        return {value: triple for (name, value, _), triple in self.rows.items() if name == topic}

    @property
    def total(self) -> Triple:
        """The bundle's own total."""
        return self.rows.get(("total", "", ""), Triple())

    def add(self, key: tuple[str, str, str], counts: Iterable[int]) -> None:
        """Add a row."""
        views, visits, visitors = self.rows.get(key, Triple())
        more_views, more_visits, more_visitors = list(counts)[:3]
        self.rows[key] = Triple(views + more_views, visits + more_visits, visitors + more_visitors)


def in_spool(path: Path) -> list[Bundle]:
    """Return every commit and every batch of facts that lies in the spool at *path*.

    The attacker is told the order of commits, as if each write had been watched.
    """
    bundles = []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as spool:
        commits = spool.execute("SELECT day, rows FROM commits WHERE kind = 'coarse_events'")
        for order, (day, blob) in enumerate(commits.fetchall()):
            bundle = Bundle(date.fromisoformat(day), order)
            for key, counts in unpack(COARSE_EVENTS, blob).items():
                bundle.add(_three(key), counts)
            bundles.append(bundle)
        batches = spool.execute("SELECT day, rows FROM batches WHERE kind = 'coarse_events'")
        for order, (day, blob) in enumerate(batches.fetchall(), start=len(bundles)):
            bundle = Bundle(date.fromisoformat(day), order)
            for key, counts in unpack(COARSE_EVENTS, blob, sites=True).items():
                bundle.add(_three(key[1:]), counts)
            bundles.append(bundle)
    return bundles


def in_store(store: Store) -> list[Bundle]:
    """Return the rows of ``coarse_events``, by day and batch, in the order their parts came in."""
    found: dict[tuple[date, str], Bundle] = {}
    order: dict[str, int] = {}
    rows = store.query(
        "SELECT day, hex(batch), _part, topic, value, value2, views, visits, visitors"
        " FROM coarse_events ORDER BY day, toUInt64OrZero(splitByChar('_', _part)[2])"
    )
    for day, batch, part, *key, views, visits, visitors in rows:
        place = order.setdefault(part, len(order))
        bundle = found.setdefault((day, batch), Bundle(day, place))
        bundle.add(_three(key), (views, visits, visitors))
    return list(found.values())


def by_day(bundles: Iterable[Bundle]) -> dict[date, Bundle]:
    """Add up all *bundles* of each day."""
    days: dict[date, Bundle] = {}
    for bundle in bundles:
        whole = days.setdefault(bundle.day, Bundle(bundle.day, 0))
        for key, triple in bundle.rows.items():
            whole.add(key, triple)
    return days


def _three(key: Iterable[str]) -> tuple[str, str, str]:
    topic, value, value2 = key
    return topic, value, value2
