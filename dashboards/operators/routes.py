"""The operators' addresses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps

from aiohttp import web

from dashboards.operators.live import import_under_way, live_document, live_figures
from dashboards.operators.site_page import site_page
from dashboards.operators.snippets import Snippets
from dashboards.operators.welcome import add_site, start_demo, welcome
from dashboards.rendering import HEADERS, page
from dashboards.same_origin import is_same_origin
from oboro.own_name import refuse_other_names
from oboro.sites import Site
from oboro.workspace import Workspace

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """Return the addresses of the operators' pages."""

    async def first(request: web.Request) -> web.StreamResponse:
        return await welcome(request, workspace)

    async def importing(request: web.Request) -> web.StreamResponse:
        return web.json_response({"importing": import_under_way(workspace)}, headers=HEADERS)

    async def demo(request: web.Request) -> web.StreamResponse:
        _refuse_foreign(request)
        return await start_demo(request, workspace)

    async def add(request: web.Request) -> web.StreamResponse:
        _refuse_foreign(request)
        return await add_site(request, workspace)

    async def one(request: web.Request) -> web.StreamResponse:
        return await site_page(request, workspace, _site(request, workspace))

    async def live(request: web.Request) -> web.StreamResponse:
        return live_document(request, workspace, _site(request, workspace))

    async def snippet(request: web.Request) -> web.StreamResponse:
        site = _site(request, workspace)
        live = live_figures(workspace, site)
        return page(
            request,
            "snippet.html",
            site=site,
            snippets=Snippets.of(str(request.url.origin()), site.host),
            arrived=live.arrived if live else None,
        )

    def own(handler: Answer) -> Answer:
        """Let *handler* answer under names of this server alone."""

        @wraps(handler)
        async def answer(request: web.Request) -> web.StreamResponse:
            refuse_other_names(request, workspace)
            return await handler(request)

        return answer

    return [
        web.get("/", own(first)),
        web.get("/importing.json", own(importing)),
        web.post("/demo", own(demo)),
        web.post("/sites", own(add)),
        web.get("/sites/{host}", own(one)),
        web.get("/sites/{host}/live.json", own(live)),
        web.get("/sites/{host}/snippet", own(snippet)),
    ]


def _site(request: web.Request, workspace: Workspace) -> Site:
    site = workspace.catalog.site_for(request.match_info["host"])
    if site is None:
        raise web.HTTPNotFound
    return site


def _refuse_foreign(request: web.Request) -> None:
    if not is_same_origin(request.headers):
        raise web.HTTPForbidden
