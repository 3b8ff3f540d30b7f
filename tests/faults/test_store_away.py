"""The store on a server of its own, through the real client: slow, killed, back again.

The server is the embedded engine behind ClickHouse's HTTP interface, or the one that
``OBORO_TEST_CLICKHOUSE`` names (an address with an empty database that the tests may fill); a named
one is never ended, so only what needs no ending is then run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import aiohttp
import pytest

from oboro.clock import SystemClock
from oboro.migrate import migrate
from oboro.settings import Settings
from oboro.store import Store, StoreError
from tests.support.clickhouse_front import fronted
from tests.support.command_line import call_oboro, served
from tests.support.whole_server import AGENT, HOST, QUICK, flushed, page_of, reported, views_in

NAMED = os.environ.get("OBORO_TEST_CLICKHOUSE", "")
COLUMNS = ("site", "day", "outcome", "n", "batch")
ROW = ("example.jp", date(2026, 3, 4), "counted", 7, bytes(16))
HITS = 40


def dsn(address: str) -> str:
    """Return the store's URL for a server at *address*."""
    # The front decodes no lz4; a real server would.
    return f"{address.replace('http://', 'http://default:@')}/default?compression=0"


@contextmanager
def store_at(tmp_path: Path) -> Iterator[Store]:
    """Open the store on a server, with its tables."""
    with fronted(tmp_path / "server") as front:
        store = Store.open(Settings(data_dir=tmp_path, store_url=NAMED or dsn(front.url)))
        try:
            migrate(store, False)
            yield store
        finally:
            store.close()


def test_a_server_takes_the_same_statements_as_the_embedded_engine(tmp_path: Path) -> None:
    hostile = "'; DROP TABLE outcomes; --"
    with store_at(tmp_path) as store:
        for _ in range(2):
            store.insert("outcomes", COLUMNS, [ROW], token="one")

        assert store.query("SELECT site, day, outcome, n, batch FROM outcomes") == [ROW]
        assert store.query("SELECT {x:String}", {"x": hostile}) == [(hostile,)]
        assert migrate(store, False) == []


def test_a_servers_refusal_quotes_no_row_and_has_a_code(tmp_path: Path) -> None:
    row = ("example.jp", date(2026, 3, 4), "counted", "sentinel", bytes(16))
    with store_at(tmp_path) as store:
        with pytest.raises(StoreError) as caught:
            store.insert("outcomes", COLUMNS, [row])
        with pytest.raises(StoreError) as refused:
            store.query("SELECT nothing_like_it FROM outcomes")

    assert "sentinel" not in str(caught.value)
    assert refused.value.code == 47


async def hit(session: aiohttp.ClientSession, url: str, number: int) -> int:
    """View a page of its own; return the status."""
    body = {"site": HOST, "url": f"https://{HOST}{page_of(number)}"}
    network = {"X-Forwarded-For": f"10.1.{number}.1"}
    async with session.post(f"{url}/api/hit", json=body, headers=network) as answer:
        return answer.status


@pytest.mark.skipif(bool(NAMED), reason="a server that was named is not ended")
async def test_hits_are_taken_while_the_server_is_away_and_are_all_there_afterwards(
    tmp_path: Path,
) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    today = SystemClock().now().date()
    statuses: list[int] = []
    with fronted(tmp_path / "server") as first:
        settings = {**QUICK, "OBORO_STORE_URL": dsn(first.url)}
        added = call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data_dir, **settings)
        assert added.status == 0, added.err
        with served(data_dir, **settings) as server:
            async with aiohttp.ClientSession(headers={"User-Agent": AGENT}) as session:
                statuses += [await hit(session, server.url, n) for n in range(HITS)]
                first.process.kill()
                first.process.wait()
                statuses += [await hit(session, server.url, n) for n in range(HITS, 2 * HITS)]
                with fronted(tmp_path / "server", first.port):
                    await flushed(server.url)
                    report = await reported(data_dir, today, **settings)

    assert statuses == [202] * (2 * HITS)
    assert views_in(report) == {page_of(number): 1 for number in range(2 * HITS)}
