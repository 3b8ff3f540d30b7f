"""Answer other products' trackers as they expect it, so that a site moves in by a host's name.

Each answer is the same for everybody whose request can be read: it holds no number of hits and
nothing of a body, since the body of somebody who objects is never read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

from collector.app import PIXEL, point
from collector.dialects import events, goatcounter, matomo, plausible, umami
from collector.dialects.said import Problem
from collector.entrance import CROSS_ORIGIN, Entrance, Read
from collector.keyed_entrance import KeyedEntrance, has_key
from collector.unreadable import Unreadable

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:_\[\]-]{1,300}", re.ASCII)
_WITHOUT_ANSWER = re.compile(r"(?:^|&)send_image=0(?:&|$)", re.ASCII)
_HEADERS_ASKED = {"/api/send": "Content-Type, x-umami-cache, x-umami-hostname"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialects:
    """The routes of other products' trackers."""

    entrance: Entrance
    keyed: KeyedEntrance
    routes: Sequence[web.AbstractRouteDef] = field(init=False)

    def __post_init__(self) -> None:
        posted = {
            "/api/event": self.plausible,
            "/api/send": self.umami,
            "/api/batch": self.umami_batch,
            "/count": self.goatcounter,
            "/matomo.php": self.matomo,
            "/piwik.php": self.matomo,
        }
        routes: list[web.AbstractRouteDef] = [
            web.post(path, handler) for path, handler in posted.items()
        ]
        routes += [web.options(path, _preflight) for path in posted]
        routes += [
            web.get(path, posted[path], allow_head=False)
            for path in ("/count", "/matomo.php", "/piwik.php")
        ]
        object.__setattr__(self, "routes", routes)

    async def plausible(self, request: web.Request) -> web.Response:
        """Take a hit of Plausible's form."""
        return await self.entrance.let_in(
            request,
            plausible.read,
            lambda _, __: web.Response(status=202, text="ok", headers=CROSS_ORIGIN),
            _plausible_refused,
        )

    async def umami(self, request: web.Request) -> web.Response:
        """Take a hit of Umami's form; with a site's key, as its own server tells it."""
        if has_key(request.headers):
            return await self.keyed.let_in(request, umami.read, _umami_told, _umami_refused)
        return await self.entrance.let_in(request, umami.read, _umami_taken, _umami_refused)

    async def umami_batch(self, request: web.Request) -> web.Response:
        """Take several hits of Umami's form; with a site's key, as its own server tells them."""
        if has_key(request.headers):
            return await self.keyed.let_in(
                request,
                umami.read_batch,
                _umami_batch_taken,
                _umami_refused,
                longest=events.LONGEST,
            )
        return await self.entrance.let_in(
            request, umami.read_batch, _umami_batch_taken, _umami_refused
        )

    async def goatcounter(self, request: web.Request) -> web.Response:
        """Take a hit of GoatCounter's form, which stands in the query whatever the method."""
        return await self.entrance.let_in(request, goatcounter.read, point, _goatcounter_refused)

    async def matomo(self, request: web.Request) -> web.Response:
        """Take a hit of Matomo's form, or several."""
        read: Read = matomo.read
        return await self.entrance.let_in(request, read, _matomo_taken, _matomo_refused)


def _plausible_refused(_request: web.Request, unreadable: Unreadable) -> web.Response:
    field = "domain" if unreadable.status == 404 else unreadable.field or "request"
    return _json({"errors": {field: [unreadable.message]}}, unreadable.status)


def _umami_taken(_request: web.Request, _problems: Sequence[Problem]) -> web.Response:
    # The tracker sends "cache" back with the next hit: an empty one says nothing of anybody.
    return _json({"cache": "", "sessionId": "", "visitId": "", "disabled": False})


def _umami_told(request: web.Request, problems: Sequence[Problem]) -> web.Response:
    if problems:
        return _umami_refused(request, Unreadable(400, problems[0].message))
    return _umami_taken(request, problems)


def _umami_batch_taken(_request: web.Request, problems: Sequence[Problem]) -> web.Response:
    details = [
        {"index": problem.place, "response": {"error": {"message": problem.message}}}
        for problem in problems
    ]
    return _json({"errors": len(problems), "details": details, "cache": ""})


def _umami_refused(_request: web.Request, unreadable: Unreadable) -> web.Response:
    status = unreadable.status
    return _json({"error": {"message": unreadable.message, "status": status}}, status)


def _goatcounter_refused(_request: web.Request, unreadable: Unreadable) -> web.Response:
    return web.Response(
        status=unreadable.status,
        body=PIXEL,
        content_type="image/gif",
        headers={**CROSS_ORIGIN, "X-Goatcounter": unreadable.message},
    )


def _matomo_taken(request: web.Request, problems: Sequence[Problem]) -> web.Response:
    headers = _with_credentials(request)
    if problems:
        status = {"status": "error", "invalid": len(problems), "message": problems[0].message}
        return _json(status, 400, headers)
    if request.method == "POST" or _WITHOUT_ANSWER.search(request.rel_url.raw_query_string):
        return web.Response(status=204, headers=headers)
    return web.Response(body=PIXEL, content_type="image/gif", headers=headers)


def _matomo_refused(request: web.Request, unreadable: Unreadable) -> web.Response:
    status = {"status": "error", "message": unreadable.message}
    return _json(status, unreadable.status, _with_credentials(request))


def _with_credentials(request: web.Request) -> Mapping[str, str]:
    """Let the page's own origin send cookies along, as Matomo's tracker does when it is told to.

    It would send a hit again, in another way, whose answer the browser keeps from it.
    """
    origin = request.headers.get("Origin", "")
    if not _ORIGIN.fullmatch(origin):
        return CROSS_ORIGIN
    return {
        **CROSS_ORIGIN,
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


async def _preflight(request: web.Request) -> web.Response:
    """Tell browsers that pages of every origin may send what the tracker of this path sends."""
    headers = {
        **_with_credentials(request),
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": _HEADERS_ASKED.get(request.path, "Content-Type"),
        "Access-Control-Max-Age": "86400",
    }
    return web.Response(status=204, headers=headers)


def _json(
    document: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] = CROSS_ORIGIN
) -> web.Response:
    return web.Response(
        status=status,
        body=msgspec.json.encode(document),
        content_type="application/json",
        headers=headers,
    )
