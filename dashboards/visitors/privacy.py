"""The notice to visitors: what is kept, why and how long, from the schema and the settings."""

from __future__ import annotations

from aiohttp import web

from dashboards.rendering import page
from dashboards.visitors.choice import state_of
from oboro.commands.schema import read_schema
from oboro.operations import quiet
from oboro.sites import Site
from oboro.topics import CROSSINGS, SINGLES
from oboro.workspace import Workspace


async def privacy(request: web.Request, workspace: Workspace, site: Site) -> web.Response:
    """Answer with the notice of *site* and the state of this browser's opt-out."""
    settings = workspace.settings
    schema = await read_schema(workspace, {}, quiet)
    return page(
        request,
        "privacy.html",
        site=site,
        state=state_of(request.headers, request.query.get("set") == "1"),
        singles=SINGLES,
        crossings=CROSSINGS,
        tables=schema["tables"],
        k=settings.gathering_k,
        keys=settings.gathering_keys,
        visit_minutes=settings.visit_minutes,
        retention_months=settings.retention_months,
    )
