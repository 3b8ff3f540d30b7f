"""Kill -9 a whole server in the middle of its hits, ten times over on the same data."""

from __future__ import annotations

import random
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from oboro.clock import SystemClock
from tests.support.command_line import call_oboro, served
from tests.support.whole_server import (
    AGENT,
    HOST,
    QUICK,
    Books,
    Senders,
    flushed,
    page_of,
    reported,
    views_in,
)

VISITORS = 16


def hit_of(number: int) -> Mapping[str, Any]:
    """Return the view of a page of its own, from a network of its own."""
    return {
        "json": {"site": HOST, "url": f"https://{HOST}{page_of(number)}"},
        "headers": {"X-Forwarded-For": f"10.{number // 256 % 256}.{number % 256}.1"},
    }


async def live_through(data_dir: Path, times: int, end: int) -> None:
    """End *times* servers on *data_dir* and compare what they acknowledged with the report."""
    assert call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data_dir).status == 0
    began = SystemClock().now().date()
    moments = random.Random(times)
    visitors = Senders(VISITORS, page_of, hit_of, "/api/hit", {"User-Agent": AGENT})
    hits: Books[str] = Books()
    for _ in range(times):
        await visitors.end_in_the_middle(data_dir, hits, end, moments.uniform(0.1, 1.5))
    with served(data_dir, **QUICK) as server:
        figures = await flushed(server.url)
        report = await reported(data_dir, began)
    views = views_in(report)
    lost = hits.acknowledged - set(views)
    doubled = {page for page, number in views.items() if number > 1}
    never_sent = set(views) - hits.sent
    assert (len(lost), len(doubled), len(never_sent)) == (0, 0, 0)
    assert report["totals"]["views"] == len(views)
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
