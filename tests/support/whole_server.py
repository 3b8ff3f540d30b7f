"""Send to a whole server, end it in their midst, and see what it has when all is delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from string import ascii_lowercase
from typing import Any, Generic, TypeVar

import aiohttp

from oboro.clock import SystemClock
from tests.support.command_line import call_oboro, served

HOST = "example.jp"
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
QUICK = {
    "OBORO_TICK_SECONDS": "0.1",
    "OBORO_TICK_KEYS": "5",
    "OBORO_TICK_LIMIT_SECONDS": "1",
    "OBORO_COMPACTION_MINUTES": "1",
    "OBORO_TRUSTED_PROXIES": "127.0.0.1/32",
    # Each hit has a page of its own, by which it is found again: none may become (other).
    "OBORO_DISTINCT_VALUES": "1000000",
}
"""Settings of a server that delivers soon, behind a proxy on this machine."""

Item = TypeVar("Item")


@dataclass(slots=True)
class Books(Generic[Item]):
    """What was sent, by numbers that are given out once, and that of which the answer was 202."""

    numbers: count[int] = field(default_factory=count)
    sent: set[Item] = field(default_factory=set)
    acknowledged: set[Item] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Senders(Generic[Item]):
    """So many *at_once* send what *item_of* and *request_of* make of a number, with *headers*."""

    at_once: int
    item_of: Callable[[int], Item]
    request_of: Callable[[int], Mapping[str, Any]]
    path: str
    headers: Mapping[str, str]

    async def send_until_ended(
        self, session: aiohttp.ClientSession, url: str, books: Books[Item]
    ) -> None:
        """Send one after the other until the server is gone."""
        while True:
            number = next(books.numbers)
            item = self.item_of(number)
            books.sent.add(item)
            try:
                async with session.post(f"{url}{self.path}", **self.request_of(number)) as answer:
                    if answer.status == 202:
                        books.acknowledged.add(item)
                    elif answer.status == 503:
                        await asyncio.sleep(0.05)
            except aiohttp.ClientError:
                return

    async def end_in_the_middle(
        self, data_dir: Path, books: Books[Item], end: int, seconds: float
    ) -> None:
        """Serve, let all send for *seconds* and send the server the signal *end* while they do.

        The seconds begin with the first answer, which a busy machine may take long for.
        """
        before = len(books.acknowledged)
        with served(data_dir, **QUICK) as server:
            async with aiohttp.ClientSession(headers=self.headers) as session:
                senders = range(self.at_once)
                sending = asyncio.gather(
                    *(self.send_until_ended(session, server.url, books) for _ in senders)
                )
                while len(books.acknowledged) == before and not sending.done():
                    await asyncio.sleep(0.01)
                await asyncio.sleep(seconds)
                server.process.send_signal(end)
                await sending
            await asyncio.to_thread(server.process.wait)


def page_of(number: int) -> str:
    """Return a page of its own for *number*, in letters: long numbers are not kept."""
    letters = ""
    for _ in range(5):
        number, place = divmod(number, len(ascii_lowercase))
        letters += ascii_lowercase[place]
    return f"/{letters}"


async def figures_of(session: aiohttp.ClientSession, url: str) -> dict[str, float]:
    """Return the metrics of now."""
    async with session.get(f"{url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")
    }


async def flushed(url: str) -> dict[str, float]:
    """Return the audit's figures once all that was acknowledged is verified."""
    async with aiohttp.ClientSession() as session:
        while True:
            figures = await figures_of(session, url)
            acknowledged = figures["oboro_acknowledged_views_total"]
            if figures["oboro_verified_views_total"] == acknowledged:
                return figures
            await asyncio.sleep(0.1)


async def reported(
    data_dir: Path, since: date, metrics: str = "views", **settings: str
) -> dict[str, Any]:
    """Return the report of all pages from *since* to tomorrow, of the server on *data_dir*."""
    report = await asyncio.to_thread(
        call_oboro, "report", "--site", HOST,
        "--from", str(since), "--to", str(SystemClock().now().date() + timedelta(days=1)),
        "--metrics", metrics, "--by", "page", "--limit", "100000", "--json",
        data_dir=data_dir, **settings,
    )  # fmt: skip
    assert report.status == 0, report.err
    document: dict[str, Any] = report.document
    return document


def views_in(document: Mapping[str, Any]) -> dict[str, int]:
    """Return the views of each page in what `reported` returned."""
    return {row["key"]: row["views"] for row in document["rows"]}
