"""Serve the collector's routes on a socket, before an ingest that only remembers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from aiohttp import web

from collector.app import Counter
from collector.arrival import Arrival
from collector.choice import Choice
from collector.dialect_routes import Dialects
from collector.entrance import Entrance
from collector.keyed_entrance import KeyedEntrance
from collector.script import script_routes
from collector.server_routes import ServerEvents
from collector.spool import SpoolUnavailable
from oboro.clock import ManualClock
from oboro.hosts import known_form
from oboro.outcomes import Outcome
from oboro.settings import Settings
from oboro.site_keys import written
from oboro.sites import Site
from oboro.wire import ValuelessRunner, plain_errors, secure_headers
from tests.support.workspace import NOON, a_site

KEY = written(bytes(32))
"""The key of the one site that is served."""


@dataclass
class RememberingIngest:
    """Stands in for the ingest: it counts what it knows the site of."""

    site: Site = field(default_factory=a_site)
    full: bool = False
    taken: list[Arrival] = field(default_factory=list)
    refused: list[Outcome] = field(default_factory=list)
    forgotten: list[Arrival] = field(default_factory=list)
    waited: int = 0

    async def take(self, arrival: Arrival, began: float | None = None) -> Outcome:
        self._check_room()
        self.taken.append(arrival)
        if arrival.late:
            return Outcome.LATE
        return Outcome.COUNTED if self.site_for(arrival.site) else Outcome.UNKNOWN_SITE

    async def take_all(
        self, arrivals: Sequence[Arrival], began: float | None = None
    ) -> list[Outcome]:
        self._check_room()
        if not arrivals:
            self.waited += 1
        return [await self.take(arrival) for arrival in arrivals]

    async def wait_for_commit(self) -> None:
        self._check_room()
        self.waited += 1

    def refuse(self, outcome: Outcome) -> None:
        self.refused.append(outcome)

    def forget(self, arrival: Arrival) -> None:
        self.forgotten.append(arrival)

    def site_for(self, host: str) -> Site | None:
        named = {self.site.host, *self.site.aliases, *self.site.known_as}
        return self.site if named & {host, known_form(host)} else None

    @property
    def untouched(self) -> bool:
        """Whether nothing at all was left by anybody."""
        return not (self.taken or self.refused or self.forgotten)

    def _check_room(self) -> None:
        if self.full:
            raise SpoolUnavailable("full")


class Answer(NamedTuple):
    """An answer as it came over the wire, but for its date."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Edge:
    """The collector's routes on a port of this machine."""

    port: int
    ingest: RememberingIngest

    async def send(self, raw: bytes, *, pause: float = 0, then: bytes = b"") -> Answer:
        """Send *raw*, then after *pause* seconds *then*, and return the first answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(raw)
            if then:
                await writer.drain()
                await asyncio.sleep(pause)
                writer.write(then)
            return await _answer(reader)
        finally:
            writer.close()

    async def ask(self, method: str, path: str, body: bytes = b"", /, **headers: str) -> Answer:
        """Send a request; underscores in the names of *headers* are hyphens."""
        lines = [f"{method} {path} HTTP/1.1"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if "Host" not in headers:
            lines.append(f"Host: 127.0.0.1:{self.port}")
        if body and "Content_Length" not in headers:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines) + "\r\n\r\n"
        return await self.send(head.encode("utf-8", "surrogateescape") + body)


@asynccontextmanager
async def an_edge(
    *, site: Site | None = None, more: Iterable[web.AbstractRouteDef] = (), **changed: Any
) -> AsyncIterator[Edge]:
    """Serve the routes, and *more*, with the defaults and *changed* settings."""
    ingest, clock = RememberingIngest(site or a_site()), ManualClock(NOON)
    folder = TemporaryDirectory()
    settings = Settings(**{"body_seconds": 0.2, "data_dir": Path(folder.name), **changed})
    app = web.Application(middlewares=[plain_errors])
    app.on_response_prepare.append(secure_headers)
    entrance = Entrance(ingest=ingest, clock=clock, settings=settings, site_for=ingest.site_for)
    keyed = KeyedEntrance(
        ingest=ingest,
        clock=clock,
        settings=settings,
        site_for=ingest.site_for,
        site_with_key=lambda key, _at: ingest.site if key == KEY else None,
    )
    counting = [
        *Counter(entrance=entrance).routes,
        *Dialects(entrance=entrance, keyed=keyed).routes,
        *ServerEvents(entrance=keyed).routes,
    ]
    choice = Choice(ingest=ingest, clock=clock, settings=settings, site_for=ingest.site_for)
    app.add_routes([*counting, *choice.routes, *script_routes(settings.data_dir), *more])
    runner = ValuelessRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield Edge(runner.addresses[0][1], ingest)
    finally:
        await runner.cleanup()
        folder.cleanup()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    body = await reader.readexactly(int(headers.get("Content-Length", "0")))
    headers.pop("Date", None)
    return Answer(int(first.split()[1]), headers, body)
