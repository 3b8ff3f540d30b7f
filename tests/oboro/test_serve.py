"""The server: rooms begin in order and end in reverse, and it listens to this machine alone."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import Counter

from oboro.errors import OboroError, UsageError
from oboro.metrics import registry_of
from oboro.rooms import Part, Room
from oboro.serve import refuse_open_host, running
from oboro.services import Spooling
from oboro.workspace import Workspace


class Diary:
    """Rooms that write down when they begin and end."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def room(self, name: str, *, broken: bool = False) -> Room:
        """Return a room called *name*; a *broken* one cannot begin."""

        @asynccontextmanager
        async def lifetime(_: web.Application) -> AsyncIterator[None]:
            if broken:
                raise OboroError(f"{name} cannot begin")
            self.lines.append(f"{name} begins")
            try:
                yield
            finally:
                self.lines.append(f"{name} ends")

        async def say(_: web.Request) -> web.Response:
            return web.Response(text=name)

        routes = [web.get(f"/{name}", say)]
        return Room(name=name, part=lambda _: Part(routes=routes, lifetime=lifetime))


class Spool:
    """A spool that has room, or not."""

    def __init__(self, *, room: bool) -> None:
        self.room = room

    def has_room(self) -> bool:
        return self.room


@pytest.fixture
def here(workspace: Workspace) -> Workspace:
    """A workspace that serves on a free port."""
    workspace.settings = dataclasses.replace(workspace.settings, port=0)
    return workspace


def serving(workspace: Workspace, *rooms: Room) -> AbstractAsyncContextManager[str]:
    return running(workspace, rooms, {})


async def fetch(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_rooms_answer_and_end_in_reverse_order(here: Workspace) -> None:
    diary = Diary()
    async with serving(here, diary.room("a"), diary.room("b")) as url:
        assert [await fetch(f"{url}/a"), await fetch(f"{url}/b")] == [(200, "a"), (200, "b")]
    assert diary.lines == ["a begins", "b begins", "b ends", "a ends"]


async def test_a_room_that_cannot_begin_stops_the_start_and_the_others_end(
    here: Workspace,
) -> None:
    diary = Diary()
    with pytest.raises(OboroError, match="b cannot begin"):
        async with serving(here, diary.room("a"), diary.room("b", broken=True)):
            pass
    assert diary.lines == ["a begins", "a ends"]


async def test_health_and_readiness_are_told(here: Workspace) -> None:
    async with serving(here) as url:
        assert await fetch(f"{url}/healthz") == (200, "ok\n")
        assert await fetch(f"{url}/readyz") == (200, "ready\n")


async def test_a_server_that_can_take_no_hit_is_alive_but_not_ready(here: Workspace) -> None:
    here.offer(Spooling, Spool(room=False))
    async with serving(here) as url:
        statuses = [(await fetch(f"{url}{path}"))[0] for path in ("/healthz", "/readyz")]
    assert statuses == [200, 503]


async def test_the_rooms_totals_are_exposed_without_the_moment_they_began(
    here: Workspace,
) -> None:
    total = Counter("oboro_views", "Views.", ["site"], registry=registry_of(here))
    total.labels("example.jp").inc(3)
    async with serving(here) as url:
        _, text = await fetch(f"{url}/metrics")
    assert 'oboro_views_total{site="example.jp"} 3.0' in text
    assert "_created" not in text


async def test_a_request_under_way_is_answered_before_the_rooms_end(here: Workspace) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()
    diary = Diary()

    async def slow(_: web.Request) -> web.Response:
        entered.set()
        await leave.wait()
        diary.lines.append("answered")
        return web.Response(text="late")

    room = Room(name="slow", part=lambda _: Part(routes=[web.get("/slow", slow)]))
    async with AsyncExitStack() as server:
        url = await server.enter_async_context(serving(here, diary.room("a"), room))
        request = asyncio.create_task(fetch(f"{url}/slow"))
        await entered.wait()
        stopping = asyncio.create_task(server.pop_all().aclose())
        await asyncio.sleep(0)
        leave.set()
        assert await request == (200, "late")
        await stopping
    assert diary.lines == ["a begins", "answered", "a ends"]


async def test_a_taken_port_is_named_with_what_to_do(here: Workspace) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        here.settings = dataclasses.replace(here.settings, port=port)
        with pytest.raises(OboroError, match=f"port {port}.*OBORO_PORT"):
            async with serving(here):
                pass


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_may_be_listened_to(host: str) -> None:
    refuse_open_host(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.jp", ""])
def test_an_address_that_others_reach_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match=r"127\.0\.0\.1"):
        refuse_open_host(host)


async def test_the_totals_are_told_to_whoever_has_the_token(here: Workspace) -> None:
    here.settings = dataclasses.replace(here.settings, metrics_token="épée")
    given = ["", "Bearer", "Bearer x", "Basic épée", "Bearer épée", "bearer  épée "]
    async with serving(here) as url, aiohttp.ClientSession() as session:
        statuses = []
        for authorization in given:
            headers = {"Authorization": authorization}
            async with session.get(f"{url}/metrics", headers=headers) as answer:
                statuses.append(answer.status)
    assert statuses == [401, 401, 401, 401, 200, 200]


async def test_an_allowed_host_is_answered_and_another_is_not(here: Workspace) -> None:
    here.settings = dataclasses.replace(here.settings, allowed_hosts=("stats.example.jp",))
    async with serving(here) as url, aiohttp.ClientSession() as session:
        statuses = []
        for host in ("stats.example.jp", "elsewhere.example"):
            async with session.get(f"{url}/healthz", headers={"Host": host}) as answer:
                statuses.append(answer.status)
    assert statuses == [200, 421]
