"""Have days made in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec

from collector.demo.worker import LENGTH_BYTES, Order, framed
from collector.log_import.day_sums import SummedDay
from oboro.errors import OboroError

Making = Callable[[Order], AsyncIterator[SummedDay]]
"""Makes the days of one order after the other."""

WORKER = (sys.executable, "-m", "collector.demo.worker")


@asynccontextmanager
async def worker_process(command: Sequence[str] = WORKER) -> AsyncIterator[Making]:
    """Run a worker for the length of the block; it goes when we do, since it reads from us."""
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
        yield lambda order: _made(process, order)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _made(worker: Process, order: Order) -> AsyncIterator[SummedDay]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    decode = msgspec.msgpack.Decoder(SummedDay).decode
    try:
        worker.stdin.write(framed(msgspec.msgpack.encode(order)))
        await worker.stdin.drain()
        while length := int.from_bytes(await worker.stdout.readexactly(LENGTH_BYTES)):
            document = await worker.stdout.readexactly(length)
            yield await asyncio.to_thread(decode, document)
    except (asyncio.IncompleteReadError, ConnectionError):
        raise OboroError("a process that makes demonstration data ended too early") from None
