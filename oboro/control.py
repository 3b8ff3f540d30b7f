"""The control socket: a running server does what commands ask, over HTTP on a Unix socket.

``POST /NAME`` with the arguments as JSON answers with lines of JSON: any number of
``{"progress": [what, done, of]}``, then one ``{"result": …}`` or one
``{"error": {"status", "message"}}``. The socket lies in the data directory and is its owner's
alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from aiohttp import web

from oboro.errors import Conflict, OboroError, UsageError
from oboro.journal import log_unexpected
from oboro.operations import perform
from oboro.rooms import Json, Operation, Progress
from oboro.wire import ValuelessRunner
from oboro.workspace import Workspace

LONGEST_SOCKET_PATH = 100
"""A little under what the kernel takes (107 bytes on Linux, 103 elsewhere)."""

STOP_SECONDS = 10.0
"""How long requests and operations under way may take when the server stops."""

_ERRORS: Mapping[int, type[OboroError]] = {
    kind.status: kind for kind in (OboroError, UsageError, Conflict)
}


Connected = aiohttp.ClientSession
"""A session whose calls go to a control socket."""


class NoServer(Exception):
    """Nobody answers on the control socket."""


@asynccontextmanager
async def controlled(
    workspace: Workspace, operations: Mapping[str, Operation]
) -> AsyncIterator[None]:
    """Take commands on the control socket for the length of the block."""
    app = web.Application(client_max_size=0)

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        arguments = msgspec.json.decode(await request.read() or b"{}")
        name = request.match_info["name"]
        async for line in _lines(workspace, operations, name, arguments):
            # A caller who has gone away does not stop what was begun.
            with contextlib.suppress(ConnectionError):
                await response.write(line + b"\n")
        return response

    app.add_routes([web.post("/{name}", handle)])
    runner = ValuelessRunner(app, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    path = workspace.settings.control_path
    try:
        # The lock is ours, so a socket that lies here was left by a process that died.
        path.unlink(missing_ok=True)
        with _reachable(path) as address:
            await web.SockSite(runner, _bound(address)).start()
        yield
    finally:
        path.unlink(missing_ok=True)
        await runner.cleanup()


async def call(
    session: Connected, name: str, arguments: Mapping[str, Json], progress: Progress
) -> Json:
    """Have the server perform *name*, and return its answer."""
    body = io.BytesIO(msgspec.json.encode(dict(arguments)))
    try:
        async with session.post(f"http://oboro/{name}", data=body) as response:
            async for line in _received(response):
                answer = msgspec.json.decode(line)
                if "progress" in answer:
                    progress(*answer["progress"])
                elif "error" in answer:
                    raise _ERRORS[answer["error"]["status"]](answer["error"]["message"])
                else:
                    return answer["result"]
    except aiohttp.ClientError:
        pass
    raise OboroError(f"the server stopped before it had finished {name}; ask again")


@asynccontextmanager
async def connection(path: Path) -> AsyncIterator[Connected]:
    """Yield a session with the server at *path*; `NoServer` when nobody answers there."""
    with _reachable(path) as address:
        try:
            _, writer = await asyncio.open_unix_connection(address)
        except OSError:
            raise NoServer from None
        writer.close()
        connector = aiohttp.UnixConnector(address)
        async with aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=None)
        ) as session:
            yield session


async def _lines(
    workspace: Workspace,
    operations: Mapping[str, Operation],
    name: str,
    arguments: Mapping[str, Json],
) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def progress(what: str, done: int, of: int) -> None:
        # Operations report from the threads they work in, too.
        loop.call_soon_threadsafe(queue.put_nowait, {"progress": [what, done, of]})

    async def work() -> dict[str, Any]:
        try:
            return {"result": await perform(workspace, operations, name, arguments, progress)}
        except OboroError as error:
            return {"error": {"status": error.status, "message": str(error)}}
        except Exception as error:
            log_unexpected(f"operation {name}", error)
            message = f"{name} failed unexpectedly; the server's log says where"
            return {"error": {"status": 1, "message": message}}
        finally:
            loop.call_soon_threadsafe(queue.put_nowait, None)

    task = asyncio.create_task(work())
    try:
        while (line := await queue.get()) is not None:
            yield msgspec.json.encode(line)
        yield msgspec.json.encode(await task)
    finally:
        # Only a server that stops leaves earlier than the operation ends.
        task.cancel()


async def _received(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Yield the lines of *response*, however long: aiohttp's own lines have a limit."""
    kept: list[bytes] = []
    async for chunk in response.content.iter_any():
        *ended, rest = chunk.split(b"\n")
        for line in ended:
            yield b"".join((*kept, line))
            kept.clear()
        kept.append(rest)


def _bound(address: str) -> socket.socket:
    """Return a socket at *address* that is its owner's alone; the loop listens and closes it."""
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(address)
        # Nobody can connect before ``listen``, so the mode is there in time.
        os.chmod(address, 0o600)
    except OSError:
        listener.close()
        raise
    return listener


@contextmanager
def _reachable(path: Path) -> Iterator[str]:
    """Yield a name of *path* that is short enough for a socket's address."""
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        yield str(path)
        return
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        raise UsageError(f"the path {path} is too long for a socket; use a shorter OBORO_DATA_DIR")
    try:
        directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NoServer from None
    try:
        yield str(descriptors / str(directory) / path.name)
    finally:
        os.close(directory)
