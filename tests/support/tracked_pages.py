"""Serve pages with a tracker in them beside the collector's routes, and visit them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler
from playwright.async_api import Browser, Page

from collector.arrival import Arrival
from oboro.sites import Site
from tests.support.browser import WAIT_MS
from tests.support.edge import Edge, an_edge

PAGE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>A page</title>
<link rel="icon" href="data:,">{head}</head>
<body>{body}</body></html>"""

POLICY = {"Content-Security-Policy": "default-src 'self' 'unsafe-inline' data:"}
"""What a site of somebody's may allow; our own pages allow no script within the page."""


@dataclass
class Visited:
    """A browser's page before a collector that remembers what arrives."""

    page: Page
    edge: Edge
    asked: list[str]
    """The paths of all that the page asked for."""
    served: list[str]
    """The paths of the pages that were served, also those that were prepared ahead."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.edge.port}"

    @property
    def taken(self) -> list[Arrival]:
        """What has arrived so far."""
        return self.edge.ingest.taken

    async def open(self, path: str, referrer: str | None = None) -> None:
        await self.page.goto(self.url + path, referer=referrer)

    async def until(self, number: int) -> list[Arrival]:
        """Wait until *number* hits have arrived, and a little longer for one too many."""
        for _ in range(WAIT_MS // 50):
            if len(self.taken) >= number:
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)
        return list(self.taken)


@asynccontextmanager
async def visiting(
    browser: Browser,
    site: Site,
    *,
    head: str,
    body: str = "",
    served: Mapping[str, tuple[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
    scripts: bool = True,
) -> AsyncIterator[Visited]:
    """Serve every path under ``/page`` with *head* and *body*, and *served* by path as they are.

    *served* gives the type and the text of files; *headers* are sent along by the browser.
    """
    asked: list[str] = []
    shown: list[str] = []
    whole = PAGE.format(head=head, body=body)
    routes = [web.get("/page{path:.*}", _answering("text/html", whole, shown))]
    routes += _files(served or {})
    async with an_edge(site=site, more=routes) as edge:
        context = await browser.new_context(
            locale="ja", extra_http_headers=dict(headers or {}), java_script_enabled=scripts
        )
        context.on("request", lambda request: asked.append(urlsplit(request.url).path))
        context.set_default_timeout(WAIT_MS)
        try:
            yield Visited(await context.new_page(), edge, asked, shown)
        finally:
            await context.close()


def _files(served: Mapping[str, tuple[str, str]]) -> Iterable[web.RouteDef]:
    for path, (kind, text) in served.items():
        yield web.get(path, _answering(kind, text))


def _answering(kind: str, text: str, served: list[str] | None = None) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        if served is not None:
            served.append(request.path)
        return web.Response(text=text, content_type=kind, headers=POLICY)

    return answer
