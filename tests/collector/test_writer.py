"""The writer: whatever the store forgets, doubles or refuses, each page view is counted once."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.delivery import rows_to_insert
from collector.pace import Pace
from collector.spool import Spool
from collector.spooling.tables import TABLES
from oboro.clock import SystemClock
from oboro.store import Store, StoreError
from tests.support.spooled import (
    DAY,
    Emptying,
    Meddled,
    Repeating,
    Swallowing,
    an_entry,
    commit_all,
    emptying,
    pages_in,
)

PAGES = [f"/{number}" for number in range(5)]
ONCE = dict.fromkeys(PAGES, 1)


async def commit_pages(spool: Spool) -> None:
    await commit_all(spool, [an_entry(page) for page in PAGES])


def all_verified(parts: Emptying) -> bool:
    """Tell whether every acknowledged page view was seen in the store."""
    audit = parts.spool.audit()
    return audit.verified == audit.acknowledged == len(PAGES) and audit.difference == 0


async def test_a_batch_is_sealed_delivered_and_verified_in_one_step(
    tmp_path: Path, store: Store
) -> None:
    parts = emptying(tmp_path, store)
    await commit_pages(parts.spool)
    await parts.writer.step()
    assert pages_in(store) == ONCE
    assert all_verified(parts)
    assert store.query("SELECT outcome, sum(n) FROM outcomes GROUP BY outcome") == [("counted", 5)]
    await parts.spool.close()


@pytest.mark.parametrize(("megabytes", "stay"), [(1, [0, 0]), (100, [0, 1])])
async def test_verified_batches_leave_one_by_one_where_half_of_the_room_is_taken(
    tmp_path: Path, store: Store, megabytes: int, stay: list[int]
) -> None:
    # Counted before each of two inserts, one for each table.
    verified: list[int] = []
    watched = Meddled(store, lambda: verified.append(len(parts.spool.outbox.batches("verified"))))
    parts = emptying(tmp_path, watched, spool_megabytes=megabytes)
    await commit_all(parts.spool, [an_entry(f"/{number}/" + "z" * 30_000) for number in range(20)])
    assert parts.spool.is_tight() == (megabytes == 1)
    await parts.writer.step()
    assert verified == stay
    assert not parts.spool.is_tight()
    await parts.spool.close()


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_rows_whose_token_was_taken_and_that_are_not_there_go_again(
    tmp_path: Path, store: Store, times: int
) -> None:
    parts = emptying(tmp_path, Swallowing(store, times))
    await commit_pages(parts.spool)
    await parts.writer.step()
    assert pages_in(store) == ONCE
    assert all_verified(parts)
    assert parts.writer.repairs == times
    await parts.spool.close()


async def test_rows_that_are_there_twice_are_put_right(tmp_path: Path, store: Store) -> None:
    parts = emptying(tmp_path, Repeating(store))
    await commit_pages(parts.spool)
    await parts.writer.step()
    assert pages_in(store) == ONCE
    assert all_verified(parts)
    assert parts.writer.repairs == 1
    await parts.spool.close()


async def test_a_batch_that_got_there_before_a_kill_is_not_written_again(
    tmp_path: Path, store: Store
) -> None:
    parts = emptying(tmp_path, store)
    await commit_pages(parts.spool)
    await parts.spool.seal()
    outbox = parts.spool.outbox
    for batch in await asyncio.to_thread(outbox.batches, "sealed"):
        blob = await asyncio.to_thread(outbox.rows_of, batch)
        rows = rows_to_insert(batch, blob, store.node, Pace(SystemClock()))
        store.insert(batch.table, TABLES[batch.table].columns, rows, batch.token)
    await parts.spool.close()
    again = emptying(tmp_path, store)
    await again.start()
    await again.writer.step()
    assert pages_in(store) == ONCE
    assert all_verified(again)
    await again.spool.close()


async def test_a_store_that_is_away_costs_nothing_and_is_asked_ever_less_often(
    tmp_path: Path, store: Store
) -> None:
    asked = 0
    away = True

    def door() -> None:
        nonlocal asked
        asked += 1
        if away:
            raise StoreError("the store is away", 210)

    parts = emptying(tmp_path, Meddled(store, door))
    waits = []
    for page in PAGES:
        await parts.spool.commit(an_entry(page))
        before = asked
        seconds = 0
        while asked == before:
            await parts.writer.step()
            parts.clock.advance(timedelta(seconds=1))
            seconds += 1
        waits.append(seconds)
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
    assert parts.spool.audit().sealed == len(PAGES)
    away = False
    parts.clock.advance(timedelta(minutes=2))
    await parts.writer.step()
    assert pages_in(store) == ONCE
    assert all_verified(parts)
    await parts.spool.close()


async def test_a_store_that_is_away_for_long_loses_no_batch(tmp_path: Path, store: Store) -> None:
    def door() -> None:
        raise StoreError("the store is away", 210)

    parts = emptying(tmp_path, Meddled(store, door))
    await commit_pages(parts.spool)
    for _ in range(20):
        await parts.writer.step()
        parts.clock.advance(timedelta(hours=1))
    audit = parts.spool.audit()
    assert (audit.sealed, audit.set_aside) == (len(PAGES), 0)
    await parts.spool.close()


async def test_a_damaged_batch_is_set_aside_and_the_others_go_on(
    tmp_path: Path, store: Store
) -> None:
    parts = emptying(tmp_path, store)
    await parts.spool.commit(an_entry("/damaged"))
    await parts.spool.seal()
    parts.spool._file._connection.execute("UPDATE batches SET rows = CAST('x' AS BLOB)")
    await commit_pages(parts.spool)
    await parts.writer.step()
    assert pages_in(store) == ONCE
    audit = parts.spool.audit()
    assert (audit.verified, audit.set_aside, audit.difference) == (len(PAGES), 1, 0)
    await parts.spool.close()


async def test_rows_that_a_healthy_store_never_takes_are_set_aside(
    tmp_path: Path, store: Store
) -> None:
    parts = emptying(tmp_path, store)
    await parts.spool.commit(an_entry("/far", day=date(2500, 1, 1)))
    await commit_pages(parts.spool)
    for _ in range(6):
        await parts.writer.step()
        parts.clock.advance(timedelta(minutes=2))
    assert pages_in(store) == ONCE
    audit = parts.spool.audit()
    assert (audit.verified, audit.set_aside, audit.difference) == (len(PAGES), 1, 0)
    await parts.spool.close()


async def test_a_verified_batch_leaves_the_spool_after_its_minutes(
    tmp_path: Path, store: Store
) -> None:
    parts = emptying(tmp_path, store)
    await commit_pages(parts.spool)
    await parts.writer.step()
    parts.clock.advance(timedelta(minutes=9))
    await parts.writer.step()
    assert await asyncio.to_thread(parts.spool.outbox.batches, "verified")
    parts.clock.advance(timedelta(minutes=1))
    await parts.writer.step()
    assert not await asyncio.to_thread(parts.spool.outbox.batches, "verified")
    assert all_verified(parts)
    await parts.spool.close()


async def test_a_start_brings_back_verified_rows_that_the_store_lost(
    tmp_path: Path, store: Store
) -> None:
    parts = emptying(tmp_path, store)
    await commit_pages(parts.spool)
    await parts.writer.step()
    await parts.spool.close()
    store.command("TRUNCATE TABLE coarse_events")
    again = emptying(tmp_path, store)
    await again.start()
    assert again.spool.audit().difference == 0
    await again.writer.step()
    assert pages_in(store) == ONCE
    assert all_verified(again)
    await again.spool.close()


async def test_a_day_that_may_be_replaced_again_gets_no_rows(tmp_path: Path, store: Store) -> None:
    parts = emptying(tmp_path, store)
    await commit_pages(parts.spool)
    outbox = parts.spool.outbox
    await asyncio.to_thread(outbox.begin_replacement, "coarse_events", DAY)
    await parts.writer.step()
    assert pages_in(store) == {}
    await asyncio.to_thread(outbox.end_replacement, "coarse_events", DAY)
    await parts.writer.step()
    assert pages_in(store) == ONCE
    await parts.spool.close()


happenings = st.lists(
    st.sampled_from(["hit", "step", "swallow", "repeat", "away", "restart", "compact"]),
    min_size=3,
    max_size=14,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happenings)
def test_every_page_view_is_counted_once_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, store: Store, happenings: list[str]
) -> None:
    store.command("TRUNCATE TABLE coarse_events")
    store.command("TRUNCATE TABLE outcomes")
    asyncio.run(_live_through(tmp_path_factory.mktemp("spool"), store, happenings))


async def _live_through(directory: Path, store: Store, happenings: list[str]) -> None:
    taken: dict[str, int] = {}
    parts = emptying(directory, store)
    for happening in happenings:
        if happening == "hit":
            page = f"/{len(taken)}"
            await parts.spool.commit(an_entry(page))
            taken[page] = 1
        elif happening == "restart":
            await parts.spool.close()
            parts = emptying(directory, store)
            await parts.start()
        elif happening == "compact":
            await asyncio.to_thread(parts.compaction.compact_now)
        else:
            parts.writer._store = _store_that(happening, store)
            await parts.writer.step()
            parts.writer._store = store
            parts.clock.advance(timedelta(minutes=2))
        assert parts.spool.audit().difference == 0
    parts.clock.advance(timedelta(minutes=10))  # what was there at a start is ripe now, too
    await parts.writer.step()
    assert pages_in(store) == taken
    assert parts.spool.audit().verified == len(taken)
    await parts.spool.close()


def _store_that(happening: str, store: Store) -> Store:
    def away() -> None:
        raise StoreError("the store is away", 210)

    return {
        "step": store,
        "swallow": Swallowing(store),
        "repeat": Repeating(store),
        "away": Meddled(store, away),
    }[happening]
