"""Erasing a site: nothing of it comes back, and every other view is still counted once."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from collector.delivery import rows_to_insert
from collector.erasing import erase_from_spool, waits_in_spool
from collector.pace import Pace
from collector.room import ROOM
from collector.spooling.batches import Batch
from collector.spooling.outbox import Outbox
from collector.spooling.tables import TABLES
from oboro.clock import SystemClock
from oboro.commands.site import remove_site
from oboro.day_locks import DayLocks
from oboro.errors import Conflict
from oboro.operations import quiet
from oboro.serve import running
from oboro.services import LiveFigures
from oboro.store import Store
from oboro.workspace import Workspace
from tests.collector.test_running import send
from tests.support.spooled import Emptying, an_entry, commit_all, emptying, pages_in
from tests.support.workspace import a_site, quick

GONE = "gone.jp"
ENTRIES = [an_entry("/stays"), an_entry("/goes", site=GONE)]


async def pending(parts: Emptying, store: Store) -> None:
    """Leave the hits as commits."""


async def sealed(parts: Emptying, store: Store) -> None:
    """Leave the hits in batches."""
    await parts.spool.seal()


async def delivered(parts: Emptying, store: Store) -> None:
    """Leave the hits in the store, as after a kill before they were verified."""
    await parts.spool.seal()
    outbox = parts.spool.outbox
    for batch in await asyncio.to_thread(outbox.batches, "sealed"):
        blob = await asyncio.to_thread(outbox.rows_of, batch)
        rows = rows_to_insert(batch, blob, store.node, Pace(SystemClock()))
        store.insert(batch.table, TABLES[batch.table].columns, rows, batch.token)


async def verified(parts: Emptying, store: Store) -> None:
    """Leave the hits in the store, and their batches in the spool."""
    await parts.writer.step()


def delete_rows(store: Store) -> None:
    for table in TABLES:
        store.command(
            "ALTER TABLE {table:Identifier} DELETE WHERE site = {site:String} "
            "SETTINGS mutations_sync = 2",
            {"table": table, "site": GONE},
        )


@pytest.mark.parametrize("state", [pending, sealed, delivered, verified])
async def test_an_erased_site_does_not_come_back_and_the_others_are_counted_once(
    tmp_path: Path, store: Store, state: Callable[[Emptying, Store], Awaitable[None]]
) -> None:
    parts = emptying(tmp_path, store)
    await commit_all(parts.spool, ENTRIES)
    await state(parts, store)
    await asyncio.to_thread(parts.spool.outbox.erase, [GONE])
    delete_rows(store)
    assert parts.spool.audit().difference == 0
    await parts.spool.close()
    again = emptying(tmp_path, store)
    await again.start()
    again.clock.advance(timedelta(minutes=10))
    await again.writer.step()
    assert pages_in(store) == {"/stays": 1}
    audit = again.spool.audit()
    assert (audit.verified + audit.erased, audit.difference) == (2, 0)
    await again.spool.close()


async def test_a_batch_that_is_erased_while_it_is_delivered_goes_again_without_the_site(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = emptying(tmp_path, store)
    await commit_all(parts.spool, ENTRIES)
    file = parts.spool._file
    rows_of = file.rows_of

    def erased_after_reading(batch: Batch) -> bytes:
        rows = rows_of(batch)
        file.erase([GONE])
        return rows

    with monkeypatch.context() as patched:
        patched.setattr(file, "rows_of", erased_after_reading)
        await parts.writer.step()
    parts.clock.advance(timedelta(minutes=1))
    await parts.writer.step()
    assert pages_in(store) == {"/stays": 1}
    audit = parts.spool.audit()
    assert (audit.verified, audit.erased, audit.difference) == (1, 1, 0)
    await parts.spool.close()


async def test_what_is_on_its_way_to_the_disk_is_erased_as_well(workspace: Workspace) -> None:
    workspace.settings = quick(workspace.settings)
    workspace.settings = dataclasses.replace(workspace.settings, commit_milliseconds=300)
    workspace.catalog.add_site(a_site(GONE))
    async with running(workspace, [ROOM], {}) as url:
        taken = asyncio.create_task(send(url, site=GONE))
        live = workspace.find(LiveFigures)
        assert live is not None
        async with asyncio.timeout(15):
            while not live.arrived(GONE):
                await asyncio.sleep(0.01)
        workspace.catalog.remove_site(GONE)
        await asyncio.to_thread(erase_from_spool, workspace, [GONE])
        assert await taken == 202
        outbox = workspace.find(Outbox)
        assert outbox is not None
        assert outbox.all_site_days() == set()
    assert pages_in(workspace.store) == {}


@pytest.mark.parametrize("alone", [False, True])
async def test_a_batch_that_is_delivered_while_its_site_is_erased_is_in_the_store_afterwards(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    """So that who deletes the rows then finds the day: by a batch of that site *alone*, too."""
    parts = emptying(workspace.settings.data_dir, workspace.store)
    workspace.offer(Outbox, parts.spool.outbox)
    workspace.offer(DayLocks, parts.locks)
    await commit_all(parts.spool, ENTRIES[1:] if alone else ENTRIES)
    reading, go_on = threading.Event(), threading.Event()
    rows_of = parts.spool.outbox.rows_of

    def slowly(batch: Batch) -> bytes:
        rows = rows_of(batch)
        reading.set()
        assert go_on.wait(15)
        return rows

    monkeypatch.setattr(parts.spool.outbox, "rows_of", slowly)
    delivering = asyncio.create_task(parts.writer.step())
    assert await asyncio.to_thread(reading.wait, 15)
    erasing = asyncio.create_task(asyncio.to_thread(erase_from_spool, workspace, [GONE]))
    await asyncio.sleep(0.2)
    assert not erasing.done()
    go_on.set()
    await erasing
    await delivering
    assert parts.spool.audit().difference == 0
    delete_rows(workspace.store)
    parts.clock.advance(timedelta(minutes=1))
    await parts.writer.step()
    assert "/goes" not in pages_in(workspace.store)
    await parts.spool.close()


@pytest.mark.parametrize("runs", [True, False])
async def test_a_running_server_and_a_command_alone_erase_alike(
    workspace: Workspace, runs: bool
) -> None:
    parts = emptying(workspace.settings.data_dir, workspace.store)
    await commit_all(parts.spool, ENTRIES)
    if runs:
        workspace.offer(Outbox, parts.spool.outbox)
    else:
        await parts.spool.close()
    await asyncio.to_thread(erase_from_spool, workspace, [GONE])
    audit = parts.spool.audit()
    assert (audit.pending, audit.erased, audit.difference) == (1, 1, 0)
    if runs:
        await parts.spool.close()


@pytest.mark.parametrize("runs", [True, False])
@pytest.mark.parametrize(
    ("state", "waits"), [(pending, True), (sealed, True), (delivered, True), (verified, False)]
)
async def test_a_site_whose_hits_wait_is_told_from_one_without(
    workspace: Workspace,
    runs: bool,
    state: Callable[[Emptying, Store], Awaitable[None]],
    waits: bool,
) -> None:
    parts = emptying(workspace.settings.data_dir, workspace.store)
    await commit_all(parts.spool, ENTRIES)
    await state(parts, workspace.store)
    if runs:
        workspace.offer(Outbox, parts.spool.outbox)
    else:
        await parts.spool.close()
    assert await asyncio.to_thread(waits_in_spool, workspace, GONE) is waits
    assert not await asyncio.to_thread(waits_in_spool, workspace, "elsewhere.jp")
    if runs:
        await parts.spool.close()


async def test_a_site_whose_hits_wait_is_not_removed(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site(GONE))
    parts = emptying(workspace.settings.data_dir, workspace.store)
    await commit_all(parts.spool, ENTRIES)
    await parts.spool.close()
    with pytest.raises(Conflict, match="has figures"):
        await remove_site(workspace, {"host": GONE}, quiet)
    assert workspace.catalog.sites() == (a_site(GONE),)


def test_without_a_spool_there_is_nothing_to_erase(workspace: Workspace) -> None:
    erase_from_spool(workspace, [GONE])
    assert not (workspace.settings.data_dir / "spool.db").exists()
