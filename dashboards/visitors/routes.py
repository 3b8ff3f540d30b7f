"""The visitors' addresses."""

from __future__ import annotations

from aiohttp import web

from dashboards.visitors.demo import demo_page
from dashboards.visitors.privacy import privacy
from oboro.sites import Site
from oboro.workspace import Workspace


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """Return the addresses of the visitors' pages."""

    def site_of(request: web.Request) -> Site:
        site = workspace.catalog.site_for(request.match_info["host"])
        if site is None:
            raise web.HTTPNotFound
        return site

    async def notice(request: web.Request) -> web.StreamResponse:
        return await privacy(request, workspace, site_of(request))

    async def demo(request: web.Request) -> web.StreamResponse:
        site = site_of(request)
        if not site.demonstration:
            raise web.HTTPNotFound
        return await demo_page(request, site)

    return [
        web.get("/privacy/{host}", notice),
        web.get("/demo/{host}/{path:.*}", demo),
    ]
