"""Whoever closes a day is told of everything that is still on its way, wherever it is."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from collector.ingest import Ingest
from collector.outstanding import Left, Outstanding
from collector.spool import SpoolUnavailable
from collector.spooling.file import SpoolFile
from oboro.rooms import delivering_of
from oboro.services import Delivering
from oboro.workspace import Workspace
from tests.support.hits import Counting, Hit, a_pipeline, arrivals, everything_in
from tests.support.spooled import DAY, Emptying, a_spool, an_entry, commit_all, emptying, pages_in

NEXT = DAY + timedelta(days=1)


class Taking:
    """A collector's parts, with the spool that is emptied into the store."""

    def __init__(self, workspace: Workspace) -> None:
        self.parts: Emptying = emptying(workspace.settings.data_dir, workspace.store)
        self.counting: Counting = a_pipeline()
        self.ingest = Ingest(
            clock=self.counting.clock, tick_seconds=3600, acknowledged=lambda _outcome: None
        )
        self.ingest.open(self.counting.pipeline, self.parts.spool)
        self.delivering: Delivering = Outstanding(
            self.ingest, self.counting.ledger, self.parts.spool
        )

    async def take(self) -> None:
        """Take one hit."""
        (arrival,) = arrivals([Hit(0, 0, 1, "")])
        await self.ingest.take(arrival)


async def opened(taking: Taking) -> None:
    """Leave a visit open, with its hit in the store already."""
    await taking.take()
    await taking.parts.spool.seal()
    await taking.parts.writer.step()


async def spooled(taking: Taking) -> None:
    """Leave the visit's end in the spool."""
    await opened(taking)
    await taking.delivering.end_visits("example.jp", DAY)


async def sealed(taking: Taking) -> None:
    """Leave it in a batch."""
    await spooled(taking)
    taking.parts.clock.advance(timedelta(minutes=10))
    await taking.parts.spool.seal()


async def verified(taking: Taking) -> None:
    """See the store hold it."""
    await sealed(taking)
    await taking.parts.writer.step()


@pytest.mark.parametrize(
    ("state", "pending"), [(opened, True), (spooled, True), (sealed, True), (verified, False)]
)
async def test_a_day_is_pending_until_the_store_was_seen_to_hold_all_of_it(
    workspace: Workspace, state: Callable[[Taking], Awaitable[None]], pending: bool
) -> None:
    taking = Taking(workspace)
    await state(taking)

    assert await taking.delivering.pending("example.jp", DAY) is pending
    assert not await taking.delivering.pending("example.jp", NEXT)
    await taking.parts.spool.close()


async def test_a_hit_that_waits_for_the_disk_is_pending(workspace: Workspace) -> None:
    spool = a_spool(workspace.settings.data_dir, commit_milliseconds=50)

    waiting = asyncio.create_task(spool.commit(an_entry()))
    await asyncio.sleep(0)

    assert spool.waits_for("example.jp", DAY)
    assert not spool.waits_for("example.jp", NEXT)
    assert not spool.waits_for("other.jp", DAY)
    await waiting
    assert not spool.waits_for("example.jp", DAY)
    await spool.close()


async def test_visits_whose_ends_cannot_be_taken_down_go_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking = Taking(workspace)
    await taking.take()
    before = everything_in(taking.counting)
    with monkeypatch.context() as failing:
        failing.setattr(SpoolFile, "add", _full)
        with pytest.raises(SpoolUnavailable):
            await taking.delivering.end_visits("example.jp", DAY)

    assert everything_in(taking.counting) == before
    await taking.parts.spool.close()


async def test_the_visits_of_another_day_go_on(workspace: Workspace) -> None:
    taking = Taking(workspace)
    await taking.take()

    await taking.delivering.end_visits("example.jp", NEXT)
    await taking.delivering.end_visits("other.jp", DAY)

    assert await taking.delivering.pending("example.jp", DAY)
    await taking.parts.spool.close()


async def test_a_released_day_is_not_delivered_again_by_a_start(workspace: Workspace) -> None:
    taking = Taking(workspace)
    await verified(taking)

    assert await asyncio.to_thread(taking.delivering.release, DAY)
    workspace.store.command("TRUNCATE TABLE coarse_events")
    await taking.parts.writer.reconcile()
    await taking.parts.writer.step()

    assert pages_in(workspace.store) == {}
    await taking.parts.spool.close()


async def test_a_day_is_not_released_while_anything_of_it_is_on_its_way(
    workspace: Workspace,
) -> None:
    taking = Taking(workspace)
    outbox = taking.parts.spool.outbox
    await verified(taking)
    await asyncio.to_thread(outbox.begin_replacement, "outcomes", DAY)
    assert not await asyncio.to_thread(taking.delivering.release, DAY)
    assert len(await asyncio.to_thread(outbox.batches, "verified")) == 1

    await asyncio.to_thread(outbox.end_replacement, "outcomes", DAY)
    await commit_all(taking.parts.spool, [an_entry(site="other.jp")])
    await taking.parts.spool.seal()
    assert not await asyncio.to_thread(taking.delivering.release, DAY)
    await taking.parts.spool.close()


async def test_what_a_collector_left_in_its_spool_is_pending_without_one(
    workspace: Workspace,
) -> None:
    left = Left(workspace)
    assert not await left.pending("example.jp", DAY)
    assert left.release(DAY)
    taking = Taking(workspace)
    await sealed(taking)
    await taking.parts.spool.close()

    await left.end_visits("example.jp", DAY)

    assert await left.pending("example.jp", DAY)
    assert not left.release(DAY)
    assert left.release(NEXT)
    assert isinstance(delivering_of(workspace), Left)


def _full(_file: SpoolFile, _commits: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")
