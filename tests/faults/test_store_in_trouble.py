"""The store on a server that hangs, comes and goes, or refuses: no hit is lost, none doubled.

What a visitor sees of it is nothing, until the spool's limit: then 503, to everybody alike.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from oboro.clock import SystemClock
from oboro.settings import Settings
from oboro.store import Store
from tests.faults.test_store_away import dsn
from tests.support.clickhouse_front import Fronted, fronted, refusing
from tests.support.command_line import Served, call_oboro, served
from tests.support.whole_server import (
    AGENT,
    HOST,
    QUICK,
    figures_of,
    flushed,
    page_of,
    reported,
    views_in,
)

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("OBORO_TEST_CLICKHOUSE")), reason="a server that was named is not troubled"
)
PLACES = ("verified_views_total", "sealed_views", "pending_views", "set_aside_views")
Answer = tuple[int, str, tuple[tuple[str, str], ...], bytes]


@dataclass
class Town:
    """A server on a store of its own, its visitors, and what they were told."""

    data_dir: Path
    settings: dict[str, str]
    server: Served
    session: aiohttp.ClientSession
    acknowledged: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    sent: int = 0
    below: str = ""
    """What stands in each page's path below its name."""

    async def send(self, page: str = "/", **headers: str) -> Answer:
        """Send one hit; return the status, reason, headers but for the date, and body."""
        body = {"site": HOST, "url": f"https://{HOST}{page}"}
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        network = {"X-Forwarded-For": f"10.{self.sent // 250 % 250}.{self.sent % 250}.1"}
        url = f"{self.server.url}/api/hit"
        async with self.session.post(url, json=body, headers={**network, **said}) as answer:
            shown = tuple(sorted(pair for pair in answer.headers.items() if pair[0] != "Date"))
            return answer.status, answer.reason or "", shown, await answer.read()

    async def visit(self, hits: int) -> None:
        """View so many pages, each of its own."""
        for _ in range(hits):
            page = page_of(self.sent) + self.below
            self.sent += 1
            status = (await self.send(page))[0]
            self.statuses.add(status)
            if status == 202:
                self.acknowledged.append(page)

    async def figures(self) -> dict[str, float]:
        """Return the metrics of now."""
        return await figures_of(self.session, self.server.url)

    async def views(self) -> dict[str, int]:
        """Wait until all that was acknowledged is in the store; return the views of each page."""
        await flushed(self.server.url)
        yesterday = SystemClock().now().date() - timedelta(days=1)
        return views_in(await reported(self.data_dir, yesterday, **self.settings))


def whereabouts(figures: dict[str, float]) -> float:
    """Return how many page views are somewhere: what was acknowledged, or something is wrong."""
    return sum(figures[f"oboro_{place}"] for place in PLACES)


@asynccontextmanager
async def town(tmp_path: Path, front: Fronted, **changed: str) -> AsyncIterator[Town]:
    """Serve one site whose store is at *front*."""
    data_dir = tmp_path / "data"
    data_dir.mkdir(exist_ok=True)
    settings = {**QUICK, "OBORO_STORE_URL": dsn(front.url), **changed}
    call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data_dir, **settings)
    with served(data_dir, **settings) as server:
        async with aiohttp.ClientSession(headers={"User-Agent": AGENT}) as session:
            yield Town(data_dir, settings, server, session)


async def test_hits_are_taken_while_the_store_hangs_and_are_there_once_afterwards(
    tmp_path: Path,
) -> None:
    with fronted(tmp_path / "server") as front:
        async with town(tmp_path, front) as here:
            await here.visit(20)
            front.process.send_signal(signal.SIGSTOP)
            try:
                await here.visit(60)
                hanging = await here.figures()
            finally:
                front.process.send_signal(signal.SIGCONT)
            views = await here.views()

    assert here.statuses == {202}
    assert whereabouts(hanging) == hanging["oboro_acknowledged_views_total"] == 80
    assert hanging["oboro_verified_views_total"] <= 20
    assert views == dict.fromkeys(here.acknowledged, 1)


