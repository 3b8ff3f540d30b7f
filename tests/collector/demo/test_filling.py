"""The demonstration fills by itself, once, and can be taken away."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from collector.demo.filling import Filling
from collector.demo.making import Making, worker_process
from collector.demo.town import LIBRARY
from collector.demo.worker import Order, made
from collector.log_import.day_sums import SummedDay
from oboro.clock import ManualClock
from oboro.errors import OboroError
from oboro.operations import quiet
from oboro.workspace import Workspace

HOST = LIBRARY.site.host
YESTERDAY = date(2026, 3, 20)
FIRST = date(2026, 2, 21)
RESTART = date(2026, 3, 18)


@pytest.fixture
def march(workspace: Workspace, clock: ManualClock) -> Workspace:
    clock.set(datetime(2026, 3, 21, 3, tzinfo=UTC))
    return workspace


def rows_of(workspace: Workspace) -> list[tuple[Any, ...]]:
    return workspace.store.query("SELECT * FROM coarse_events ORDER BY ALL")


@asynccontextmanager
async def in_this_process() -> AsyncIterator[Making]:
    """Make days here: a process of its own takes seconds to start."""

    async def making(order: Order) -> AsyncIterator[SummedDay]:
        for day in made(order):
            await asyncio.sleep(0)
            yield day

    yield making


def a_filling(workspace: Workspace) -> Filling:
    return Filling(workspace, [LIBRARY], months=1, worker=in_this_process)


async def filled(workspace: Workspace) -> Filling:
    filling = a_filling(workspace)
    filling.start()
    await filling.wait(quiet)
    return filling


async def test_every_day_up_to_yesterday_is_there_and_says_what_it_is(march: Workspace) -> None:
    await filled(march)
    days = march.store.query(
        "SELECT min(day), max(day), uniqExact(day), min(views) FROM"
        " (SELECT day, sum(views) AS views FROM coarse_events WHERE topic = 'total' GROUP BY day)"
    )
    first, last, n, least = days[0]
    assert (first, last, n) == (FIRST, YESTERDAY, 28)
    assert least > 10
    marks = march.store.query("SELECT label, state, count() FROM days GROUP BY ALL ORDER BY ALL")
    assert marks == [("demonstration", "imported", 27), ("demonstration", "partial", 1)]
    partial = march.store.query("SELECT day FROM days WHERE state = 'partial'")
    assert partial == [(RESTART,)]
    site = march.catalog.site_for(HOST)
    assert site is not None
    assert site.demonstration


async def test_visits_reach_goals_and_take_steps_and_pages_lead_to_others(march: Workspace) -> None:
    await filled(march)
    rows = march.store.query(
        "SELECT topic, sum(views), sum(visits) FROM coarse_events WHERE topic IN"
        " ('goal', 'funnel_step', 'from*to', 'page*time', 'page*scroll', 'time')"
        " GROUP BY topic ORDER BY topic"
    )
    steps = march.store.query(
        "SELECT value, sum(visits) AS n FROM coarse_events WHERE topic = 'funnel_step'"
        " GROUP BY value ORDER BY value"
    )
    assert [topic for topic, views, visits in rows if views or visits] == [
        "from*to", "funnel_step", "goal", "page*scroll", "page*time", "time"
    ]  # fmt: skip
    taken = [n for _, n in steps]
    assert [value for value, _ in steps] == [f"looking for books 1.{step}" for step in (1, 2)]
    assert taken[0] > taken[1] > 0


async def test_events_are_counted_under_their_declared_names(march: Workspace) -> None:
    await filled(march)
    rows = march.store.query(
        "SELECT topic, value, sum(events) FROM coarse_events WHERE topic IN ('event', 'property')"
        " GROUP BY topic, value ORDER BY topic, value"
    )
    counted = {(topic, value): n for topic, value, n in rows}
    kinds = [counted["property", f"kind={kind}"] for kind in ("book", "disc", "magazine")]
    assert sum(kinds) == counted["event", "book reserved"] > 10
    assert len(counted) == 4


async def test_a_second_start_makes_nothing(march: Workspace) -> None:
    await filled(march)
    before = rows_of(march)

    def no_worker() -> AbstractAsyncContextManager[Making]:
        raise AssertionError("days are made again")

    again = Filling(march, [LIBRARY], months=1, worker=no_worker)
    again.start()
    await again.wait(quiet)
    assert again.progress() is None
    assert rows_of(march) == before


async def test_days_that_passed_since_are_added(march: Workspace, clock: ManualClock) -> None:
    await filled(march)
    clock.set(datetime(2026, 3, 23, 3, tzinfo=UTC))
    await filled(march)
    assert march.store.query("SELECT max(day), uniqExact(day) FROM coarse_events") == [
        (date(2026, 3, 22), 30)
    ]


async def test_a_filling_that_was_stopped_goes_on_at_the_next_start(march: Workspace) -> None:
    filling = a_filling(march)
    filling.start()
    while not (filling.progress() or {}).get("done"):
        await asyncio.sleep(0)
    await filling.stop()
    assert rows_of(march) == []
    await filled(march)
    assert march.store.query("SELECT uniqExact(day) FROM coarse_events") == [(28,)]


async def test_progress_is_told_while_it_fills_and_not_after(march: Workspace) -> None:
    told: list[tuple[str, int, int]] = []
    filling = a_filling(march)
    assert filling.progress() is None
    filling.start()
    assert filling.progress() == {"what": "demo", "done": 0, "of": 0}
    await filling.wait(lambda *progress: told.append(progress))
    assert told
    assert filling.progress() is None


async def test_a_worker_that_dies_is_an_error_and_leaves_nothing_half_done(
    march: Workspace,
) -> None:
    false = partial(worker_process, [sys.executable, "-c", "raise SystemExit(1)"])
    filling = Filling(march, [LIBRARY], months=1, worker=false)
    filling.start()
    with pytest.raises(OboroError, match="ended too early"):
        await filling.wait(quiet)
    assert rows_of(march) == []


async def test_a_process_of_its_own_makes_the_same_days_and_takes_several_orders(
    march: Workspace,
) -> None:
    orders = [
        Order.of(LIBRARY, first, first + timedelta(days=1), 1, march.settings)
        for first in (FIRST, YESTERDAY)
    ]
    async with worker_process() as making:
        for order in orders:
            assert [day async for day in making(order)] == list(made(order))
