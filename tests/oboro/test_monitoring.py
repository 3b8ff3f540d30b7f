"""Health and totals on an address of their own, which tell nothing of any one visitor."""

from __future__ import annotations

import dataclasses
import socket

import aiohttp
import pytest

from oboro.errors import OboroError, UsageError
from oboro.ground import GROUND
from oboro.monitoring import refuse_open_totals
from oboro.rooms import load_rooms
from oboro.serve import running
from oboro.settings import Settings
from oboro.workspace import Workspace
from tests.support.workspace import a_site

ASKED = ("/healthz", "/readyz", "/metrics")


def a_free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def here(workspace: Workspace) -> Workspace:
    """A workspace that is monitored on a port of its own."""
    listen = ("127.0.0.1", a_free_port())
    workspace.settings = dataclasses.replace(workspace.settings, port=0, metrics_listen=listen)
    return workspace


def address_of(workspace: Workspace) -> str:
    assert workspace.settings.metrics_listen
    host, port = workspace.settings.metrics_listen
    return f"http://{host}:{port}"


async def statuses(url: str, **headers: str) -> list[int]:
    found = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for path in (*ASKED, "/"):
            async with session.get(f"{url}{path}") as answer:
                found.append(answer.status)
    return found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", None),
        ("9100", ("127.0.0.1", 9100)),
        ("localhost:9100", ("localhost", 9100)),
        ("[::1]:9100", ("::1", 9100)),
        ("10.0.0.5:9100", ("10.0.0.5", 9100)),
    ],
)
def test_a_port_alone_is_one_of_this_machine(text: str, address: tuple[str, int] | None) -> None:
    assert Settings.load({"OBORO_METRICS_LISTEN": text}).metrics_listen == address


@pytest.mark.parametrize("text", ["metrics", "0", "65536", "127.0.0.1", "::1:9100", "[::1]", ":"])
def test_what_is_no_port_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(UsageError, match="OBORO_METRICS_LISTEN"):
        Settings.load({"OBORO_METRICS_LISTEN": text})


def test_others_reach_the_totals_with_a_token_only() -> None:
    def settings(host: str, token: str = "") -> Settings:
        return Settings(metrics_listen=(host, 9100), metrics_token=token)

    for host in ("127.0.0.1", "::1", "localhost"):
        refuse_open_totals(settings(host))
    refuse_open_totals(settings("10.0.0.5", "a long word"))
    with pytest.raises(UsageError, match="OBORO_METRICS_TOKEN"):
        refuse_open_totals(settings("10.0.0.5"))
    with pytest.raises(UsageError, match="not an address"):
        refuse_open_totals(settings("stats.example.jp"))


async def test_totals_are_told_on_their_own_port_and_nowhere_else(here: Workspace) -> None:
    async with running(here, [GROUND], {}) as url:
        assert await statuses(address_of(here)) == [200, 200, 200, 404]
        # What asks whether the process lives goes on asking where it did.
        assert await statuses(url) == [200, 200, 404, 404]
    with pytest.raises(aiohttp.ClientConnectorError):
        await statuses(address_of(here))


async def test_the_port_asks_for_the_token_and_for_a_name_of_this_machine(here: Workspace) -> None:
    here.settings = dataclasses.replace(here.settings, metrics_token="word")
    async with running(here, [GROUND], {}):
        url = address_of(here)
        assert await statuses(url) == [200, 200, 401, 404]
        assert await statuses(url, Authorization="Bearer word") == [200, 200, 200, 404]
        assert await statuses(url, Host="elsewhere.example") == [421, 421, 421, 421]


@pytest.mark.parametrize(
    ("token", "named", "status"),
    [
        ("", "elsewhere.example", 421),
        ("", "localhost.elsewhere.example:8000", 421),
        ("", "localhost:8000", 200),
        ("", "[::1]:8000", 200),
        ("", "www.example.jp", 200),
        ("word", "elsewhere.example", 200),
    ],
)
async def test_totals_beside_the_reports_need_a_token_or_a_name_of_our_own(
    workspace: Workspace, token: str, named: str, status: int
) -> None:
    workspace.settings = dataclasses.replace(workspace.settings, port=0, metrics_token=token)
    workspace.catalog.add_site(a_site("example.jp"))
    async with running(workspace, [GROUND], {}) as url:
        # Whether the process lives may be asked under any name.
        assert await statuses(url, Host=named, Authorization=f"Bearer {token}") == [
            *(200, 200, status, 404)
        ]


async def test_a_port_that_is_taken_stops_the_start_with_its_setting(here: Workspace) -> None:
    assert here.settings.metrics_listen
    with socket.socket() as taken:
        taken.bind(here.settings.metrics_listen)
        taken.listen()
        with pytest.raises(OboroError, match="OBORO_METRICS_LISTEN"):
            async with running(here, [GROUND], {}):
                pass


@pytest.mark.parametrize(
    ("parts", "of_its_own"),
    [
        (("collector", "aggregator"), {"oboro_outcomes_total", "oboro_alarms"}),
        (("dashboards",), set()),
    ],
)
async def test_each_part_tells_its_own_totals(
    here: Workspace, parts: tuple[str, ...], of_its_own: set[str]
) -> None:
    rooms = [room for room in [GROUND, *load_rooms()] if room.name in parts]
    async with running(here, rooms, {}), aiohttp.ClientSession() as session:
        async with session.get(f"{address_of(here)}/metrics") as answer:
            text = await answer.text()
        ready = await statuses(address_of(here))
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    names = {sample.partition("{")[0].partition(" ")[0] for sample in samples}

    assert ready == [200, 200, 200, 404]
    assert {f'oboro_part{{part="{part}"}} 1.0' for part in parts} <= set(samples)
    assert of_its_own <= names
    if not of_its_own:
        assert names == {"oboro_part"}


async def test_no_total_tells_a_site_or_a_time(here: Workspace) -> None:
    async with (
        running(here, [GROUND, *load_rooms()], {}),
        aiohttp.ClientSession() as session,
        session.get(f"{address_of(here)}/metrics") as answer,
    ):
        text = await answer.text()
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    labels = {sample.partition("{")[2].partition("=")[0] for sample in samples if "{" in sample}

    # Of one site's hits, or of when the first and the last one came, nothing can be told apart.
    assert labels == {"outcome", "part"}
    assert not [sample for sample in samples if "_created" in sample or "timestamp" in sample]
    assert all(len(sample.split(" ")) == 2 for sample in samples)
