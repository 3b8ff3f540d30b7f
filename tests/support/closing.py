"""Close days in tests: a collector that has nothing, or something, of a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from aggregator.closing import Closing
from aggregator.day_state import SiteDay
from aggregator.days import Days
from oboro.day_locks import DayLocks
from oboro.facts import Fact, summed
from oboro.operations import quiet
from oboro.store import Store


class Delivered:
    """What `oboro.services.Delivering` promises of a collector that has nothing but *pending*."""

    def __init__(self, pending: Iterable[SiteDay] = ()) -> None:
        self.waiting = set(pending)
        self.ended: list[SiteDay] = []
        self.released: list[date] = []

    async def end_visits(self, site: str, day: date) -> None:
        self.ended.append((site, day))

    async def pending(self, site: str, day: date) -> bool:
        return (site, day) in self.waiting

    def release(self, day: date) -> bool:
        if any(waiting == day for _, waiting in self.waiting):
            return False
        self.released.append(day)
        return True


def a_closing(store: Store, delivering: Delivered | None = None) -> tuple[Closing, Days]:
    """Return what closes days of *store*, as a process that has just started would."""
    days = Days(store)
    return Closing(store, days, DayLocks(), delivering or Delivered()), days


def close(store: Store, site_days: Iterable[SiteDay]) -> None:
    """Close *site_days* of *store*."""
    closing, days = a_closing(store)
    wanted = dict.fromkeys(site_days, 1)
    days.begin_closing(list(wanted))
    closing.sum_up(wanted, {key[0]: key[1] for key in wanted}, quiet)


def facts_read(store: Store) -> list[Fact]:
    """Return the facts that reports are read from, summed by key."""
    rows = store.query(
        "SELECT site, day, topic, value, value2, views, visits, visitors, events FROM facts_kept"
    )
    return summed(Fact(*row) for row in rows)
