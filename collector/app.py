"""Answer our own tracker and pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from collector.dialects.native import hit_in_json, hit_in_query
from collector.dialects.said import Asked, Heard, Problem, Said
from collector.entrance import CROSS_ORIGIN, Entrance, refusal
from collector.unreadable import Unreadable

PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
_PREFLIGHT = {
    **CROSS_ORIGIN,
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """The routes that count hits in our own form."""

    entrance: Entrance
    routes: Sequence[web.AbstractRouteDef] = field(init=False)

    def __post_init__(self) -> None:
        routes = (
            web.post("/api/hit", self.hit),
            web.options("/api/hit", self.preflight),
            # A HEAD request shows nobody a page.
            web.get("/pixel.gif", self.pixel, allow_head=False),
        )
        object.__setattr__(self, "routes", routes)

    async def hit(self, request: web.Request) -> web.Response:
        """Take a hit sent as JSON, as ``application/json`` or ``text/plain``."""
        return await self.entrance.let_in(request, _in_body, _taken, _refused)

    async def pixel(self, request: web.Request) -> web.Response:
        """Take a hit sent as the query of an image's address."""
        return await self.entrance.let_in(request, _in_query, point, _refused)

    async def preflight(self, _request: web.Request) -> web.Response:
        """Tell browsers that pages of every origin may send JSON."""
        return web.Response(status=204, headers=_PREFLIGHT)


def point(_request: web.Request, _problems: Sequence[Problem]) -> web.Response:
    """Return a transparent point."""
    return web.Response(body=PIXEL, content_type="image/gif", headers=CROSS_ORIGIN)


def _in_body(asked: Asked) -> Heard:
    hit = hit_in_json(asked.body)
    return Heard((Said((hit.site,), hit),))


def _in_query(asked: Asked) -> Heard:
    hit = hit_in_query(asked.query)
    return Heard((Said((hit.site,), hit),))


def _taken(_request: web.Request, _problems: Sequence[Problem]) -> web.Response:
    return web.Response(status=202, headers=CROSS_ORIGIN)


def _refused(_request: web.Request, unreadable: Unreadable) -> web.Response:
    return refusal(unreadable.status, unreadable.message)
