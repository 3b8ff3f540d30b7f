"""The reference: an aiohttp application on uvloop that reads a body and answers 202, no more."""

from __future__ import annotations

import asyncio

import uvloop
from aiohttp import web


async def taken(request: web.Request) -> web.Response:
    """Read the body and throw it away."""
    await request.read()
    return web.Response(status=202)


async def serve() -> None:
    """Serve on a free port, which is printed, until the process is ended."""
    app = web.Application()
    app.add_routes([web.post("/api/hit", taken)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(serve())
