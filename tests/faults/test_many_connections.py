"""Many visitors hold a connection open at once, and a stop breaks nobody off."""

from __future__ import annotations

import asyncio
import json
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command_line import call_oboro, served

HOST = "example.jp"
BODY = json.dumps({"site": HOST, "url": f"https://{HOST}/a"}).encode()
AGENT = b"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
HEAD = (
    b"POST /api/hit HTTP/1.1\r\nHost: a\r\nUser-Agent: " + AGENT + b"\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
)
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connected(port: int) -> Connection:
    return await asyncio.open_connection("127.0.0.1", port)


async def answered(connection: Connection) -> bytes:
    """Return the status of the next answer, which has no body."""
    head = await connection[0].readuntil(b"\r\n\r\n")
    return head.split(b" ")[1]


async def hit_on_each(port: int, count: int) -> tuple[list[bytes], list[bytes]]:
    """Open *count* connections, send a hit on each once all are open, then another on each."""
    connections: list[Connection] = []
    for at in range(0, count, 500):
        some = range(at, min(count, at + 500))
        connections += await asyncio.gather(*(connected(port) for _ in some))

    async def hit(connection: Connection) -> bytes:
        connection[1].write(HEAD + BODY)
        return await answered(connection)

    try:
        first = await asyncio.gather(*map(hit, connections))
        return first, await asyncio.gather(*map(hit, connections))
    finally:
        for _, writer in connections:
            writer.close()


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.soak)])
def test_all_that_hold_a_connection_are_answered(tmp_path: Path, count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count + 100:
        pytest.skip(f"this system lets a process have {hard} open files, and {count} are needed")
    data = tmp_path / "data"
    assert call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data).status == 0
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with served(data) as server:
            port = int(server.url.rpartition(":")[2])
            first, again = asyncio.run(hit_on_each(port, count))
            assert server.stop() == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert first == again == [b"202"] * count


def test_a_stop_answers_what_is_under_way_and_closes_what_lies_idle(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data).status == 0

    async def stop_in_the_middle(port: int, stop: Callable[[], None]) -> list[bytes]:
        idle, busy = await connected(port), await connected(port)
        # Each waits seconds for its commit; an answer to the first says that the second came too.
        first = await connected(port)
        first[1].write(HEAD + BODY)
        await asyncio.sleep(1)
        busy[1].write(HEAD + BODY)
        before = await answered(first)
        stop()
        ended = await idle[0].read()
        during = await answered(busy)
        left = await busy[0].read()
        for _, writer in (idle, busy, first):
            writer.close()
        return [before, ended, during, left]

    with served(data, OBORO_COMMIT_MILLISECONDS="2000") as server:
        port = int(server.url.rpartition(":")[2])
        found = asyncio.run(
            stop_in_the_middle(port, lambda: server.process.send_signal(signal.SIGTERM))
        )
        assert server.process.wait(30) == 0

    assert found == [b"202", b"", b"202", b""]
