"""Kill -9 a whole server in the middle of its hits, ten times over on the same data."""

from __future__ import annotations

import asyncio
import random
import signal
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from string import ascii_lowercase

import aiohttp
import pytest

from oboro.clock import SystemClock
from tests.support.command_line import call_oboro, served

HOST = "example.jp"
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
VISITORS = 16
SETTINGS = {
    "OBORO_TICK_SECONDS": "0.1",
    "OBORO_TICK_KEYS": "5",
    "OBORO_TICK_LIMIT_SECONDS": "1",
    "OBORO_COMPACTION_MINUTES": "1",
    "OBORO_TRUSTED_PROXIES": "127.0.0.1/32",
    # Each hit has a page of its own, by which it is found again: none may become (other).
    "OBORO_DISTINCT_VALUES": "1000000",
}


@dataclass(slots=True)
class Hits:
    """Pages, each viewed once: those that were sent, and those whose answer was 202."""

    numbers: count[int] = field(default_factory=count)
    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)


def page_of(number: int) -> str:
    """Return a page of its own for *number*, in letters: long numbers are not kept."""
    letters = ""
    for _ in range(5):
        number, place = divmod(number, len(ascii_lowercase))
        letters += ascii_lowercase[place]
    return f"/{letters}"


async def visit_until_killed(session: aiohttp.ClientSession, url: str, hits: Hits) -> None:
    """View page after page until the server is gone."""
    while True:
        number = next(hits.numbers)
        page = page_of(number)
        hits.sent.add(page)
        body = {"site": HOST, "url": f"https://{HOST}{page}"}
        network = {"X-Forwarded-For": f"10.{number // 256 % 256}.{number % 256}.1"}
        try:
            async with session.post(f"{url}/api/hit", json=body, headers=network) as answer:
                if answer.status == 202:
                    hits.acknowledged.add(page)
                elif answer.status == 503:
                    await asyncio.sleep(0.05)
        except aiohttp.ClientError:
            return


async def end_in_the_middle(data_dir: Path, hits: Hits, end: int, seconds: float) -> None:
    """Serve, let visitors come for *seconds* and send the server *end* while they do.

    The seconds begin with the first answer, which a busy machine may take long for.
    """
    before = len(hits.acknowledged)
    with served(data_dir, **SETTINGS) as server:
        async with aiohttp.ClientSession(headers={"User-Agent": AGENT}) as session:
            visitors = [visit_until_killed(session, server.url, hits) for _ in range(VISITORS)]
            coming = asyncio.gather(*visitors)
            while len(hits.acknowledged) == before and not coming.done():
                await asyncio.sleep(0.01)
            await asyncio.sleep(seconds)
            server.process.send_signal(end)
            await coming
        await asyncio.to_thread(server.process.wait)


async def flushed(url: str) -> dict[str, float]:
    """Return the audit's figures once all that was acknowledged is verified."""
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{url}/metrics") as answer:
                lines = (await answer.text()).splitlines()
            figures = {
                name: float(value)
                for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")
            }
            acknowledged = figures["oboro_acknowledged_views_total"]
            if figures["oboro_verified_views_total"] == acknowledged:
                return figures
            await asyncio.sleep(0.1)


async def live_through(data_dir: Path, times: int, end: int) -> None:
    """End *times* servers on *data_dir* and compare what they acknowledged with the report."""
    assert call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data_dir).status == 0
    began = SystemClock().now().date()
    moments = random.Random(times)
    hits = Hits()
    for _ in range(times):
        await end_in_the_middle(data_dir, hits, end, moments.uniform(0.1, 1.5))
    with served(data_dir, **SETTINGS) as server:
        figures = await flushed(server.url)
        report = await asyncio.to_thread(
            call_oboro, "report", "--site", HOST,
            "--from", str(began), "--to", str(began + timedelta(days=1)),
            "--metrics", "views", "--by", "page", "--limit", "100000", "--json",
            data_dir=data_dir,
        )  # fmt: skip
    assert report.status == 0, report.err
    views = {row["key"]: row["views"] for row in report.document["rows"]}
    lost = hits.acknowledged - set(views)
    doubled = {page for page, number in views.items() if number > 1}
    never_sent = set(views) - hits.sent
    assert (len(lost), len(doubled), len(never_sent)) == (0, 0, 0)
    assert report.document["totals"]["views"] == len(views)
    assert figures["oboro_audit_difference"] == 0
    # What was on its way at a kill may or may not be there: one hit a visitor at most.
    assert len(hits.acknowledged) <= len(views) <= len(hits.acknowledged) + times * VISITORS
    assert len(hits.acknowledged) > 10 * times


async def test_ten_kills_in_the_middle_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    await live_through(tmp_path / "data", 10, signal.SIGKILL)


async def test_stops_in_the_middle_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    await live_through(tmp_path / "data", 2, signal.SIGTERM)


@pytest.mark.soak
async def test_fifty_kills_in_the_middle_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    await live_through(tmp_path / "data", 50, signal.SIGKILL)
