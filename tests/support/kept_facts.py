"""Put facts into the store as a finished batch, for tests that read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from oboro.facts import Fact
from oboro.store import Store

CLEARED = bytes(16)
COLUMNS = (*Fact._fields, "batch")


def keep(store: Store, facts: Iterable[Fact]) -> None:
    """Write *facts* as rows whose batch is cleared."""
    store.insert("coarse_events", COLUMNS, [(*fact, CLEARED) for fact in facts])


def a_fact(
    site: str,
    day: date,
    topic: str = "page",
    value: str = "/",
    value2: str = "",
    *,
    views: int = 1,
    visits: int = 0,
    visitors: int = 0,
    events: int = 0,
) -> Fact:
    """Return a fact of one view unless told otherwise."""
    return Fact(site, day, topic, value, value2, views, visits, visitors, events)
