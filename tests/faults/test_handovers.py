"""Restart a whole server while visitors read, and find them counted as if it never stopped."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from oboro.clock import SystemClock
from tests.support.command_line import call_oboro, served
from tests.support.whole_server import AGENT, HOST, QUICK, flushed, reported

HANDING = {**QUICK, "OBORO_HANDOVER_SECONDS": "60"}
VISITORS = 8


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory with a site, whose day does not end within the test."""
    until_midnight = 86_400 - SystemClock().now().timestamp() % 86_400
    if until_midnight < 120:
        time.sleep(until_midnight)
    assert call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=tmp_path / "d").status == 0
    return tmp_path / "d"


async def read_pages(url: str, page: str) -> None:
    """Let every visitor view *page*, each from a network of their own."""
    async with aiohttp.ClientSession(headers={"User-Agent": AGENT}) as session:
        for visitor in range(VISITORS):
            body = {"site": HOST, "url": f"https://{HOST}{page}"}
            network = {"X-Forwarded-For": f"10.1.{visitor}.1"}
            async with session.post(f"{url}/api/hit", json=body, headers=network) as answer:
                assert answer.status == 202


async def told(data_dir: Path) -> dict[str, Any]:
    """Return the totals of the day once everything is delivered, and whether it is partial."""
    with served(data_dir, **HANDING) as server:
        figures = await flushed(server.url)
        today = SystemClock().now().date()
        document = await reported(data_dir, today, "views,visits,visitors")
    assert figures["oboro_audit_difference"] == 0
    return {"totals": document["totals"], "whole": not document["quality"]["partial_days"]}


WHOLE = {"totals": {"views": 2 * VISITORS, "visits": VISITORS, "visitors": VISITORS}, "whole": True}


async def test_servers_that_follow_one_another_count_visitors_once(data_dir: Path) -> None:
    for page in ("/a", "/b"):
        with served(data_dir, **HANDING) as server:
            await read_pages(server.url, page)
            assert await asyncio.to_thread(server.stop) == 0

    assert await told(data_dir) == WHOLE


async def test_a_server_started_before_the_old_one_ends_waits_and_takes_over(
    data_dir: Path,
) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(served(data_dir, **HANDING))
        await read_pages(first.url, "/a")
        starting = asyncio.create_task(
            asyncio.to_thread(stack.enter_context, served(data_dir, **HANDING))
        )
        await asyncio.sleep(1)
        assert not starting.done()
        first.process.send_signal(signal.SIGTERM)
        second = await starting
        await read_pages(second.url, "/b")
        assert await asyncio.to_thread(second.stop) == 0

    assert await told(data_dir) == WHOLE


async def test_without_a_successor_in_time_the_day_is_partial_and_visits_begin_anew(
    data_dir: Path,
) -> None:
    brief = {**HANDING, "OBORO_HANDOVER_SECONDS": "1"}
    for page in ("/a", "/b"):
        with served(data_dir, **(brief if page == "/a" else HANDING)) as server:
            await read_pages(server.url, page)
            assert await asyncio.to_thread(server.stop) == 0
        while page == "/a" and (data_dir / "handover.sock").exists():
            await asyncio.sleep(0.05)

    found = await told(data_dir)

    totals = {"views": 2 * VISITORS, "visits": 2 * VISITORS, "visitors": 2 * VISITORS}
    assert found == {"totals": totals, "whole": False}
