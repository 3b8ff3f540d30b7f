"""What a monitoring system asks: is the process alive, can it work, and what are its totals.

It is answered beside everything else, or on an address of its own (``OBORO_METRICS_LISTEN``), which
then is the only one that tells totals.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from oboro.errors import OboroError, UsageError
from oboro.hosts import is_loopback
from oboro.metrics import exposition, may_read_totals
from oboro.own_name import refuse_other_names
from oboro.services import Spooling
from oboro.settings import Settings
from oboro.wire import ValuelessRunner, known_hosts, plain_answer, plain_errors, secure_headers
from oboro.workspace import Workspace


def refuse_open_totals(settings: Settings) -> None:
    """Refuse to tell others than this machine the totals, as long as nobody needs a token."""
    listen = settings.metrics_listen
    if listen is None or settings.metrics_token:
        return
    host, _ = listen
    try:
        loopback = is_loopback(host)
    except ValueError:
        raise UsageError(
            f"{host!r} in OBORO_METRICS_LISTEN is not an address to listen on; use 127.0.0.1"
        ) from None
    if not loopback:
        raise UsageError(
            f"{host} in OBORO_METRICS_LISTEN can be reached by others, who could follow the visits "
            "to a quiet site one by one; set OBORO_METRICS_TOKEN too, or listen on 127.0.0.1"
        )


def monitoring_routes(
    workspace: Workspace, *, totals: bool, beside: bool
) -> Sequence[web.AbstractRouteDef]:
    """Return the routes of health and readiness, and that of the *totals*.

    *beside* everything else, where the operators' pages are, totals that need no token are told
    under the same names as those pages.
    """

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        spool = workspace.find(Spooling)
        if spool and not spool.has_room():
            return plain_answer(503)
        try:
            await asyncio.to_thread(workspace.store.query, "SELECT 1")
        except OboroError:
            return plain_answer(503)
        return web.Response(text="ready\n")

    async def metrics(request: web.Request) -> web.Response:
        if beside and not workspace.settings.metrics_token:
            # Whoever follows the totals of a quiet site sees its visits one by one.
            refuse_other_names(request, workspace)
        if not may_read_totals(request.headers, workspace.settings.metrics_token):
            return plain_answer(401, {"WWW-Authenticate": "Bearer"})
        return exposition(workspace)

    health = [web.get("/healthz", healthz), web.get("/readyz", readyz)]
    return [*health, web.get("/metrics", metrics)] if totals else health


@asynccontextmanager
async def monitored(workspace: Workspace) -> AsyncIterator[None]:
    """Answer on the address for monitoring within the block, where one is set."""
    listen = workspace.settings.metrics_listen
    if listen is None:
        yield
        return
    host, port = listen
    first = [known_hosts(workspace.settings.allowed_hosts)] if is_loopback(host) else []
    app = web.Application(middlewares=[*first, plain_errors], client_max_size=1024)
    app.on_response_prepare.append(secure_headers)
    app.add_routes(monitoring_routes(workspace, totals=True, beside=False))
    runner = ValuelessRunner(app, shutdown_timeout=1.0)
    try:
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise OboroError(
                f"cannot listen on {host} port {port} for monitoring: {error.strerror}; "
                "OBORO_METRICS_LISTEN names another one"
            ) from None
        yield
    finally:
        await runner.cleanup()
