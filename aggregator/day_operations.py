"""The operations behind ``oboro close-day``, ``jobs`` and ``erase``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from aggregator.closing_job import close_days, zones_of
from aggregator.collectors import documents, retire
from aggregator.day_state import OpenDay, is_due
from aggregator.days import Days
from aggregator.erasing import erase_site
from aggregator.jobs import Jobs
from aggregator.reports.operation import site_asked
from aggregator.reports.periods import parsed_day
from oboro.clock import local_day
from oboro.errors import Conflict, UsageError
from oboro.hosts import checked_host
from oboro.rooms import Json, Progress
from oboro.threads import run_through
from oboro.workspace import Workspace

Arguments = Mapping[str, Json]
MOST_DAYS = timedelta(days=1100)
"""Three years, which are closed in one go at most."""


async def close_day(workspace: Workspace, arguments: Arguments, progress: Progress) -> Json:
    """``{day, site}`` -> ``{day, sites: [{site, state, open_rows, kept_rows, closed_on}]}``.

    With ``to``: ``{from, to, days: [...]}``, of those days of which anything was counted.
    """
    first, until = parsed_day(str(arguments["day"]), "--day"), arguments.get("to")
    last = parsed_day(str(until), "--to") if until else first
    if not timedelta(0) <= last - first < MOST_DAYS:
        raise UsageError(
            f"--to {last} must not lie before --day {first}, nor {MOST_DAYS.days} days behind it"
        )
    asked = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    host = arguments.get("site")
    only = site_asked(workspace, str(host)).host if host else None
    due = await run_through(partial(_due_of, workspace, asked, only))
    async with Jobs.of(workspace).paused():
        ran = await close_days(workspace, due, progress)
    if ran.failures:
        failure = ran.failures[0]
        raise Conflict(f"{failure.day} of {failure.site} is not closed: {failure.why}")
    closed = await run_through(partial(_closed, workspace, asked, only))
    if not until:
        return closed[0]
    days = [day for day in closed if day["sites"]]
    return {"from": first.isoformat(), "to": last.isoformat(), "days": days}


async def jobs(workspace: Workspace, _arguments: Arguments, _: Progress) -> Json:
    """Answer with what ran, what is due and what failed, and the receipts of what was dropped."""
    return await run_through(Jobs.of(workspace).document)


async def run_jobs(workspace: Workspace, _arguments: Arguments, progress: Progress) -> Json:
    """Do what is due -> ``{done}``."""
    return {"done": await Jobs.of(workspace).run_due(progress)}


async def erase(workspace: Workspace, arguments: Arguments, progress: Progress) -> Json:
    """``{site}`` -> ``{site, rows: {table: n}}``."""
    host = checked_host(str(arguments["site"]))
    # A day that is just being closed would be written again behind the eraser.
    async with Jobs.of(workspace).paused():
        return await run_through(partial(erase_site, workspace, host, progress))


async def list_nodes(workspace: Workspace, _arguments: Arguments, _: Progress) -> Json:
    """Answer with every collector that has joined the store."""
    return {"nodes": await run_through(partial(documents, workspace))}


async def retire_node(workspace: Workspace, arguments: Arguments, _: Progress) -> Json:
    """``{node}`` -> ``{node, days: [{site, day}]}``: those that were marked."""
    # A day that is just being closed waits for all that were there when it began.
    async with Jobs.of(workspace).paused():
        return await run_through(partial(retire, workspace, str(arguments["node"])))


def _due_of(workspace: Workspace, asked: Sequence[date], only: str | None) -> list[OpenDay]:
    """Return what has to be closed of the days *asked* for.

    `Conflict` when anything of them cannot be, or when there is nothing of any of them.
    """
    days = Days.of(workspace)
    zones, at = zones_of(workspace), workspace.clock.now()
    hosts = [only] if only else sorted(zones)
    known = [one for one in days.open_days() if one.day in asked and one.site in hosts]
    found = {(one.site, one.day) for one in known}
    # Of a day that goes on, hits may be on their way that the store does not know of yet.
    going_on = [
        OpenDay(host, today, imported=False, rows=0)
        for host in hosts
        if (today := local_day(at, zones[host])) in asked and (host, today) not in found
    ]
    # A day by itself is that of the sites that counted anything on it.
    for one in known if len(asked) == 1 and known else [*known, *going_on]:
        if not is_due(one, zones, at):
            due_at = one.due_at(zones[one.site])
            assert due_at is not None  # an import is always due
            local = due_at.astimezone(zones[one.site])
            raise Conflict(
                f"{one.day} of {one.site} is not over; it can be closed from "
                f"{local:%Y-%m-%d %H:%M} ({zones[one.site].key}) on"
            )
    if not known and not any(days.is_closed(host, day) for host in hosts for day in asked):
        of = f" of {only}" if only else ""
        until = f" to {asked[-1]}" if len(asked) > 1 else ""
        raise Conflict(
            f"nothing was counted on {asked[0]}{until}{of}, so there is nothing to close"
        )
    return known


def _closed(workspace: Workspace, asked: Sequence[date], only: str | None) -> list[dict[str, Any]]:
    """Return each day *asked* for with its sites that are closed, and their receipts."""
    days = Days.of(workspace)
    sites: dict[date, list[dict[str, Any]]] = {day: [] for day in asked}
    for host in [only] if only else sorted(zones_of(workspace)):
        for day, receipt in days.receipts(host, asked[0], asked[-1]).items():
            sites[day].append(
                {
                    "site": host,
                    "state": receipt.state,
                    "open_rows": receipt.open_rows,
                    "kept_rows": receipt.kept_rows,
                    "closed_on": receipt.closed_on,
                }
            )
    return [{"day": day.isoformat(), "sites": found} for day, found in sites.items()]