async def test_a_store_that_comes_and_goes_gets_every_hit_once(tmp_path: Path) -> None:
    with fronted(tmp_path / "server") as first:
        async with town(tmp_path, first) as here:
            away = first
            for _ in range(3):
                away.process.kill()
                away.process.wait()
                coming = asyncio.create_task(here.visit(40))
                with fronted(tmp_path / "server", first.port) as away:
                    await coming
                    await here.visit(20)
            with fronted(tmp_path / "server", first.port):
                views = await here.views()
                figures = await here.figures()
                told = here.server.log.read_text()

    assert here.statuses == {202}
    assert "the store does not answer" in told
    assert "param" not in told
    assert "http_headers" not in told
    assert views == dict.fromkeys(here.acknowledged, 1)
    assert whereabouts(figures) == figures["oboro_acknowledged_views_total"] == 180


async def test_a_store_that_refuses_every_insert_gets_every_hit_once_when_it_takes_them(
    tmp_path: Path,
) -> None:
    with fronted(tmp_path / "server") as front:
        async with town(tmp_path, front) as here:
            with refusing(tmp_path / "server", 243):
                await here.visit(40)
                while "batches wait" not in (told := here.server.log.read_text()):
                    await asyncio.sleep(0.05)
                meanwhile = await here.figures()
            views = await here.views()

    assert "batches wait" in told
    assert here.statuses == {202}
    assert meanwhile["oboro_verified_views_total"] == 0
    assert meanwhile["oboro_set_aside"] == 0
    assert whereabouts(meanwhile) == 40
    assert views == dict.fromkeys(here.acknowledged, 1)


async def test_beyond_the_spools_limit_everybody_is_told_to_come_again_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    with fronted(tmp_path / "server") as first:
        async with town(tmp_path, first, OBORO_SPOOL_MEGABYTES="1") as here:
            first.process.kill()
            first.process.wait()
            here.below = "/kurashi/tetsuzuki/gomi" * 8
            while 503 not in here.statuses:
                await asyncio.gather(*(here.visit(10) for _ in range(16)))
                assert here.sent < 20_000
            counted = await here.send()
            objecting = await here.send(Sec_GPC="1")
            full = await here.figures()
            with fronted(tmp_path / "server", first.port):
                views = await here.views()
                here.statuses.clear()
                await here.visit(5)
                later = await here.views()

    assert counted[0] == 503
    assert int(dict(counted[2])["Retry-After"]) >= 1
    assert objecting == counted
    assert whereabouts(full) == full["oboro_acknowledged_views_total"] == len(views)
    assert set(views.values()) == {1}
    assert here.statuses == {202}
    assert later == dict.fromkeys(here.acknowledged, 1)


async def test_a_stop_while_the_store_is_away_keeps_everything_and_the_next_start_marks_the_day(
    tmp_path: Path,
) -> None:
    with fronted(tmp_path / "server") as first:
        async with town(tmp_path, first) as here:
            await here.visit(20)
            first.process.kill()
            first.process.wait()
            await here.visit(40)
            status = await asyncio.to_thread(here.server.stop)
            told = here.server.log.read_text()
        with fronted(tmp_path / "server", first.port) as again:
            async with town(tmp_path, again) as later:
                views = await later.views()
            with closing(
                Store.open(Settings(data_dir=tmp_path, store_url=dsn(again.url)))
            ) as store:
                marks = store.query("SELECT site, state FROM days FINAL WHERE state = 'partial'")

    assert status == 0
    assert "today is not marked partial yet, the next start does so" in told
    assert here.statuses == {202}
    assert views == dict.fromkeys(here.acknowledged, 1)
    assert set(marks) == {(HOST, "partial")}


async def test_a_commit_that_vanishes_from_the_spool_shows_in_the_audit(tmp_path: Path) -> None:
    with fronted(tmp_path / "server") as front:
        async with town(tmp_path, front) as here:
            front.process.kill()
            front.process.wait()
            await here.visit(12)
            before = await here.figures()
            with closing(sqlite3.connect(here.data_dir / "spool.db", timeout=30)) as spool, spool:
                spool.execute("DELETE FROM commits")
                spool.execute("DELETE FROM batches")
            after = await here.figures()

    assert before["oboro_audit_difference"] == 0
    assert whereabouts(before) == 12
    assert after["oboro_audit_difference"] == 12
