"""How far a period's figures can be trusted: what was refused, which days are marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aggregator.reports.outages import AROUND, Outage, outages
from aggregator.reports.periods import Period
from oboro.site_changes import SiteChange
from oboro.sql import load_sql
from oboro.store import Store

PARTIAL = "partial"
VOID = "void"


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """A day with a mark: *states* it went through, and *labels* its figures carry.

    *imported* tells that it came from a log.
    """

    day: date
    states: tuple[str, ...]
    labels: tuple[str, ...]
    imported: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """*outcomes* by reason; *kept_from* and *kept_to*: the oldest and newest day with figures.

    *silent* are days between those two on which nothing at all arrived, not even what is refused:
    the server was away, or the tracker was not in the pages. *outages* are hours of other days
    that are empty and usually are not. *changes* are what the operator
    changed of what is counted.
    """

    outcomes: Mapping[str, int]
    silent: tuple[date, ...]
    marked: tuple[MarkedDay, ...]
    kept_from: date | None
    kept_to: date | None
    first: date
    last: date
    changes: tuple[SiteChange, ...] = ()
    outages: tuple[Outage, ...] = ()

    def days_in(self, state: str) -> list[date]:
        """Return the days that were in *state* (``partial``, ``void``)."""
        return [marked.day for marked in self.marked if state in marked.states]

    def seams(self) -> list[date]:
        """Return the days from which hits were counted in another way than on the day before.

        Days that were imported come from a log, which knows less than a tracker.
        """
        imported = {marked.day for marked in self.marked if marked.imported}
        days = {day + timedelta(days=after) for day in imported for after in (0, 1)}
        return sorted(
            day
            for day in days
            if self.kept_from is not None
            and self.kept_to is not None
            and self.first < day <= min(self.kept_to, self.last)
            and day > self.kept_from
            and (day in imported) != (day - timedelta(days=1) in imported)
        )

    def changed(self) -> dict[date, list[str]]:
        """Return by day what was changed on it."""
        by_day: dict[date, list[str]] = {}
        for change in self.changes:
            by_day.setdefault(change.day, []).append(change.what)
        return by_day

    def labels(self) -> list[str]:
        """Return every label any of the days carries, in order."""
        return sorted({label for marked in self.marked for label in marked.labels})

    def document(self) -> dict[str, Any]:
        """Return it as JSON: what ``oboro report --json`` says under ``quality``."""
        return {
            "outcomes": dict(self.outcomes),
            "partial_days": [day.isoformat() for day in self.days_in(PARTIAL)],
            "void_days": [day.isoformat() for day in self.days_in(VOID)],
            "silent_days": [day.isoformat() for day in self.silent],
            "seams": [day.isoformat() for day in self.seams()],
            "outages": [
                {"day": each.day.isoformat(), "from_hour": each.first, "to_hour": each.last}
                | {"usual_views": each.usual}
                for each in self.outages
            ],
            "changes": [
                {"day": day.isoformat(), "what": what} for day, what in self.changed().items()
            ],
            "labels": self.labels(),
            "kept_from": self.kept_from.isoformat() if self.kept_from else None,
            "kept_to": self.kept_to.isoformat() if self.kept_to else None,
        }


def quality(
    store: Store,
    site: str,
    period: Period,
    changes: Sequence[SiteChange] = (),
    zone: ZoneInfo | None = None,
) -> Quality:
    """Read what is known of the days of *period*; *changes* are those that the catalog notes.

    *zone* is the site's, by whose clock its hours are counted.
    """
    parameters = {"site": site, "first": period.first, "last": period.last}
    outcomes = store.query(load_sql(__package__, "quality_outcomes.sql"), parameters)
    marked = store.query(load_sql(__package__, "quality_days.sql"), parameters)
    ((found, oldest, newest),) = store.query(
        load_sql(__package__, "quality_kept.sql"), {"site": site}
    )
    arrived = {
        day for (day,) in store.query(load_sql(__package__, "quality_arrivals.sql"), parameters)
    }
    return Quality(
        outcomes=dict(outcomes),
        silent=_silent(arrived, period, oldest, newest) if found else (),
        first=period.first,
        last=period.last,
        changes=tuple(changes),
        outages=tuple(_outages(store, site, period, newest, zone)) if found else (),
        marked=tuple(
            MarkedDay(
                day,
                tuple(sorted(state for state in states if state in (PARTIAL, VOID))),
                tuple(sorted(filter(None, labels))),
                bool(imported),
            )
            for day, states, labels, imported in marked
        ),
        kept_from=oldest if found else None,
        kept_to=newest if found else None,
    )


def _outages(
    store: Store, site: str, period: Period, newest: date, zone: ZoneInfo | None
) -> list[Outage]:
    around = {"first": period.first - AROUND, "last": period.last + AROUND}
    views: dict[date, dict[int, int]] = {}
    for day, hour, n in store.query(
        load_sql(__package__, "quality_hours.sql"), {"site": site, **around}
    ):
        views.setdefault(day, {})[hour] = n
    # The newest day is not over, or not all of it has been delivered.
    return outages(views, [day for day in period.days() if day < newest], zone)


def _silent(arrived: Set[date], period: Period, oldest: date, newest: date) -> tuple[date, ...]:
    within = (day for day in period.days() if oldest <= day <= newest)
    return tuple(day for day in within if day not in arrived)
