"""What a real browser tells of itself by client hints, and how little of it is looked at."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from playwright.async_api import Page

from collector.arrival import Arrival
from collector.coarsen.agent import HINTS
from collector.coarsen.place import open_places
from collector.coarsener import Coarsener
from tests.support.browser import WAIT_MS, launched_beside
from tests.support.edge import Edge, an_edge
from tests.support.workspace import a_site

DETAILED = (
    "sec-ch-ua-arch",
    "sec-ch-ua-bitness",
    "sec-ch-ua-full-version-list",
    "sec-ch-ua-model",
    "sec-ch-ua-platform-version",
    "sec-ch-ua-wow64",
)
"""Hints that a browser sends only where it was asked for them."""
UNASKED = ("sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform")
HIT = json.dumps({"site": "example.jp", "url": "https://example.jp/a"})
SEND = """async (hit) => {
    await fetch("/seen", {method: "POST"});
    await fetch("/api/hit", {method: "POST", body: hit});
}"""

Seen = dict[str, str]
pytestmark = pytest.mark.browser


@asynccontextmanager
async def a_page(asking: str) -> AsyncIterator[tuple[Page, Edge, Seen]]:
    """Open a page that asks the browser for the hints *asking*; yields what it sends, too."""
    seen: Seen = {}

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<p>", content_type="text/html", headers={"Accept-CH": asking})

    async def note(request: web.Request) -> web.Response:
        seen.update({name.lower(): value for name, value in request.headers.items()})
        return web.Response()

    routes = [web.get("/page", page), web.post("/seen", note)]
    async with an_edge(more=routes) as edge, launched_beside() as browser:
        opened = await browser.new_page()
        opened.set_default_timeout(WAIT_MS)
        await opened.goto(f"http://127.0.0.1:{edge.port}/page")
        yield opened, edge, seen


async def sent(asking: str) -> tuple[Seen, Arrival]:
    async with a_page(asking) as (page, edge, seen):
        await page.evaluate(SEND, HIT)
        (arrival,) = edge.ingest.taken
        return seen, arrival


async def test_a_browser_that_is_asked_for_nothing_tells_name_kind_and_system() -> None:
    seen, arrival = await sent("")

    assert set(UNASKED) <= set(seen)
    assert not set(DETAILED) & set(seen)
    assert arrival.hints == {name: seen[name] for name in UNASKED}
    coarse = Coarsener(open_places(None)).coarsen(arrival, a_site())
    assert (coarse.surroundings.os, coarse.surroundings.device) == ("Linux", "desktop")


async def test_of_what_a_page_had_the_browser_tell_in_detail_nothing_is_kept() -> None:
    seen, arrival = await sent(", ".join(DETAILED))

    # The browser does tell it: else this would hold of itself.
    assert set(DETAILED) <= set(seen)
    assert set(arrival.hints) <= set(HINTS)
    _, unasked = await sent("")
    coarsen = Coarsener(open_places(None)).coarsen
    assert coarsen(arrival, a_site()) == coarsen(unasked, a_site())


async def test_no_answer_asks_a_browser_for_hints() -> None:
    async with a_page("") as (page, edge, _):
        answers = [
            await page.request.get(f"http://127.0.0.1:{edge.port}{path}")
            for path in ("/t.js", "/pixel.gif?site=example.jp&url=/a")
        ]

    assert {answer.status for answer in answers} == {200}
    assert not any({"accept-ch", "critical-ch"} & set(answer.headers) for answer in answers)
