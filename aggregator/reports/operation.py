"""The operation behind ``oboro report``: arguments in, one JSON document out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aggregator.reports.answer import answer
from aggregator.reports.funnels import funnels
from aggregator.reports.quality import quality
from aggregator.reports.query import ReportQuery, parsed_query
from oboro.clock import local_day
from oboro.errors import UsageError
from oboro.hosts import checked_host
from oboro.page_titles import WITH_TITLES
from oboro.rooms import Progress
from oboro.sites import Site
from oboro.topics import FUNNEL_STEP, GOAL
from oboro.versions import within
from oboro.words import FALLBACK
from oboro.workspace import Workspace


async def report(
    workspace: Workspace, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Answer the report that *arguments* ask for, with the facts on its days' quality."""
    site = site_asked(workspace, str(arguments.get("site") or ""))
    today = local_day(workspace.clock.now(), site.zone)
    query = parsed_query(arguments, site=site.host, today=today)
    language = str(arguments.get("language") or FALLBACK)
    return await asyncio.to_thread(_document, workspace, query, language, site)


def site_asked(workspace: Workspace, host: str) -> Site:
    """Return the site *host* names, by itself, by an alias or by the address of its first page."""
    site = workspace.catalog.site_for(checked_host(host))
    if site is None:
        hosts = ", ".join(site.host for site in workspace.catalog.sites())
        there_is = f"there is: {hosts}" if hosts else "there is none yet; oboro site add makes one"
        raise UsageError(f"there is no site {host!r}; {there_is}")
    return site


def _document(
    workspace: Workspace, query: ReportQuery, language: str, site: Site
) -> dict[str, Any]:
    store = workspace.store
    period = query.period
    changes = workspace.catalog.site_changes(query.site, period.first, period.last)
    known, found = quality(store, query.site, period, changes, site.zone), answer(store, query)
    keys = [row.key for row in found.rows] if query.by in WITH_TITLES else []
    titles = workspace.catalog.page_titles(query.site, keys) if keys else {}
    by_page = {page: title.in_language(language) for page, title in titles.items()}
    document = {**found.document(by_page), "quality": known.document()}
    if query.by == GOAL:
        definitions = within(period.first, period.last, site.goals)
        document["goals"] = [goal.document() for goal in definitions]
    if query.by == FUNNEL_STEP:
        read = funnels(store, query.site, period, site.funnels)
        document["funnels"] = [each.document() for each in read]
    return document
