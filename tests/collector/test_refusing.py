"""What a collector holds of days that were closed without it is taken out, and told as late."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from oboro.store import Store
from tests.support.spooled import DAY, Emptying, an_entry, commit_all, emptying, pages_in

NEXT = DAY + timedelta(days=1)
CLOSED = {("gone.jp", DAY)}
ENTRIES = [
    an_entry("/gone", site="gone.jp"),
    an_entry("/stays", site="stays.jp"),
    an_entry("/next", site="gone.jp", day=NEXT),
]


async def refuse(parts: Emptying) -> None:
    await asyncio.to_thread(parts.spool.outbox.refuse, CLOSED)


async def bring_to_the_store(parts: Emptying) -> None:
    await parts.spool.seal()
    await parts.writer.step()


def outcomes(store: Store) -> dict[tuple[str, str], int]:
    rows = store.query(
        "SELECT site, outcome, sum(n) FROM outcomes WHERE day = '2026-03-04' GROUP BY 1, 2"
    )
    return {(site, outcome): n for site, outcome, n in rows}


async def expect_the_rest(parts: Emptying, store: Store) -> None:
    assert pages_in(store) == {"/stays": 1, "/next": 1}
    assert outcomes(store) == {("gone.jp", "late"): 1, ("stays.jp", "counted"): 1}
    assert parts.spool.audit().difference == 0
    await parts.spool.close()


async def test_before_it_is_sealed(tmp_path: Path, store: Store) -> None:
    parts = emptying(tmp_path, store)
    await commit_all(parts.spool, ENTRIES)
    await refuse(parts)
    await bring_to_the_store(parts)
    await expect_the_rest(parts, store)


async def test_in_a_batch_of_several_sites(tmp_path: Path, store: Store) -> None:
    parts = emptying(tmp_path, store)
    await commit_all(parts.spool, ENTRIES)
    await parts.spool.seal()
    await refuse(parts)
    await bring_to_the_store(parts)
    await expect_the_rest(parts, store)


async def test_a_verified_batch_does_not_bring_the_day_back_at_the_next_start(
    tmp_path: Path, store: Store
) -> None:
    parts = emptying(tmp_path, store)
    await commit_all(parts.spool, ENTRIES)
    await bring_to_the_store(parts)
    # The day was closed, and its rows went.
    store.command(
        "ALTER TABLE coarse_events DELETE WHERE site = 'gone.jp' AND day = '2026-03-04' "
        "SETTINGS mutations_sync = 2"
    )
    await refuse(parts)
    await parts.spool.close()
    again = emptying(tmp_path, store)
    await again.start()
    await again.writer.step()
    assert pages_in(store) == {"/stays": 1, "/next": 1}
    await again.spool.close()
