"""Answer what trackers and pixels send: the opt-out first, then a hit's way in.

A visitor who objects gets what everybody gets: status, headers, bytes and the wait for a commit
are the same, and so are the refusals that do not depend on what a body says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec
from aiohttp import web

from collector.arrival import Arrival
from collector.body import read_body
from collector.dialects.native import Hit, hit_in_json, hit_in_query
from collector.intake import arrival_of
from collector.optout import opted_out
from collector.spool import SpoolUnavailable
from collector.unreadable import Unreadable
from oboro.clock import Clock
from oboro.outcomes import Outcome
from oboro.settings import Settings

PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-store",
}
"""Pages of other origins may send hits and see whether they arrived."""
_PREFLIGHT = {
    **CROSS_ORIGIN,
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}
_UNKNOWN_SITE = (
    "site names no site that is counted here; `oboro site add` adds it, and the tracker's "
    "data-site says which one a page belongs to"
)
_NO_ROOM = "hits cannot be taken down at the moment; send it again later"
_BROKEN_OFF = (408, 413, 415)
"""Refusals that leave a body unread, after which the connection cannot go on."""


class Ingesting(Protocol):
    """What stands behind the routes."""

    async def take(self, arrival: Arrival) -> Outcome:
        """Return the outcome of *arrival* once it is durable, or raise `SpoolUnavailable`."""
        ...

    async def wait_for_commit(self) -> None:
        """Wait as `take` does, and refuse as it does, leaving nothing behind."""
        ...

    def refuse(self, outcome: Outcome) -> None:
        """Tally a request that never became an arrival."""
        ...

    def forget(self, arrival: Arrival) -> None:
        """Drop what is pending of the visitor of *arrival* on every site."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """The routes that count."""

    ingest: Ingesting
    clock: Clock
    settings: Settings
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
        objects = opted_out(request.headers)
        try:
            body = await read_body(request, seconds=self.settings.body_seconds, keep=not objects)
        except Unreadable as unreadable:
            return self._refused(unreadable, tally=not objects)
        return await self._answered(
            request,
            objects,
            lambda: hit_in_json(body),
            lambda: web.Response(status=202, headers=CROSS_ORIGIN),
        )

    async def pixel(self, request: web.Request) -> web.Response:
        """Take a hit sent as the query of an image's address."""
        objects = opted_out(request.headers)
        return await self._answered(
            request,
            objects,
            lambda: hit_in_query(request.rel_url.raw_query_string),
            lambda: web.Response(body=PIXEL, content_type="image/gif", headers=CROSS_ORIGIN),
        )

    async def preflight(self, _request: web.Request) -> web.Response:
        """Tell browsers that pages of every origin may send JSON."""
        return web.Response(status=204, headers=_PREFLIGHT)

    async def _answered(
        self,
        request: web.Request,
        objects: bool,
        read: Callable[[], Hit],
        accepted: Callable[[], web.Response],
    ) -> web.Response:
        try:
            if objects:
                await self.ingest.wait_for_commit()
                return accepted()
            outcome = await self.ingest.take(self._arrival(request, read()))
        except Unreadable as unreadable:
            return self._refused(unreadable, tally=True)
        except SpoolUnavailable as error:
            return refusal(503, _NO_ROOM, {"Retry-After": f"{max(1, round(error.retry_after))}"})
        # Other refusals look like being counted, so that nobody learns to pass the checks.
        return refusal(404, _UNKNOWN_SITE) if outcome == Outcome.UNKNOWN_SITE else accepted()

    def _arrival(self, request: web.Request, hit: Hit) -> Arrival:
        return arrival_of(
            site=hit.site,
            at=self.clock.now(),
            peer=request.remote,
            headers=request.headers,
            trusted=self.settings.trusted_proxies,
            url=hit.url,
            referrer=hit.referrer or "",
            name=hit.name or "",
            width=None if hit.width is None else int(hit.width),
        )

    def _refused(self, unreadable: Unreadable, *, tally: bool) -> web.Response:
        if tally:
            self.ingest.refuse(Outcome.INVALID)
        return refusal(unreadable.status, unreadable.message)


def refusal(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    """Return an answer that says what is wrong; *message* repeats nothing that was sent."""
    answer = web.Response(
        status=status,
        body=msgspec.json.encode({"error": message}),
        content_type="application/json",
        headers={**CROSS_ORIGIN, **(headers or {})},
    )
    if status in _BROKEN_OFF:
        answer.force_close()
    return answer
