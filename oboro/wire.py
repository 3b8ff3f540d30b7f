"""How the server speaks HTTP: it logs, and answers, nothing of what a caller sent.

aiohttp writes addresses and raw bytes to its own logger, whatever the access log is, and quotes
malformed input in its answers; both are replaced here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from aiohttp.web_protocol import RequestHandler

from oboro.journal import log_unexpected

HEADER_SECONDS = 10.0
"""How long a connection may take over its headers, or lie idle."""

BODY_SECONDS = 30.0
"""How long any body may take. The collector's own bound is shorter, and answered with a 408."""

SOFTWARE = "Oboro"
"""What answers call their server: no version, which would tell what it is open to."""

SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""What our pages may load: nothing from elsewhere, no script or style within the page."""

_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
_KEPT = ("Allow", "Retry-After")

_RequestHandler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def plain_answer(status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return an answer that says its *status* and nothing else."""
    text = f"{status} {HTTPStatus(status).phrase}\n"
    safe = {"Server": SOFTWARE, **SECURITY_HEADERS, **(headers or {})}
    return web.Response(status=status, text=text, headers=safe)


@web.middleware
async def plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a raised HTTP error with its status alone; its text can quote the request."""
    try:
        return await handler(request)
    except web.HTTPException as answer:
        # What the router raises hangs on the request: with its traceback it would hold itself, and
        # the body that was sent along, until the garbage collector comes.
        answer.__traceback__ = None
        if answer.status < HTTPStatus.BAD_REQUEST:
            raise
        kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
        return plain_answer(answer.status, kept)
    except web.RequestPayloadError:
        return plain_answer(HTTPStatus.BAD_REQUEST)


def known_hosts(hosts: Sequence[str]) -> Middleware:
    """Return what answers only requests that name one of *hosts*, or this machine itself.

    Without it a page of elsewhere whose name is made to lead here could read what an operator's
    browser reaches. A request that names none is one of HTTP/1.0, which no browser speaks.
    """
    known = {*(host.lower() for host in hosts), *_THIS_MACHINE}

    @web.middleware
    async def refuse_others(request: web.Request, handler: Handler) -> web.StreamResponse:
        named = request.headers.get("Host", "").lower()
        if named in known or _without_port(named) in known:
            return await handler(request)
        return plain_answer(HTTPStatus.MISDIRECTED_REQUEST)

    return refuse_others


def _without_port(named: str) -> str:
    front, colon, port = named.rpartition(":")
    return front if colon and port.isdigit() else named


def bearer(headers: Mapping[str, str]) -> str:
    """Return the key that *headers* carry in ``Authorization: Bearer``; empty without one."""
    scheme, _, key = headers.get("Authorization", "").strip().partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


async def secure_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers every answer has; a handler's own stay."""
    headers = response.headers
    headers["Server"] = SOFTWARE  # aiohttp has put its own there by now
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if headers.get("Content-Type", "").startswith("text/html"):
        headers.setdefault("Content-Security-Policy", PAGE_POLICY)


class _ValuelessHandler(RequestHandler):
    __slots__ = ()

    def log_exception(self, *_args: Any, **kw: Any) -> None:
        if isinstance(error := kw.get("exc_info"), BaseException):
            log_unexpected("a request", error)

    def log_debug(self, *_args: Any, **_kw: Any) -> None:
        return

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        # What is malformed, or was broken off, is the sender's matter: it is not logged.
        broken_off = isinstance(exc, ConnectionResetError) and request.transport is None
        if exc is not None and status >= HTTPStatus.INTERNAL_SERVER_ERROR and not broken_off:
            log_unexpected("a request", exc)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        answer = plain_answer(status)
        answer.force_close()
        return answer


def _plain(answered: _RequestHandler, body_seconds: float) -> _RequestHandler:
    """Return *answered* with plain errors also where no middleware is reached.

    An ``Expect`` that nobody can meet is refused before any, and quoted. Who sends a body ever so
    slowly is hung up on, whatever route waits for it.
    """

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        timer: asyncio.TimerHandle | None = None
        if not request.content.is_eof():
            timer = asyncio.get_running_loop().call_later(body_seconds, _hang_up, request)
        try:
            return await answered(request)
        except web.HTTPException as error:
            if error.status < HTTPStatus.BAD_REQUEST:
                raise
            return plain_answer(error.status)
        finally:
            if timer is not None:
                timer.cancel()

    return answer


def _hang_up(request: web.BaseRequest) -> None:
    if not request.content.is_eof() and request.transport is not None:
        request.transport.abort()


class _ValuelessServer(web.Server):
    def __call__(self) -> RequestHandler:
        return _ValuelessHandler(self, loop=self._loop, **self._kwargs)


class ValuelessRunner(web.AppRunner):
    """A runner whose connections log no value, quote none, and wait for nobody for long."""

    __slots__ = ("_body_seconds",)

    def __init__(
        self,
        app: web.Application,
        *,
        header_seconds: float = HEADER_SECONDS,
        body_seconds: float = BODY_SECONDS,
        **more: Any,
    ) -> None:
        self._body_seconds = body_seconds
        super().__init__(
            app,
            access_log=None,
            keepalive_timeout=header_seconds,
            lingering_time=0,
            # A body that says it is compressed is not unpacked: no bomb can be.
            auto_decompress=False,
            **more,
        )

    async def _make_server(self) -> web.Server:
        plain = await super()._make_server()
        return _ValuelessServer(
            _plain(plain.request_handler, self._body_seconds),
            request_factory=plain.request_factory,
            loop=plain._loop,
            **plain._kwargs,
        )
