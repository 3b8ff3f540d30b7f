"""The first page: see the demonstration or add a site; with sites, what their last week had."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from aiohttp import web

from aggregator.reports.answer import answer
from aggregator.reports.periods import Period
from aggregator.reports.query import DAY, ReportQuery
from dashboards.operators.live import import_under_way
from dashboards.rendering import language_of, page, words_for
from oboro.clock import local_day
from oboro.errors import Conflict, UsageError
from oboro.hosts import checked_host
from oboro.operations import operations_of, perform, quiet
from oboro.rooms import Operation, load_rooms
from oboro.site_rows import zone_named
from oboro.sites import Site
from oboro.workspace import Workspace

DEMO = "demo.start"
HOME_ZONE = {"ja": "Asia/Tokyo", "en": "Asia/Tokyo"}


RECENT = timedelta(days=7)
"""Long enough for a quiet site, and for a demonstration that ends yesterday, to show something."""


@dataclass(frozen=True, slots=True)
class Recent:
    """A site with its figures of the days that end with its present one."""

    site: Site
    period: Period
    figures: Mapping[str, int | None]


async def welcome(
    request: web.Request,
    workspace: Workspace,
    problem: str | None = None,
    given: Mapping[str, str] | None = None,
) -> web.Response:
    """Answer with the first page; *problem* names the text that says why no site was added."""
    sites = workspace.catalog.sites()
    own = [site for site in sites if not site.demonstration]
    words = words_for(request)
    default = {"host": "", "timezone": HOME_ZONE[language_of(request)]}
    return page(
        request,
        "welcome.html",
        status=400 if problem else 200,
        # While there is only the demonstration, the page still opens on the two choices.
        sites=await asyncio.to_thread(_recent, workspace, sites) if own else (),
        demonstrations=[site for site in sites if site.demonstration],
        can_start_demo=DEMO in operations() and workspace.owned,
        importing=import_under_way(workspace),
        problem=words(problem) if problem else None,
        given=given or default,
        zones=sorted(available_timezones()),
    )


def _recent(workspace: Workspace, sites: Sequence[Site]) -> list[Recent]:
    at = workspace.clock.now()
    shown = []
    for site in sites:
        today = local_day(at, site.zone)
        period = Period(today - RECENT + timedelta(days=1), today)
        query = ReportQuery(site=site.host, period=period, by=DAY)
        shown.append(Recent(site, period, answer(workspace.store, query).totals))
    return shown


async def add_site(request: web.Request, workspace: Workspace) -> web.Response:
    """Declare the site that the form names, then show its snippet."""
    try:
        form = await request.post()
    except (ValueError, LookupError):
        # No browser sends such a form; that it cannot be read is told by the status alone.
        raise web.HTTPBadRequest from None
    given = {name: str(form.get(name, ""))[:253].strip() for name in ("host", "timezone")}
    try:
        zone = zone_named(given["timezone"])
    except UsageError:
        return await welcome(request, workspace, "welcome.problem.zone", given)
    try:
        host = checked_host(given["host"])
        workspace.catalog.add_site(Site(host=host, zone=zone))
    except UsageError:
        return await welcome(request, workspace, "welcome.problem.host", given)
    except Conflict:
        return await welcome(request, workspace, "welcome.problem.taken", given)
    raise web.HTTPSeeOther(_with_language(request, f"/sites/{host}/snippet"))


async def start_demo(request: web.Request, workspace: Workspace) -> web.Response:
    """Start filling the demonstration, then show the first page again, with its progress."""
    if DEMO not in operations() or not workspace.owned:
        raise web.HTTPNotFound
    await perform(workspace, operations(), DEMO, {}, quiet)
    raise web.HTTPSeeOther(_with_language(request, "/"))


@cache
def operations() -> Mapping[str, Operation]:
    """Return the operations of every room; rooms know each other by these names alone."""
    return operations_of(load_rooms())


def _with_language(request: web.Request, path: str) -> str:
    asked = request.query.get("lang")
    return f"{path}?lang={language_of(request)}" if asked else path
