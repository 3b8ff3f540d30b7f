"""Kill -9 a server while a site's own servers send lists: each is there whole and once, or not."""

from __future__ import annotations

import asyncio
import random
import signal
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

import aiohttp
import pytest

from oboro.clock import SystemClock
from tests.support.command_line import call_oboro, served

HOST = "example.jp"
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
SENDERS = 4
EVENTS = 20
SETTINGS = {
    "OBORO_TICK_SECONDS": "0.1",
    "OBORO_TICK_KEYS": "5",
    "OBORO_TICK_LIMIT_SECONDS": "1",
    # Each event has a page of its own, by which it is found again: none may become (other).
    "OBORO_DISTINCT_VALUES": "1000000",
}


@dataclass(slots=True)
class Lists:
    """Numbers of lists: those that were sent, and those whose answer was 202."""

    numbers: count[int] = field(default_factory=count)
    sent: set[int] = field(default_factory=set)
    acknowledged: set[int] = field(default_factory=set)


def pages_of(number: int) -> list[str]:
    """Return the pages of the list *number*, each of which no other event has."""
    return [f"/list{number}/event{place}" for place in range(EVENTS)]


def events_of(number: int) -> list[dict[str, object]]:
    """Return the events of the list *number*, with one in their midst that nobody may count."""
    address = f"10.{number // 256 % 256}.{number % 256}.1"
    visitor = {"opted_out": False, "address": address, "agent": AGENT}
    events: list[dict[str, object]] = [{"url": page, **visitor} for page in pages_of(number)]
    return [*events[:5], {"url": "/objects", **visitor, "opted_out": True}, *events[5:]]


async def send_until_killed(session: aiohttp.ClientSession, url: str, lists: Lists) -> None:
    """Send list after list until the server is gone."""
    while True:
        number = next(lists.numbers)
        lists.sent.add(number)
        try:
            async with session.post(f"{url}/api/events", json=events_of(number)) as answer:
                if answer.status == 202:
                    lists.acknowledged.add(number)
                elif answer.status == 503:
                    await asyncio.sleep(0.05)
        except aiohttp.ClientError:
            return


async def killed_in_the_middle(data_dir: Path, key: str, lists: Lists, seconds: float) -> None:
    """Serve, have lists sent, and kill the server *seconds* after the first answer."""
    before = len(lists.acknowledged)
    headers = {"Authorization": f"Bearer {key}"}
    with served(data_dir, **SETTINGS) as server:
        async with aiohttp.ClientSession(headers=headers) as session:
            senders = [send_until_killed(session, server.url, lists) for _ in range(SENDERS)]
            sending = asyncio.gather(*senders)
            while len(lists.acknowledged) == before and not sending.done():
                await asyncio.sleep(0.01)
            await asyncio.sleep(seconds)
            server.process.send_signal(signal.SIGKILL)
            await sending
        await asyncio.to_thread(server.process.wait)


async def delivered(url: str) -> float:
    """Return the audit's difference once all that was acknowledged is verified."""
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{url}/metrics") as answer:
                lines = (await answer.text()).splitlines()
            said = dict(line.rsplit(" ", 1) for line in lines if line[0] != "#")
            if said["oboro_verified_views_total"] == said["oboro_acknowledged_views_total"]:
                return float(said["oboro_audit_difference"])
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("times", [2, pytest.param(50, marks=pytest.mark.soak)])
async def test_lists_are_there_whole_and_once_whatever_is_killed_when(
    tmp_path: Path, times: int
) -> None:
    data_dir = tmp_path / "data"
    assert call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data_dir).status == 0
    key = call_oboro("site-key", "new", HOST, "--json", data_dir=data_dir).document["key"]
    began = SystemClock().now().date()
    moments, lists = random.Random(times), Lists()
    for _ in range(times):
        await killed_in_the_middle(data_dir, key, lists, moments.uniform(0.05, 0.8))
    with served(data_dir, **SETTINGS) as server:
        difference = await delivered(server.url)
        report = await asyncio.to_thread(
            call_oboro, "report", "--site", HOST,
            "--from", str(began), "--to", str(began + timedelta(days=1)),
            "--metrics", "views", "--by", "page", "--limit", "100000", "--json",
            data_dir=data_dir,
        )  # fmt: skip

    assert report.status == 0, report.err
    views = {row["key"]: row["views"] for row in report.document["rows"]}
    whole = {number for number in lists.sent if set(pages_of(number)) <= set(views)}
    known = {page for number in whole for page in pages_of(number)}
    assert set(views) == known, "a list is there in part, or the page of somebody who objects"
    assert lists.acknowledged <= whole
    assert set(views.values()) == {1}
    assert difference == 0
    assert len(lists.acknowledged) > times
