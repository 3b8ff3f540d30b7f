"""Send requests to 127.0.0.1 over connections that stay open, and say how long answers took.

``python -m bench.collecting.client PORT SECONDS CONNECTIONS RATE BEGIN FILE`` prints one JSON line.
RATE 0: each connection sends its next request when it has its answer. Else so many requests
a second are due, whatever the server does, and an answer's time counts from when its request was
due, also if no connection was free then. FILE holds the requests, pickled; BEGIN is the first.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import uvloop

CORE = 1
STEP = 0.001
"""Seconds between two looks at what is due."""


class Load:
    """What is sent, and what came of it."""

    def __init__(self, requests: Sequence[bytes], begin: int, *, closed: bool) -> None:
        self._requests = requests
        self._next = begin
        self.closed = closed
        self.free: deque[Connection] = deque()
        """The one that has waited longest is next, so that none is closed for lying idle."""
        self.due: deque[float] = deque()
        self.over = False
        self.times: list[float] = []
        self.failed = 0
        self.sent = 0
        self.answered = 0
        """With those whose answer came after the time was over."""

    def request(self) -> bytes:
        """Return the next request; after the last comes the first."""
        self._next += 1
        return self._requests[self._next % len(self._requests)]

    @property
    def place(self) -> int:
        """Where the next run goes on."""
        return self._next % len(self._requests)


class Connection(asyncio.Protocol):
    """One connection; at most one request is on its way."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if self._load.closed:
            self.send(time.perf_counter())
        else:
            self._load.free.append(self)

    def send(self, since: float) -> None:
        """Send the next request, which was due at *since*."""
        assert self._transport is not None
        self._since = since
        self._load.sent += 1
        self._transport.write(self._load.request())

    def data_received(self, data: bytes) -> None:
        load = self._load
        load.times.append(time.perf_counter() - self._since)
        load.answered += 1
        # Answers are short and come in one piece; anything else than 202 is a failure.
        if data[9:12] != b"202":
            load.failed += 1
        if load.over:
            return
        if load.closed:
            self.send(time.perf_counter())
        elif load.due:
            self.send(load.due.popleft())
        else:
            load.free.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._load.over:
            self._load.failed += 1


async def run(port: int, seconds: float, connections: int, rate: float, load: Load) -> float:
    """Send for *seconds*; return how long it took."""
    loop = asyncio.get_running_loop()
    transports = [
        (await loop.create_connection(lambda: Connection(load), "127.0.0.1", port))[0]
        for _ in range(connections)
    ]
    load.times.clear()
    began = time.perf_counter()
    if load.closed:
        await asyncio.sleep(seconds)
    else:
        await _keep_to(rate, seconds, load)
    took = time.perf_counter() - began
    load.over = True
    answered = list(load.times)
    await asyncio.sleep(0.3)
    load.times = answered
    for transport in transports:
        transport.abort()
    return took


async def _keep_to(rate: float, seconds: float, load: Load) -> None:
    began, sent = time.perf_counter(), 0
    while (now := time.perf_counter() - began) < seconds:
        for number in range(sent, int(now * rate)):
            due = began + number / rate
            if load.free:
                load.free.popleft().send(due)
            else:
                load.due.append(due)
        sent = int(now * rate)
        await asyncio.sleep(STEP)


def main() -> None:
    """Run once and print what came of it."""
    port, seconds, connections, rate, begin, path = sys.argv[1:]
    os.sched_setaffinity(0, {CORE})
    requests = pickle.loads(Path(path).read_bytes())
    load = Load(requests, int(begin), closed=float(rate) == 0)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        took = runner.run(run(int(port), float(seconds), int(connections), float(rate), load))
    times = sorted(load.times)
    waiting = len(load.due)
    if not times:
        sys.exit("no request was answered")
    print(
        json.dumps(
            {
                "per_second": len(times) / took,
                "p50_ms": 1000 * times[len(times) // 2],
                "p99_ms": 1000 * times[len(times) * 99 // 100],
                "answers": len(times),
                "failed": load.failed,
                "answered_in_all": load.answered,
                "unanswered": load.sent - load.answered,
                "still_waiting": waiting,
                "place": load.place,
            }
        )
    )


if __name__ == "__main__":
    main()
