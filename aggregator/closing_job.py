"""The job that closes days, and the same by command: which are due, which have to wait, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from aggregator.closing import Closing
from aggregator.collectors import not_handed_in, silent
from aggregator.day_state import OpenDay, SiteDay, is_due
from aggregator.days import MISSING, NOT_CLOSED, Days
from aggregator.job import Due, Failure, Job, Ran
from oboro.clock import local_day
from oboro.day_locks import DayLocks
from oboro.errors import OboroError
from oboro.rooms import Progress, delivering_of
from oboro.services import Spooling
from oboro.threads import run_through
from oboro.workspace import Workspace

ON_ITS_WAY = "facts of it are on their way to the store; it is closed as soon as they are there"
DIFFERING = "its sums differ from its rows; nothing was dropped: see docs/days.md"
LEFT_OVER = "rows were found that came after it was closed; they are not read: see docs/days.md"


async def close_due(workspace: Workspace, progress: Progress) -> Ran:
    """Close every day that is due; note days that are being counted, and those that were missed."""
    if workspace.find(Spooling) is not None:
        await run_through(partial(_note_days, workspace))
    stay = await run_through(_closing(workspace).drop_left_over)
    due = await run_through(partial(due_days, workspace))
    ran = await close_days(workspace, due, progress)
    left = [Failure(site, day, "left-over", LEFT_OVER) for site, day in stay]
    lost = await run_through(partial(silent, workspace))
    return Ran(ran.done, [*ran.failures, *left, *lost])


async def close_days(workspace: Workspace, due: Sequence[OpenDay], progress: Progress) -> Ran:
    """Close the days *due*, which were judged to be so."""
    closing = _closing(workspace)
    rows = {(day.site, day.day): day.rows for day in due}
    await run_through(partial(Days.of(workspace).begin_closing, list(rows)))
    failures: list[Failure] = []
    waiting: set[SiteDay] = set()
    for day in due:
        # An import is whole: nothing of it is in any collector's memory or spool.
        if not day.imported and not await _ended(closing, day, failures):
            waiting.add((day.site, day.day))
    counted = [(day.site, day.day) for day in due if not day.imported]
    elsewhere = await run_through(partial(not_handed_in, workspace, counted))
    known = {(failure.site, failure.day) for failure in failures}
    failures += [one for one in elsewhere if (one.site, one.day) not in known]
    waiting |= {(one.site, one.day) for one in elsewhere if one.day}
    ready = {key: n for key, n in rows.items() if key not in waiting}
    closed_on = _todays(workspace)
    done = await run_through(partial(closing.sum_up, ready, closed_on, progress))
    failures += [Failure(*key, NOT_CLOSED, DIFFERING) for key in done.differing]
    failures += [Failure(*key, NOT_CLOSED, ON_ITS_WAY, waits=True) for key in done.on_its_way]
    return Ran(len(done.closed), failures)


async def _ended(closing: Closing, day: OpenDay, failures: list[Failure]) -> bool:
    """End what is left of *day*; False, with a failure noted, when it has to wait."""
    why = ON_ITS_WAY
    try:
        if await closing.end(day.site, day.day):
            return True
    except OboroError as error:
        why = str(error)
    failures.append(Failure(day.site, day.day, NOT_CLOSED, why, waits=True))
    return False


def due_days(workspace: Workspace) -> list[OpenDay]:
    """Return the days that are due to be closed now; blocking."""
    zones, at = zones_of(workspace), workspace.clock.now()
    return [day for day in Days.of(workspace).open_days() if is_due(day, zones, at)]


def zones_of(workspace: Workspace) -> dict[str, ZoneInfo]:
    """Return the zone of each site."""
    return {site.host: site.zone for site in workspace.catalog.sites()}


def missed_days(noted: Mapping[str, date], todays: Mapping[str, date]) -> list[SiteDay]:
    """Return the days between the newest one *noted* of each site and its today: none counted.

    >>> missed_days({"a.jp": date(2026, 3, 1)}, {"a.jp": date(2026, 3, 4), "b.jp": date.max})
    [('a.jp', datetime.date(2026, 3, 2)), ('a.jp', datetime.date(2026, 3, 3))]
    """
    return [
        (site, newest + timedelta(days=n))
        for site, newest in noted.items()
        if site in todays
        for n in range(1, (todays[site] - newest).days)
    ]


def _note_days(workspace: Workspace) -> None:
    """Note today, and what was missed, of every site that is counted here."""
    days, todays = Days.of(workspace), _todays(workspace)
    real = {site.host for site in workspace.catalog.sites() if not site.demonstration}
    counted = {host: day for host, day in todays.items() if host in real}
    fresh = {host: day for host, day in counted.items() if not days.is_noted(host, day)}
    # A site that never had a hit is not being counted yet: an import may still fill its days.
    newest = days.newest_counted() if fresh else {}
    fresh = {host: day for host, day in fresh.items() if host in newest}
    if fresh:
        days.record_gaps((site, day, MISSING) for site, day in missed_days(newest, fresh))
        days.note_open(fresh.items())


def _todays(workspace: Workspace) -> dict[str, date]:
    at = workspace.clock.now()
    return {site.host: local_day(at, site.zone) for site in workspace.catalog.sites()}


def _closing(workspace: Workspace) -> Closing:
    locks = workspace.find(DayLocks)
    if locks is None:
        locks = DayLocks()
        workspace.offer(DayLocks, locks)
    return Closing(workspace.store, Days.of(workspace), locks, delivering_of(workspace))


def _due(workspace: Workspace) -> list[Due]:
    zones = zones_of(workspace)
    found = []
    for day in due_days(workspace):
        since: datetime | None = day.due_at(zones[day.site])
        found.append(Due(day.site, day.day, since))
    return found


JOB = Job(
    name="close-days",
    purpose="sum the days that are over, and drop their rows",
    due=_due,
    run=close_due,
)
