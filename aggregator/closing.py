"""Close days: sum their rows, compare all totals, have the sums read instead, drop the rows.

The sums lie beside the open rows, unread, until one insert says that the days are closed; only
then the open rows are dropped. A kill at any statement leaves the sums unread or the rows unread,
and the next round goes on from there:

- sums that agree with the open rows are kept, others are taken out and made anew;
- open rows of a day that is closed are dropped, once they agree with its sums.

Before the insert and before the drop, statements that began earlier are waited for, so that no
report reads a row twice or misses one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from aggregator.day_state import SiteDay
from aggregator.days import Days
from aggregator.settling import settle
from oboro.day_locks import DayLocks
from oboro.dropping import drop_rows
from oboro.rooms import Progress
from oboro.services import Delivering
from oboro.sql import load_sql
from oboro.store import Store

DAYS_AT_ONCE = 90
"""Days summed by one statement, which writes one part for each of them."""
ROWS_AT_ONCE = 500_000
"""Open rows summed by one statement, about: they pass through memory. A day is never cut."""


class Standing(NamedTuple):
    """Open rows and sums of one day, and whether they agree in every key, topic and metric."""

    open_rows: int
    kept_rows: int
    agree: bool


NOTHING = Standing(0, 0, agree=True)


class Closed(NamedTuple):
    """What became of the days that were to be closed."""

    closed: list[SiteDay]
    on_its_way: list[SiteDay]
    """Something of them was not seen in the store yet; they are closed later."""
    differing: list[SiteDay]
    """Their sums are not those of their rows; they stay open, and somebody has to look."""


class Closing:
    """What closes days; blocking, but for `end`."""

    def __init__(self, store: Store, days: Days, locks: DayLocks, delivering: Delivering) -> None:
        self._store = store
        self._days = days
        self._locks = locks
        self._delivering = delivering

    async def end(self, site: str, day: date) -> bool:
        """End the visits of a counted *day*; tell whether nothing of it is on its way any more."""
        await self._delivering.end_visits(site, day)
        return not await self._delivering.pending(site, day)

    def sum_up(
        self, site_days: Mapping[SiteDay, int], closed_on: Mapping[str, date], progress: Progress
    ) -> Closed:
        """Close *site_days*, given with about how many open rows each has.

        They were told to `Days` before. *closed_on* is the present day of each site.
        """
        done = Closed([], [], [])
        for some in portions(site_days):
            days = {day for _, day in some}
            with self._locks.holding(*days):
                released = {day for day in days if self._delivering.release(day)}
                ready = [key for key in some if key[1] in released]
                differing = self._close(ready, closed_on) if ready else []
            done.on_its_way.extend(key for key in some if key[1] not in released)
            done.differing.extend(differing)
            done.closed.extend(key for key in ready if key not in set(differing))
            progress("closing days", sum(map(len, done)), len(site_days))
        return done

    def drop_left_over(self) -> list[SiteDay]:
        """Drop open rows that a kill left behind on closed days; return those that cannot go.

        Rows that do not agree with the day's sums stay: somebody has to look at them.
        """
        left = [(site, day) for site, day in self._store.query(_sql("left_over"))]
        stay: list[SiteDay] = []
        for some in portions(dict.fromkeys(left, 1)):
            with self._locks.holding(*{day for _, day in some}):
                standing = self._compare(some)
                agree = [key for key in some if standing.get(key, NOTHING).agree]
                stay += [key for key in some if key not in set(agree)]
                if agree:
                    settle(self._store)
                    self._drop(agree)
        return stay

    def _close(self, site_days: Sequence[SiteDay], closed_on: Mapping[str, date]) -> list[SiteDay]:
        """Close those of *site_days* whose sums agree with their rows; return the others."""
        standing = self._sums(site_days)
        differing = [key for key in site_days if not standing.get(key, NOTHING).agree]
        agree = [key for key in site_days if standing.get(key, NOTHING).agree]
        if agree:
            # A report that began before the sums were there must not take the days for closed.
            settle(self._store)
            self._days.close({key: standing.get(key, NOTHING)[:2] for key in agree}, closed_on)
            # One that still takes them for open must find their rows.
            settle(self._store)
            self._drop(agree)
        return differing

    def _sums(self, site_days: Sequence[SiteDay]) -> dict[SiteDay, Standing]:
        """Write the sums of *site_days* where they are not there yet, and compare them."""
        standing = self._compare(site_days)
        wrong = [key for key, found in standing.items() if not found.agree]
        for day, sites in _by_day(key for key in wrong if standing[key].kept_rows).items():
            self._store.command(_sql("take_out_sums"), {"day": day, "sites": sites})
        if wrong:
            self._store.command(_sql("sum"), _pairs(wrong))
            standing |= self._compare(wrong)
        return standing

    def _compare(self, site_days: Sequence[SiteDay]) -> dict[SiteDay, Standing]:
        rows = self._store.query(_sql("compare"), _pairs(site_days))
        return {
            (site, day): Standing(open_rows, kept_rows, bool(agree))
            for site, day, open_rows, kept_rows, agree in rows
        }

    def _drop(self, site_days: Sequence[SiteDay]) -> None:
        drop_rows(self._store, "coarse_events", _by_day(site_days))


def portions(site_days: Mapping[SiteDay, int]) -> list[list[SiteDay]]:
    """Cut *site_days*, given with their rows, into what one statement sums; oldest days first.

    All sites of a day go together.
    """
    by_day: dict[date, list[SiteDay]] = {}
    for key in sorted(site_days):
        by_day.setdefault(key[1], []).append(key)
    cut: list[list[SiteDay]] = []
    days = rows = 0
    for _, keys in sorted(by_day.items()):
        more = sum(site_days[key] for key in keys)
        if not cut or days == DAYS_AT_ONCE or rows + more > ROWS_AT_ONCE:
            cut.append([])
            days = rows = 0
        cut[-1] += keys
        days += 1
        rows += more
    return cut


def _by_day(site_days: Iterable[SiteDay]) -> dict[date, list[str]]:
    by_day: dict[date, list[str]] = {}
    for site, day in site_days:
        by_day.setdefault(day, []).append(site)
    return by_day


def _pairs(site_days: Sequence[SiteDay]) -> dict[str, list[str] | list[date]]:
    return {"sites": [site for site, _ in site_days], "days": [day for _, day in site_days]}


def _sql(name: str) -> str:
    return load_sql("aggregator.closed", f"{name}.sql")
