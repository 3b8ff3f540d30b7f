"""``oboro serve``: one process with every room, or the pages in a process beside the others."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)

import uvloop
from aiohttp import web

from oboro.catalog_copy import Copy
from oboro.collecting_garbage import collect_seldom
from oboro.control import STOP_SECONDS, controlled
from oboro.errors import OboroError, UsageError
from oboro.hardening import allow_many_connections, keep_memory_private
from oboro.hosts import is_loopback
from oboro.journal import log_unexpected, write_journal
from oboro.metrics import tell_parts
from oboro.monitoring import monitored, monitoring_routes, refuse_open_totals
from oboro.opening import look_into_workspace, open_workspace
from oboro.operations import operations_of
from oboro.rooms import Operation, Part, Room
from oboro.services import Stopping
from oboro.settings import Settings
from oboro.wire import ValuelessRunner, known_hosts, plain_errors, secure_headers
from oboro.workspace import Workspace

log = logging.getLogger("oboro.serve")

CATALOG_SECONDS = 2.0
"""Seconds after which a process beside the owner knows of a site that was declared."""

BACKLOG = 4096
"""Connections that may wait to be taken; the system's own limit may be lower."""

Ready = Callable[[str], None]
"""Called with the server's address once it answers."""


def serve(
    settings: Settings, rooms: Sequence[Room], ready: Ready, *, parts: Collection[str] = ()
) -> None:
    """Own the data directory and serve until a signal says stop.

    *parts* names the rooms that answer and work, all of them by default. Whichever they are,
    the process performs the operations of every room for commands.
    """
    with (
        _prepared(settings) as runner,
        open_workspace(settings, wait=settings.handover_seconds) as workspace,
    ):
        workspace.runs_jobs = not parts or "aggregator" in parts
        if settings.store_url:
            copy = Copy(workspace.store, workspace.catalog)
            workspace.offer(Copy, copy)
            if workspace.runs_jobs:
                copy.catch_up()
            else:
                copy.take()
        serving = running(workspace, _chosen(rooms, parts), operations_of(rooms))
        runner.run(_until_stopped(workspace, serving, ready))


def serve_beside(
    settings: Settings, rooms: Sequence[Room], ready: Ready, *, parts: Collection[str]
) -> None:
    """Serve *parts* that only read, beside the process that owns the data directory."""
    with _prepared(settings) as runner, look_into_workspace(settings) as workspace:
        serving = _reading(workspace, _chosen(rooms, parts))
        runner.run(_until_stopped(workspace, serving, ready))


@contextmanager
def _prepared(settings: Settings) -> Iterator[asyncio.Runner]:
    refuse_open_host(settings.host)
    refuse_open_totals(settings)
    keep_memory_private()
    allow_many_connections()
    write_journal(settings.log_level, as_json=settings.log_json)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        yield runner


def _chosen(rooms: Sequence[Room], parts: Collection[str]) -> list[Room]:
    return [room for room in rooms if not parts or room.name in parts]


def refuse_open_host(host: str) -> None:
    """Refuse an address that others can reach, as long as nobody has to sign in."""
    try:
        loopback = is_loopback(host)
    except ValueError:
        raise UsageError(f"{host!r} is not an address to listen on; use 127.0.0.1") from None
    if not loopback:
        raise UsageError(
            f"{host} can be reached by others, but there is no admin account yet, so everybody "
            "could read the reports; listen on 127.0.0.1 behind a proxy that asks who is there"
        )


def create_app(workspace: Workspace, rooms: Sequence[Room]) -> web.Application:
    """Return the application of all *rooms*; their lifetimes begin and end with it."""
    parts = [room.part(workspace) for room in rooms if room.part]
    own = [middleware for part in parts for middleware in part.middlewares]
    hosts = workspace.settings.allowed_hosts
    first = [known_hosts(hosts), plain_errors] if hosts else [plain_errors]
    app = web.Application(middlewares=[*first, *own], client_max_size=64 * 1024)
    app.on_response_prepare.append(secure_headers)
    app.cleanup_ctx.append(_lifetimes(parts))
    totals = workspace.settings.metrics_listen is None
    app.add_routes(monitoring_routes(workspace, totals=totals, beside=True))
    tell_parts(workspace, [room.name for room in rooms if room.part])
    for part in parts:
        app.add_routes(part.routes)
    return app


@asynccontextmanager
async def running(
    workspace: Workspace, rooms: Sequence[Room], operations: Mapping[str, Operation]
) -> AsyncIterator[str]:
    """Serve within the block; yields the address. Rooms are left in reverse order."""
    async with (
        _following(workspace),
        _listening(workspace, rooms, controlled(workspace, operations)) as address,
    ):
        yield address


@asynccontextmanager
async def _reading(workspace: Workspace, rooms: Sequence[Room]) -> AsyncIterator[str]:
    async with (
        _following(workspace),
        _listening(workspace, rooms, nullcontext()) as address,
    ):
        yield address


@asynccontextmanager
async def _following(workspace: Workspace) -> AsyncIterator[None]:
    """Take up the sites that another process declares, and hand them on to other collectors.

    With the embedded store there is no other; a collector without the jobs has its own way.
    """
    if not workspace.settings.store_url or not workspace.runs_jobs:
        yield
        return
    follows = asyncio.create_task(_follow_catalog(workspace))
    try:
        yield
    finally:
        follows.cancel()
        await asyncio.wait([follows])


async def _follow_catalog(workspace: Workspace) -> None:
    while True:
        try:
            await asyncio.to_thread(_follow, workspace)
        except OboroError as error:
            log.error("the sites could not be read again yet: %s", error)
        await asyncio.sleep(CATALOG_SECONDS)


def _follow(workspace: Workspace) -> None:
    workspace.catalog.read_again()
    copy = workspace.find(Copy)
    if copy is not None and workspace.owned:
        copy.give()


@asynccontextmanager
async def _listening(
    workspace: Workspace, rooms: Sequence[Room], beside: AbstractAsyncContextManager[None]
) -> AsyncIterator[str]:
    runner = ValuelessRunner(create_app(workspace, rooms), shutdown_timeout=STOP_SECONDS)
    try:
        await runner.setup()
        async with beside, monitored(workspace):
            host, port = workspace.settings.host, workspace.settings.port
            try:
                await web.TCPSite(runner, host, port, backlog=BACKLOG).start()
            except OSError as error:
                raise OboroError(
                    f"cannot listen on {host} port {port}: {error.strerror}; "
                    "OBORO_PORT or --port names another one"
                ) from None
            yield _address(runner)
    finally:
        await runner.cleanup()


class _Signal:
    """What a room stops the whole server with."""

    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    def stop(self) -> None:
        self._event.set()


async def _until_stopped(
    workspace: Workspace, serving: AbstractAsyncContextManager[str], ready: Ready
) -> None:
    loop = asyncio.get_running_loop()
    # The loop's own report would show the request within the failed task.
    loop.set_exception_handler(_report)
    stop = asyncio.Event()
    workspace.offer(Stopping, _Signal(stop))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with serving as address:
        collect_seldom()
        ready(address)
        await stop.wait()


def _report(_loop: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        log_unexpected("in the background", error)


def _lifetimes(parts: Sequence[Part]) -> Callable[[web.Application], AsyncIterator[None]]:
    async def entered(app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in parts:
                if part.lifetime:
                    await stack.enter_async_context(part.lifetime(app))
            yield

    return entered


def _address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
