"""Kill -9 a server while a site's own servers send lists: each is there whole and once, or not."""

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
    reported,
    views_in,
)

SENDERS = 4
EVENTS = 20


def pages_of(number: int) -> list[str]:
    """Return the pages of the list *number*, each of which no other event has."""
    return [f"/list{number}/event{place}" for place in range(EVENTS)]


def list_of(number: int) -> Mapping[str, Any]:
    """Return the events of the list *number*, with one in their midst that nobody may count."""
    address = f"10.{number // 256 % 256}.{number % 256}.1"
    visitor = {"opted_out": False, "address": address, "agent": AGENT}
    events: list[dict[str, object]] = [{"url": page, **visitor} for page in pages_of(number)]
    objects = {"url": "/objects", **visitor, "opted_out": True}
    return {"json": [*events[:5], objects, *events[5:]]}


@pytest.mark.parametrize("times", [2, pytest.param(50, marks=pytest.mark.soak)])
async def test_lists_are_there_whole_and_once_whatever_is_killed_when(
    tmp_path: Path, times: int
) -> None:
    data_dir = tmp_path / "data"
    assert call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data_dir).status == 0
    key = call_oboro("site-key", "new", HOST, "--json", data_dir=data_dir).document["key"]
    began = SystemClock().now().date()
    headers = {"Authorization": f"Bearer {key}"}
    servers = Senders(SENDERS, int, list_of, "/api/events", headers)
    moments, lists = random.Random(times), Books[int]()
    for _ in range(times):
        seconds = moments.uniform(0.05, 0.8)
        await servers.end_in_the_middle(data_dir, lists, signal.SIGKILL, seconds)
    with served(data_dir, **QUICK) as server:
        figures = await flushed(server.url)
        views = views_in(await reported(data_dir, began))

    whole = {number for number in lists.sent if set(pages_of(number)) <= set(views)}
    known = {page for number in whole for page in pages_of(number)}
    assert set(views) == known, "a list is there in part, or the page of somebody who objects"
    assert lists.acknowledged <= whole
    assert set(views.values()) == {1}
    assert figures["oboro_audit_difference"] == 0
    assert len(lists.acknowledged) > times
