"""However many visitors object: nothing that is kept or shown differs, and they cannot tell.

The store is on a server of its own, so that its rows can be compared while the collector runs.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from oboro.settings import Settings
from oboro.store import Store
from tests.faults.test_store_away import dsn
from tests.support.clickhouse_front import fronted
from tests.support.command_line import Served, call_oboro, served
from tests.support.whole_server import AGENT, HOST, QUICK, flushed

AT_ONCE = 64
QUIET = {**QUICK, "OBORO_JOB_SECONDS": "100000", "OBORO_COMPACTION_MINUTES": "100000"}
"""Nothing is done by the clock alone meanwhile."""
OBJECTIONS: tuple[Mapping[str, str], ...] = (
    {"Sec-GPC": "1"},
    {"DNT": "1"},
    {"Cookie": "oboro-optout=1"},
)
BODY = {"site": HOST, "url": f"https://{HOST}/a-page", "referrer": "https://search.example/"}
Answer = tuple[int, str, tuple[tuple[str, str], ...], bytes]


async def send(
    session: aiohttp.ClientSession, url: str, number: int, headers: Mapping[str, str]
) -> Answer:
    """Send one hit as the visitor *number*; return all of the answer but the clock's time."""
    network = {"X-Forwarded-For": f"10.{number // 250 % 250}.{number % 250}.1"}
    sent = {**network, **headers}
    async with session.post(f"{url}/api/hit", json=BODY, headers=sent) as answer:
        # In their order, for that could tell the two apart as well.
        shown = tuple(pair for pair in answer.headers.items() if pair[0] != "Date")
        return answer.status, answer.reason or "", shown, await answer.read()


async def everything(server: Served, data_dir: Path, store: Store) -> dict[str, object]:
    """Return the bytes of every file, the rows of every table, the metrics and the log."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/metrics") as answer,
    ):
        metrics = await answer.text()
    tables = store.query("SELECT name FROM system.tables WHERE database = currentDatabase()")
    found: dict[str, object] = {"metrics": metrics, "log": server.log.read_text()}
    for (name,) in tables:
        rows = store.query("SELECT * FROM {table:Identifier}", {"table": name})
        found[f"table {name}"] = sorted(map(repr, rows))
    for path in sorted(data_dir.rglob("*")):
        # Its shared memory holds locks, and never a value.
        if path.is_file() and path.suffix != ".db-shm":
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    with closing(sqlite3.connect(data_dir / "spool.db")) as spool:
        found["spool"] = list(spool.iterdump())
    return found


@pytest.mark.parametrize("visitors", [1_500, pytest.param(100_000, marks=pytest.mark.soak)])
async def test_any_number_of_objections_changes_nothing_and_is_answered_like_hits(
    tmp_path: Path, visitors: int
) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    with fronted(tmp_path / "server") as front:
        settings = {**QUIET, "OBORO_STORE_URL": dsn(front.url)}
        call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data_dir, **settings)
        with (
            served(data_dir, **settings) as server,
            closing(Store.open(Settings(data_dir=tmp_path, store_url=dsn(front.url)))) as store,
        ):
            async with aiohttp.ClientSession(headers={"User-Agent": AGENT}) as session:
                counted = {await send(session, server.url, n, {}) for n in range(30)}
                await flushed(server.url)
                # A tick later the log of the spool is empty.
                await asyncio.sleep(0.5)
                before = await everything(server, data_dir, store)

                async def objectors(first: int) -> set[Answer]:
                    return {
                        await send(session, server.url, n, OBJECTIONS[n % len(OBJECTIONS)])
                        for n in range(first, visitors, AT_ONCE)
                    }

                answers = await asyncio.gather(*map(objectors, range(AT_ONCE)))
                after = await everything(server, data_dir, store)

                changed = {name for name in before | after if before.get(name) != after.get(name)}
                one_more = await send(session, server.url, 7, {})
                await flushed(server.url)
                control = await everything(server, data_dir, store)

    assert len(counted) == 1
    assert set().union(*answers) == counted == {one_more}
    assert changed == set()
    assert {"metrics", "spool", "table coarse_events"} <= {
        name for name in control if control[name] != after.get(name)
    }, "a single hit must show everywhere, else the comparison sees nothing"
