"""The contributions of a period's closed days in the store: summed for a draw, then deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aggregator.disclosure.fold import fold
from aggregator.publish.periods import Period
from oboro.contributions import VOID
from oboro.day_locks import DayLocks
from oboro.dropping import DAYS_AT_ONCE, drop_rows
from oboro.sql import load_sql
from oboro.store import Store

TABLE = "contributions"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredContributions:
    """What *site* has of *period*; only its days *included* are ever summed. Blocking."""

    store: Store
    locks: DayLocks
    site: str
    period: Period
    included: Sequence[date]

    def counts(self, table: str, keys: Sequence[str]) -> list[int]:
        """Return the sums under each of *keys*; what is under none of them is ``(other)``."""
        parameters = {"site": self.site, "table": table, "days": list(self.included)}
        rows = self.store.query(_sql("contributions"), parameters)
        return fold(dict(rows), keys)

    def clear(self) -> None:
        """Delete what *site* has of all days of the period, those left out among them."""
        days = self.period.days()
        for begin in range(0, len(days), DAYS_AT_ONCE):
            some = days[begin : begin + DAYS_AT_ONCE]
            with self.locks.holding(*some):
                drop_rows(self.store, TABLE, {day: [self.site] for day in some})


def void_days(store: Store, site: str, period: Period) -> set[date]:
    """Return the days of *period* that must never be drawn, by what the ledger itself wrote."""
    rows = store.query(
        _sql("void_days"),
        {"site": site, "void": VOID, "first": period.first, "last": period.last},
    )
    return {day for (day,) in rows}


def _sql(name: str) -> str:
    return load_sql("aggregator.publish", f"{name}.sql")
