"""How far a site-day is, and how good its figures are: the decisions, apart from any store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from oboro.clock import day_begins
from oboro.errors import Conflict

SiteDay = tuple[str, date]
"""The host of a site, and one of its local days."""

REST = timedelta(hours=1)
"""How long after its local midnight a day may be closed: its last visits have ended by then."""


class DayState(StrEnum):
    """How far a site-day is. It only ever goes forward, one step at a time."""

    OPEN = "open"
    """Facts may still come; nothing was summed."""
    CLOSING = "closing"
    """No fact is taken any more, and what is on its way is waited for."""
    CLOSED = "closed"
    """Its sums are read; the open rows are dropped."""
    PUBLISHED = "published"
    """Its figures were handed out; nothing is drawn from it again."""

    @property
    def version(self) -> int:
        """The place in the order; in the store the highest wins."""
        return list(DayState).index(self) + 1


def may_become(before: DayState, after: DayState) -> bool:
    """Tell whether a day may go from *before* to *after*: one step forward, or not at all."""
    return after.version in (before.version, before.version + 1)


def check_move(site_day: SiteDay, before: DayState, after: DayState) -> None:
    """Raise a `Conflict` that names the day unless it may go from *before* to *after*."""
    if not may_become(before, after):
        site, day = site_day
        raise Conflict(f"{day} of {site} is {before}, so it cannot become {after}")


def closes_at(day: date, zone: ZoneInfo) -> datetime:
    """Return from when on a counted *day* may be closed: its end in *zone*, and an hour's rest."""
    return day_begins(day + timedelta(days=1), zone) + REST


class Quality(StrEnum):
    """How good the figures of a day are, by what was marked while they were counted."""

    COMPLETE = "complete"
    IMPORTED = "imported"
    """Counted from a log, as whole as the log was."""
    PARTIAL = "partial"
    """A stop or a crash lost what the collector had in memory."""
    VOID = "void"
    """More visitors than the ledger had room for: counted, but never published."""


class DayQuality(NamedTuple):
    """The worst that was said of a day, and the label that goes with its figures."""

    quality: Quality
    label: str
    imported: bool
    """Whether an import brought it, whatever its quality is."""


_WORST_FIRST = (Quality.VOID, Quality.PARTIAL, Quality.IMPORTED)
COMPLETE = DayQuality(Quality.COMPLETE, "", imported=False)


def quality_of(marks: Iterable[tuple[str, str, str]]) -> DayQuality:
    """Return what *marks* (node, state, label), by collector, say of one day together.

    >>> quality_of([("", "partial", "demonstration")])
    DayQuality(quality=<Quality.PARTIAL: 'partial'>, label='demonstration', imported=True)
    """
    marks = list(marks)
    states = {state for _, state, _ in marks}
    worst = next((quality for quality in _WORST_FIRST if quality in states), Quality.COMPLETE)
    labels = sorted({label for _, _, label in marks if label})
    return DayQuality(worst, ", ".join(labels), any(not node for node, _, _ in marks))


class OpenDay(NamedTuple):
    """A day that was not closed yet, with how many rows it has."""

    site: str
    day: date
    imported: bool
    rows: int

    def due_at(self, zone: ZoneInfo) -> datetime | None:
        """Return from when on it may be closed; None: at any time, it is whole since its import."""
        return None if self.imported else closes_at(self.day, zone)


def is_due(open_day: OpenDay, zones: Mapping[str, ZoneInfo], at: datetime) -> bool:
    """Tell whether *open_day* may be closed *at* this moment; one of an unknown site never is."""
    zone = zones.get(open_day.site)
    if zone is None:
        return False
    due_at = open_day.due_at(zone)
    return due_at is None or due_at <= at


class Gap(NamedTuple):
    """A day that is not whole for publication, with a fixed code that says why."""

    day: date
    code: str
