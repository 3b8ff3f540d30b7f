"""Compaction: the sums stay, the batches go, and a kill at any step does no harm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from collector.compaction import Compaction
from oboro.day_locks import DayLocks
from oboro.settings import Settings
from oboro.store import Store
from tests.support.spooled import (
    DAY,
    Emptying,
    Meddled,
    an_entry,
    commit_all,
    emptying,
    pages_in,
)

PAGES = ["/", "/a", "/a", "/b", "/b", "/b"]
VIEWS = {"/": 1, "/a": 2, "/b": 3}
CLEARED = bytes(16)


async def write(parts: Emptying, *batches: Sequence[str]) -> None:
    """Let each of *batches* of pages reach the store as a batch of its own."""
    for pages in batches:
        await commit_all(parts.spool, [an_entry(page) for page in pages])
        await parts.spool.seal()
    await parts.writer.step()


def kept(store: Store) -> list[tuple[Any, ...]]:
    """Return all rows in the order in which they lie, and which part they are in."""
    return store.query(
        "SELECT dense_rank() OVER (ORDER BY _part), * FROM coarse_events "
        "ORDER BY _part, _part_offset"
    )


def staged(store: Store) -> list[tuple[Any, ...]]:
    return store.query(
        "SELECT table, partition FROM system.parts WHERE active AND table LIKE 'compacting%' "
        "AND database = currentDatabase()"
    )


async def test_the_sums_stay_and_the_batches_go(tmp_path: Path, store: Store) -> None:
    parts = emptying(tmp_path, store)
    await write(parts, PAGES[:2], PAGES[2:4], PAGES[4:])
    done = await asyncio.to_thread(parts.compaction.compact_now)
    assert set(done) == {("coarse_events", DAY), ("outcomes", DAY)}
    assert pages_in(store) == VIEWS
    assert store.query("SELECT n, batch FROM outcomes") == [(len(PAGES), CLEARED)]
    rows = kept(store)
    assert {row[-1] for row in rows} == {CLEARED}
    assert len(rows) == 1 + len(VIEWS)
    assert staged(store) == []
    assert parts.spool.audit().difference == 0
    await parts.spool.close()


async def test_nothing_tells_afterwards_how_the_rows_came(tmp_path: Path, store: Store) -> None:
    seen = []
    for number, batches in enumerate(([PAGES], [PAGES[:1], PAGES[1:]], [[page] for page in PAGES])):
        store.command("TRUNCATE TABLE coarse_events")
        directory = tmp_path / str(number)
        directory.mkdir()
        parts = emptying(directory, store)
        await write(parts, *batches)
        await asyncio.to_thread(parts.compaction.compact_now)
        seen.append(kept(store))
        await parts.spool.close()
    assert seen[0] == seen[1] == seen[2]


async def test_the_parts_that_are_read_hold_no_batch_number(tmp_path: Path, store: Store) -> None:
    parts = emptying(tmp_path, store)
    await write(parts, PAGES[:3], PAGES[3:])
    numbers = [row[0] for row in store.query("SELECT DISTINCT batch FROM coarse_events")]
    assert [number in _active_bytes(store) for number in numbers] == [True, True]
    await asyncio.to_thread(parts.compaction.compact_now)
    assert [number in _active_bytes(store) for number in numbers] == [False, False]
    await parts.spool.close()


def _active_bytes(store: Store) -> bytes:
    paths = store.query(
        "SELECT path FROM system.parts WHERE active AND table = 'coarse_events' "
        "AND database = currentDatabase()"
    )
    files = [file for (path,) in paths for file in Path(path).rglob("*") if file.is_file()]
    return b"".join(file.read_bytes() for file in files)


@pytest.mark.parametrize("table", ["coarse_events", "outcomes"])
def test_replaced_parts_leave_the_disk_after_seconds(store: Store, table: str) -> None:
    made = store.query("SHOW CREATE TABLE {table:Identifier}", {"table": table})[0][0]
    assert "old_parts_lifetime = 5" in made
    assert "min_rows_to_fsync_after_merge = 1" in made


async def test_a_day_with_a_batch_on_its_way_is_left_alone(tmp_path: Path, store: Store) -> None:
    parts = emptying(tmp_path, store)
    await write(parts, PAGES)
    await parts.spool.commit(an_entry("/late"))
    await parts.spool.seal()
    before = kept(store)
    assert await asyncio.to_thread(parts.compaction.compact_now) == []
    assert kept(store) == before
    await parts.spool.close()


async def test_what_comes_after_a_sum_is_in_the_next_one(tmp_path: Path, store: Store) -> None:
    parts = emptying(tmp_path, store)
    await write(parts, PAGES[:3])
    await asyncio.to_thread(parts.compaction.compact_now)
    await write(parts, PAGES[3:])
    assert pages_in(store) == VIEWS
    await asyncio.to_thread(parts.compaction.compact_now)
    assert pages_in(store) == VIEWS
    assert len(kept(store)) == 1 + len(VIEWS)
    assert await asyncio.to_thread(parts.compaction.compact_now) == []
    await parts.spool.close()


async def test_a_start_after_a_sum_brings_nothing_back(tmp_path: Path, store: Store) -> None:
    parts = emptying(tmp_path, store)
    await write(parts, PAGES)
    await asyncio.to_thread(parts.compaction.compact_now)
    await parts.spool.close()
    again = emptying(tmp_path, store)
    await again.start()
    await again.writer.step()
    assert pages_in(store) == VIEWS
    await again.spool.close()


async def test_old_rows_that_a_kill_brought_back_are_replaced_again(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = emptying(tmp_path, store)
    await write(parts, PAGES)
    store.command("CREATE TABLE before AS coarse_events")
    store.command("INSERT INTO before SELECT * FROM coarse_events")
    monkeypatch.setattr(parts.spool.outbox, "end_replacement", _stop)
    with pytest.raises(Stopped):
        await asyncio.to_thread(parts.compaction.compact_now)
    await parts.spool.close()
    # The old parts are active again beside the new one, as after a kill inside the engine.
    store.command("INSERT INTO coarse_events SELECT * FROM before")
    store.command("DROP TABLE before SYNC")
    assert pages_in(store) == {page: 2 * views for page, views in VIEWS.items()}
    again = emptying(tmp_path, store)
    await again.start()
    assert pages_in(store) == VIEWS
    assert staged(store) == []
    await again.spool.close()


class Stopped(Exception):
    """The process ended here."""


def _stop(*_: object) -> None:
    raise Stopped


class Counted(Meddled):
    """Lets so many statements through and then stops, before or after the next one."""

    def __init__(self, real: Store, steps: int, after: bool) -> None:
        super().__init__(real, lambda: None)
        self.steps = steps
        self.after = after

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        self._count(lambda: super(Counted, self).command(sql, parameters))

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        answer: list[tuple[Any, ...]] = []
        self._count(lambda: answer.extend(super(Counted, self).query(sql, parameters)))
        return answer

    def _count(self, work: Callable[[], None]) -> None:
        self.steps -= 1
        if self.steps == 0 and not self.after:
            raise Stopped
        work()
        if self.steps == 0:
            raise Stopped


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_kill_at_any_statement_leaves_every_view_counted_once(
    tmp_path: Path, store: Store, after: bool
) -> None:
    steps = 0
    finished = False
    while not finished:
        steps += 1
        store.command("TRUNCATE TABLE coarse_events")
        directory = tmp_path / str(steps)
        directory.mkdir()
        parts = emptying(directory, store)
        await write(parts, PAGES[:3], PAGES[3:])
        failing = Counted(store, steps, after)
        compaction = Compaction(failing, parts.spool.outbox, DayLocks(), settings=Settings())
        try:
            await asyncio.to_thread(compaction.compact_now)
            finished = True
        except Stopped:
            pass
        await parts.spool.close()
        again = emptying(directory, store)
        await again.start()
        await write(again, ["/after"])
        assert pages_in(store) == {**VIEWS, "/after": 1}
        assert staged(store) == []
        await asyncio.to_thread(again.compaction.compact_now)
        assert pages_in(store) == {**VIEWS, "/after": 1}
        assert {row[-1] for row in kept(store)} == {CLEARED}
        await again.spool.close()
    assert steps > 10


async def test_sums_that_differ_change_nothing(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = emptying(tmp_path, store)
    await write(parts, PAGES)
    before = kept(store)
    monkeypatch.setattr(parts.compaction, "_totals", lambda table, where, day: [(len(where),)])
    with pytest.raises(Exception, match="nothing was done"):
        await asyncio.to_thread(parts.compaction.compact_now)
    assert kept(store) == before
    await parts.spool.close()


async def test_a_day_whose_rows_were_dropped_since_is_no_trouble(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = emptying(tmp_path, store)
    await write(parts, PAGES)
    batched_days = parts.compaction._batched_days
    looks = 0

    def before_it_is_closed(table: str) -> list[date]:
        nonlocal looks
        found = batched_days(table)
        looks += 1
        if looks == 1:
            store.command(
                "ALTER TABLE coarse_events DROP PARTITION ({day:Date}, 'collector')", {"day": DAY}
            )
        return found

    monkeypatch.setattr(parts.compaction, "_batched_days", before_it_is_closed)
    assert await asyncio.to_thread(parts.compaction.compact_now) == [("outcomes", DAY)]
    assert kept(store) == []
    assert staged(store) == []
    await write(parts, ["/after"])
    assert pages_in(store) == {"/after": 1}
    await parts.spool.close()
