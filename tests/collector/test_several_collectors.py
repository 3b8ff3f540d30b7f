"""Two collectors on one store: each sums what it wrote, whatever the other one does meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oboro.dropping import drop_rows
from oboro.store import Store
from tests.support.spooled import DAY, Emptying, an_entry, commit_all, emptying, pages_in


def as_node(store: Store, name: str) -> Store:
    """Return *store* as the collector *name* writes to it."""
    return Store(store._connect, name)


def by_name(directory: Path, store: Store, name: str) -> Emptying:
    (directory / name).mkdir()
    return emptying(directory / name, as_node(store, name))


class PausedBeforeDeleting(Store):
    """The real store of one who drops rows, held up between saying so and doing it."""

    def __init__(self, real: Store) -> None:
        super().__init__(real._connect, real.node)
        self.said, self.may_delete, self.deleted = (threading.Event() for _ in range(3))

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        self.said.set()
        assert self.may_delete.wait(10)
        super().command(sql, parameters)
        self.deleted.set()


async def write(parts: Emptying, *pages: str, site: str = "example.jp") -> None:
    await commit_all(parts.spool, [an_entry(page, site=site) for page in pages])
    await parts.spool.seal()
    await parts.writer.step()


def numbered(store: Store) -> dict[str, int]:
    """Return how many rows of each collector still carry the number of a write."""
    return dict(
        store.query(
            "SELECT node, countIf(batch != toFixedString('', 16)) FROM coarse_events GROUP BY node"
        )
    )


async def test_each_one_sums_its_own_rows_alone(tmp_path: Path, store: Store) -> None:
    one, two = by_name(tmp_path, store, "one"), by_name(tmp_path, store, "two")
    await write(one, "/", "/a")
    await write(two, "/", "/b")
    await asyncio.to_thread(one.compaction.compact_now)
    assert numbered(store) == {"one": 0, "two": 3}
    await write(two, "/b")
    await asyncio.to_thread(two.compaction.compact_now)
    assert numbered(store) == {"one": 0, "two": 0}
    assert pages_in(store) == {"/": 2, "/a": 1, "/b": 2}
    await one.spool.close()
    await two.spool.close()


async def test_rows_that_are_dropped_while_another_one_sums_them_do_not_come_back(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = by_name(tmp_path, store, "two")
    await write(two, "/gone", site="gone.jp")
    await write(two, "/stays", site="stays.jp")
    begin = two.spool.outbox.begin_replacement

    def while_it_is_dropped(table: str, day: object) -> None:
        if table == "coarse_events":
            assert drop_rows(as_node(store, "one"), table, {DAY: ["gone.jp"]})
        begin(table, DAY)

    monkeypatch.setattr(two.spool.outbox, "begin_replacement", while_it_is_dropped)
    await asyncio.to_thread(two.compaction.compact_now)
    assert pages_in(store) == {"/stays": 1}
    await two.spool.close()


async def test_rows_whose_drop_was_told_before_they_were_summed_do_not_come_back_either(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said before the sum, deleted after it: the whole of the other one's sum lies in between."""
    two = by_name(tmp_path, store, "two")
    await write(two, "/gone", site="gone.jp")
    await write(two, "/stays", site="stays.jp")
    begin = two.spool.outbox.begin_replacement
    paused = PausedBeforeDeleting(as_node(store, "one"))
    dropper = asyncio.create_task(
        asyncio.to_thread(drop_rows, paused, "coarse_events", {DAY: ["gone.jp"]})
    )
    await asyncio.to_thread(paused.said.wait)

    def and_now_it_deletes(table: str, day: date) -> None:
        if table == "coarse_events":
            paused.may_delete.set()
            assert paused.deleted.wait(10)
        begin(table, day)

    monkeypatch.setattr(two.spool.outbox, "begin_replacement", and_now_it_deletes)
    await asyncio.to_thread(two.compaction.compact_now)
    assert await dropper == {("gone.jp", DAY): 2}
    assert pages_in(store) == {"/stays": 1}
    await two.spool.close()


async def test_rows_that_come_after_a_drop_was_done_stay(tmp_path: Path, store: Store) -> None:
    two = by_name(tmp_path, store, "two")
    await write(two, "/gone")
    drop_rows(as_node(store, "one"), "coarse_events", {DAY: ["example.jp"]})
    await write(two, "/new")
    await asyncio.to_thread(two.compaction.compact_now)
    assert pages_in(store) == {"/new": 1}
    await two.spool.close()


async def test_rows_of_both_go_when_a_site_s_day_is_dropped(tmp_path: Path, store: Store) -> None:
    one, two = by_name(tmp_path, store, "one"), by_name(tmp_path, store, "two")
    for parts in (one, two):
        await write(parts, "/gone", site="gone.jp")
        await write(parts, "/stays", site="stays.jp")
    dropped = drop_rows(as_node(store, "one"), "coarse_events", {DAY: ["gone.jp"]})
    assert dropped == {("gone.jp", DAY): 4}
    assert pages_in(store) == {"/stays": 2}
    await one.spool.close()
    await two.spool.close()
