"""docker-compose.yml says what the program knows, and its commands run together as they stand.

There is no container engine here: the commands are run as processes with the same environment,
on a ClickHouse server that answers as a real one does.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml_rs

from oboro.ground import GROUND
from oboro.settings import Settings
from tests.faults.test_store_away import dsn
from tests.support.clickhouse_front import fronted
from tests.support.command_line import call_oboro, environment
from tests.support.whole_server import AGENT, HOST, flushed

ROOT = Path(__file__).parents[2]


def merged(node: Any) -> Any:
    """Return *node* with what ``<<`` names put in, which this reader of YAML leaves to us."""
    if not isinstance(node, dict):
        return node
    own = {key: merged(value) for key, value in node.items() if key != "<<"}
    return {**merged(node["<<"]), **own} if "<<" in node else own


COMPOSE: Mapping[str, Any] = merged(yaml_rs.loads((ROOT / "docker-compose.yml").read_text("utf-8")))
SERVICES: Mapping[str, Any] = COMPOSE["services"]
OURS = ("collector", "dashboards")
QUICK = {"OBORO_TICK_SECONDS": "0.2", "OBORO_TICK_KEYS": "1"}


def test_there_are_the_services_of_one_node() -> None:
    assert set(SERVICES) == {"clickhouse", *OURS}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_may_do_no_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
    # Of others' images a tag is pinned; ours is built here, and its file names a user.
    if "build" in service:
        assert re.search(r"^USER oboro$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    else:
        assert re.fullmatch(r"[\w./-]+:\d+\.\d+", service["image"])
        assert service["user"].split(":")[0] != "0"


@pytest.mark.parametrize("name", OURS)
def test_a_command_is_one_that_the_program_knows(name: str) -> None:
    program, command, *options = SERVICES[name]["command"]
    known = {command.name: command for command in GROUND.commands}

    assert program == "oboro"
    known[command].make_context(command, list(options))
    Settings.load({**settings_of(name), "OBORO_DATA_DIR": "x"})


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nobody_but_this_host_reaches_a_service(name: str) -> None:
    service = SERVICES[name]

    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    if service.get("network_mode") == "host":
        assert settings_of(name).get("OBORO_HOST", "127.0.0.1") == "127.0.0.1"


def settings_of(name: str) -> dict[str, str]:
    """Return the environment of a service, with the words filled in that an operator sets."""
    return {
        variable: re.sub(r"\$\{OBORO_STORE_PASSWORD:\?[^}]*\}", "secret", value)
        for variable, value in SERVICES[name]["environment"].items()
    }


@contextmanager
def running(name: str, data_dir: Path, store_url: str) -> Iterator[str]:
    """Run a service's command with its environment, but for places that belong to the test."""
    port = free_port()
    changed = {**settings_of(name), **QUICK, "OBORO_STORE_URL": store_url, "OBORO_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", *SERVICES[name]["command"], "--json"],
        env=environment(data_dir, **changed),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["url"]
            # The health check as it stands, but for the port.
            check = [part.replace(settings_of(name)["OBORO_PORT"], str(port)) for part in
                     SERVICES[name]["healthcheck"]["test"][1:]]  # fmt: skip
            subprocess.run([sys.executable, *check[1:]], check=True, timeout=30)
            yield url
            process.terminate()
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.skipif(
    bool(os.environ.get("OBORO_TEST_CLICKHOUSE")), reason="a server that was named is not filled"
)
async def test_a_hit_goes_in_at_the_collector_and_comes_out_at_the_dashboards(
    tmp_path: Path,
) -> None:
    data_dir = tmp_path / "data"
    with ExitStack() as stack:
        front = stack.enter_context(fronted(tmp_path / "server"))
        store = dsn(front.url)
        collector = stack.enter_context(running("collector", data_dir, store))
        dashboards = stack.enter_context(running("dashboards", data_dir, store))
        async with aiohttp.ClientSession(headers={"User-Agent": AGENT}) as session:
            added = await session.post(
                f"{dashboards}/sites",
                data={"host": HOST, "timezone": "UTC"},
                headers={"Origin": dashboards},
                allow_redirects=False,
            )
            status = 0
            waiting_until = time.monotonic() + 60
            while status != 202 and time.monotonic() < waiting_until:
                hit = {"site": HOST, "url": f"https://{HOST}/habutaeorimono"}
                status = (await session.post(f"{collector}/api/hit", json=hit)).status
                await asyncio.sleep(0.2)
            await flushed(collector)
            page = await session.get(f"{dashboards}/sites/{HOST}")
            shown = await page.text()
            listed = await asyncio.to_thread(
                call_oboro, "site", "list", "--json", data_dir=data_dir, OBORO_STORE_URL=store
            )
            elsewhere = [
                (await session.post(f"{dashboards}/api/hit", json=hit)).status,
                (await session.get(f"{collector}/sites/{HOST}")).status,
                (await session.post(f"{dashboards}/demo", headers={"Origin": dashboards})).status,
            ]

    assert (added.status, status, page.status) == (303, 202, 200)
    assert "/habutaeorimono" in shown
    assert HOST in listed.out
    assert elsewhere == [404, 404, 404]


@pytest.mark.parametrize(
    ("options", "settings", "says"),
    [
        (["--jobs"], {}, "--jobs needs --collector"),
        (["--collector"], {}, "writes to a store that another one looks after"),
        (["--collector", "--dashboards"], {}, "only takes hits"),
        (["--dashboards"], {}, "set OBORO_STORE_URL to a ClickHouse server"),
    ],
)
def test_parts_that_cannot_run_alone_say_why(
    tmp_path: Path, options: list[str], settings: dict[str, str], says: str
) -> None:
    refused = call_oboro("serve", *options, data_dir=tmp_path, **settings)

    assert refused.status == 2
    assert says in refused.err
