"""The balancer as docs/deployment.md writes it: the real nginx, in front of real collectors."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from oboro.clock import SystemClock
from oboro.settings import Settings
from oboro.store import Store
from tests.faults.test_store_away import dsn
from tests.support.clickhouse_front import fronted
from tests.support.several_nodes import HITS, JOBS, PATIENCE_SECONDS, Cluster, cluster, until
from tests.support.whole_server import AGENT, HOST

PAGE = Path(__file__).parents[2] / "docs" / "deployment.md"
PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="nginx is not installed (Debian: apt-get install nginx-light)"
)
WHOLE = """
daemon off;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    # The test stands in for the network: it says whom a connection comes from.
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Test-Address;
{balancer}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://oboro;
            proxy_next_upstream off;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
}}
"""


def documented(ports: Sequence[int]) -> str:
    """Return the balancer as the page has it, in front of *ports* of this machine."""
    found = re.search(r"```nginx\n(# A network as Oboro.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found, "docs/deployment.md does not describe the balancer"
    servers = "".join(f"    server 127.0.0.1:{port} max_fails=0;\n" for port in ports)
    return re.sub(r"(?:    server [^\n]*\n)+", servers, found[1])


@contextmanager
def balancing(directory: Path, ports: Sequence[int]) -> Iterator[str]:
    """Run nginx before *ports*, and yield its address."""
    directory.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = directory / "nginx.conf"
    file.write_text(WHOLE.format(directory=directory, balancer=documented(ports), port=port))
    process = subprocess.Popen([str(PROGRAM), "-c", str(file), "-p", str(directory)])
    with process:
        try:
            begun = time.monotonic()
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    assert process.poll() is None, "nginx refuses the configuration"
                    assert time.monotonic() - begun < PATIENCE_SECONDS
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@asynccontextmanager
async def recorder(seen: list[str]) -> AsyncIterator[int]:
    """Serve on a free port, noting each address that was forwarded."""

    async def note(request: web.Request) -> web.Response:
        seen.append(request.headers["X-Forwarded-For"])
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", note)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def some_addresses(drawn: random.Random) -> list[str]:
    """Return addresses of both kinds, several of each network, zeros wherever they can stand."""
    found = []
    for _ in range(40):
        network = drawn.getrandbits(24) << 8
        found += [str(IPv4Address(network | drawn.getrandbits(8))) for _ in range(3)]
    for _ in range(80):
        first = [drawn.randrange(0x2000, 0x3FFF), *(drawn.choice([0, 1, 0xDB8]) for _ in range(2))]
        for _ in range(5):
            groups = [*first, *(drawn.choice([0, 0, 0xA]) for _ in range(5))]
            number = sum(group << 16 * (7 - place) for place, group in enumerate(groups))
            found.append(str(IPv6Address(number)))
    return found


def truncated(address: str) -> str:
    return str(ip_network(f"{address}/{48 if ':' in address else 24}", strict=False))


async def test_a_truncated_network_always_arrives_at_the_same_collector(tmp_path: Path) -> None:
    one: list[str] = []
    two: list[str] = []
    async with recorder(one) as first, recorder(two) as second:
        with balancing(tmp_path / "nginx", [first, second]) as url:
            async with aiohttp.ClientSession() as session:
                for address in some_addresses(random.Random(7)):
                    claimed = {"X-Test-Address": address, "X-Forwarded-For": "192.0.2.1"}
                    async with session.get(f"{url}/pixel.gif", headers=claimed) as answer:
                        assert answer.status == 200
    networks = [{truncated(address) for address in seen} for seen in (one, two)]
    assert networks[0] & networks[1] == set()
    assert all(len(some) > 25 for some in networks)
    assert "192.0.2.0/24" not in networks[0] | networks[1]


async def test_no_network_moves_while_its_collector_is_down(tmp_path: Path) -> None:
    one: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as closed:
        down = closed.getsockname()[1]
    async with recorder(one) as first:
        with balancing(tmp_path / "nginx", [first, down]) as url:
            statuses: dict[str, set[int]] = {}
            async with aiohttp.ClientSession() as session:
                for address in [f"10.0.{n}.9" for n in range(40)] * 3:
                    headers = {"X-Test-Address": address}
                    async with session.get(f"{url}/pixel.gif", headers=headers) as answer:
                        statuses.setdefault(address, set()).add(answer.status)
    assert {frozenset(some) for some in statuses.values()} == {frozenset({200}), frozenset({502})}


async def visit(url: str, number: int) -> None:
    """Read three pages as the visitor *number*, of whom no two share a network."""
    headers = {"User-Agent": AGENT, "X-Test-Address": f"10.7.{number}.5"}
    headers["Accept-Language"] = ("ja", "en", "de")[number % 3]
    async with aiohttp.ClientSession(headers=headers) as session:
        for page in range(3):
            body = {
                "site": HOST,
                "url": f"https://{HOST}/{'abc'[(number + page) % 3]}",
                "referrer": "" if page else "https://www.google.com/",
            }
            async with session.post(f"{url}/api/hit", json=body) as answer:
                assert answer.status == 202


def singles(store_url: str, directory: Path) -> list[tuple[object, ...]]:
    """Return the sums of all topics of one attribute, crossings aside: k holds for each node."""
    with closing(Store.open(Settings(data_dir=directory, store_url=store_url))) as store:
        return store.query(
            "SELECT topic, value, sum(views), sum(visits), sum(visitors), sum(events)"
            " FROM facts_kept WHERE value2 = '' AND topic NOT LIKE '%*%'"
            " GROUP BY topic, value ORDER BY topic, value"
        )


async def counted_by(directory: Path, names: Sequence[str]) -> list[tuple[object, ...]]:
    """Have the collectors *names* count forty visits behind nginx, close the day, and return it."""
    directory.mkdir()
    with (
        fronted(directory / "server") as front,
        cluster(directory, dsn(front.url)) as nodes,
    ):
        ports = _started(nodes, names)
        evening = datetime.combine(
            SystemClock().now() + timedelta(days=1), time_of_day(20), tzinfo=UTC
        )
        nodes.move_to(evening)
        with balancing(directory / "nginx", ports) as url:
            for begin in range(0, 40, 10):
                await asyncio.gather(*(visit(url, n) for n in range(begin, begin + 10)))
        nodes.move_to(datetime.combine(evening + timedelta(days=1), time_of_day(1, 30), tzinfo=UTC))
        day = str(evening.date())
        first = nodes.collectors[names[0]]
        until(lambda: first.oboro("close-day", "--day", day).status == 0, "the day was not closed")
        return singles(nodes.store_url, directory)


def _started(nodes: Cluster, names: Sequence[str]) -> list[int]:
    ports: list[int] = []
    for name in names:
        collector = nodes.add(name, HITS if ports else JOBS)
        if not ports:
            added = collector.oboro("site", "add", HOST, "--timezone", "UTC")
            assert added.status == 0, added.err
        collector.start()
        ports.append(int(collector.url.rpartition(":")[2]))
    return ports


async def test_two_collectors_add_up_to_what_one_counts(tmp_path: Path) -> None:
    alone = await counted_by(tmp_path / "alone", ["one"])
    together = await counted_by(tmp_path / "together", ["one", "two"])
    assert [row for row in alone if row[0] == "total"] == [("total", "", 120, 40, 40, 0)]
    assert together == alone
