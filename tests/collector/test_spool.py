"""The spool: what was acknowledged is on the disk, what failed was undone, nothing lingers."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
import sqlite3
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from collector.recent import Recent
from collector.sealing import FOLDED
from collector.spool import QUEUE, Entry, Spool, SpoolUnavailable
from collector.spooling.batches import Kept
from collector.spooling.blobs import rows_in
from collector.spooling.tables import TABLES
from oboro.clock import ManualClock
from oboro.errors import OboroError
from oboro.outcomes import OutcomeCount
from tests.support.spooled import DAY, a_spool, an_entry, commit_all
from tests.support.workspace import NOON

REFUSED = Entry([], [OutcomeCount("example.jp", DAY, "bot", 1)])


def disk_full(spool: Spool, full: bool = True) -> None:
    """Let the file grow no further, or as it likes again."""
    connection = spool._file._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0] if full else 1_000_000
    connection.execute(f"PRAGMA max_page_count = {pages}")


def big_entry() -> Entry:
    """Return an entry that does not fit into pages that are there."""
    return an_entry("/" + "x" * 100_000)


def _no_space(*_: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def contents(directory: Path) -> bytes:
    """Return every byte that lies in *directory*."""
    return b"".join(file.read_bytes() for file in sorted(directory.iterdir()))


def pages_sealed(spool: Spool) -> dict[str, int]:
    """Return the views by page that lie in batches."""
    views: Counter[str] = Counter()
    for batch in spool._file.batches("sealed"):
        if batch.table == "coarse_events":
            blob = spool._file.rows_of(batch)
            for _, topic, page, _, seen, *_ in rows_in(TABLES[batch.table], blob, sites=True):
                if topic == "page":
                    views[page] += seen
    return dict(views)


async def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    await commit_all(spool, [an_entry() for _ in range(30)])
    after_kill = tmp_path / "after"
    after_kill.mkdir()
    for file in ("spool.db", "spool.db-wal"):
        shutil.copy(tmp_path / file, after_kill / file)
    await spool.close()
    survivor = a_spool(after_kill)
    assert survivor.audit().acknowledged == survivor.audit().pending == 30
    await survivor.close()


async def test_entries_that_come_together_are_one_commit(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    await commit_all(spool, [an_entry() for _ in range(50)])
    assert len(spool._file.commits_of(["example.jp"])) == 2  # one for each table
    await spool.close()


async def test_a_group_is_sent_off_when_it_is_large_enough(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, commit_milliseconds=3_600_000, commit_hits=3)
    await commit_all(spool, [an_entry() for _ in range(3)])
    assert spool.audit().pending == 3
    await spool.close()


async def test_an_answer_that_leaves_nothing_waits_without_a_byte_written(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    await spool.commit(an_entry())
    before = hashlib.sha256(contents(tmp_path)).digest()
    await asyncio.gather(*(spool.wait_for_commit() for _ in range(100)))
    assert hashlib.sha256(contents(tmp_path)).digest() == before
    await spool.close()


async def test_an_answer_that_leaves_nothing_returns_with_the_group_it_came_in(
    tmp_path: Path,
) -> None:
    spool = a_spool(tmp_path, commit_milliseconds=3_600_000, commit_hits=2)
    await asyncio.gather(spool.wait_for_commit(), spool.commit(an_entry()))
    assert spool.audit().pending == 1
    await spool.close()


async def test_who_leaves_nothing_in_a_group_is_summed_for_as_long_as_a_hit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[float] = []
    monkeypatch.setattr(Recent, "spin", lambda self: spent.extend(self._seconds))
    spool = a_spool(tmp_path, commit_milliseconds=3_600_000, commit_hits=5)
    waits = [spool.wait_for_commit() for _ in range(3)]
    await asyncio.gather(*waits, *(spool.commit(an_entry()) for _ in range(2)))
    assert len(spent) == 3
    await spool.close()


async def test_a_full_disk_is_never_acknowledged_and_is_undone_backwards(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    await spool.commit(an_entry())
    disk_full(spool)
    undone: list[int] = []
    answers = await asyncio.gather(
        # mypy infers no type for a lambda with a default.
        *(spool.commit(big_entry(), partial(undone.append, number)) for number in range(5)),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [SpoolUnavailable] * 5
    assert undone == [4, 3, 2, 1, 0]
    assert spool.audit().pending == 1
    await spool.close()


async def test_what_waits_behind_a_failing_commit_fails_with_it(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, commit_hits=1)
    disk_full(spool)
    undone: list[str] = []
    first = asyncio.ensure_future(spool.commit(big_entry(), lambda: undone.append("first")))
    await asyncio.sleep(0)  # the first group is on its way
    second = asyncio.ensure_future(spool.commit(REFUSED, lambda: undone.append("second")))
    third = asyncio.ensure_future(spool.wait_for_commit())
    answers = await asyncio.gather(first, second, third, return_exceptions=True)
    assert [type(answer) for answer in answers] == [SpoolUnavailable] * 3
    assert undone == ["second", "first"]
    assert spool.refused == 2  # the answer that leaves nothing is in no count
    assert not spool.has_room()
    await spool.close()


async def test_hits_are_taken_again_when_there_is_room_again(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    spool = a_spool(tmp_path, clock=clock)
    disk_full(spool)
    with pytest.raises(SpoolUnavailable):
        await spool.commit(big_entry())
    assert not spool.has_room()
    disk_full(spool, False)
    async with asyncio.timeout(30):
        while not spool.has_room():
            await asyncio.sleep(0.05)
    await spool.commit(big_entry())
    assert spool.audit().acknowledged == 1
    await spool.close()


async def test_while_the_disk_stays_full_answers_that_leave_nothing_are_refused_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.spooling.trial.RETRY_SECONDS", 0.01)
    spool = a_spool(tmp_path)
    disk_full(spool)
    with pytest.raises(SpoolUnavailable):
        await spool.commit(big_entry())
    for _ in range(20):
        await asyncio.sleep(0.02)
        with pytest.raises(SpoolUnavailable):
            await spool.wait_for_commit()
    await spool.close()


async def test_seeing_whether_the_disk_takes_anything_leaves_nothing(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    await spool.commit(an_entry())
    before = "\n".join(spool._file._connection.iterdump())
    spool._file.try_writing()
    assert "\n".join(spool._file._connection.iterdump()) == before
    await spool.close()


async def test_without_room_counted_and_opted_out_are_refused_alike(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, spool_megabytes=1)
    for _ in range(10):
        if spool.has_room():
            await spool.commit(big_entry())
    assert not spool.has_room()
    undone: list[int] = []
    with pytest.raises(SpoolUnavailable) as counted:
        await spool.commit(an_entry(), lambda: undone.append(1))
    with pytest.raises(SpoolUnavailable) as opted_out:
        await spool.wait_for_commit()
    assert undone == [1]
    assert str(counted.value) == str(opted_out.value)
    await spool.close()


async def test_the_queue_is_bounded(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, commit_milliseconds=3_600_000, commit_hits=QUEUE + 1)
    waiting = [asyncio.ensure_future(spool.wait_for_commit()) for _ in range(QUEUE)]
    await asyncio.sleep(0)
    assert not spool.has_room()
    await spool.close()
    await asyncio.gather(*waiting)


async def test_an_undo_that_fails_does_not_keep_the_others_from_theirs(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    disk_full(spool)
    undone: list[int] = []

    def broken() -> None:
        raise RuntimeError

    await asyncio.gather(
        spool.commit(big_entry(), lambda: undone.append(1)),
        spool.commit(big_entry(), broken),
        return_exceptions=True,
    )
    assert undone == [1]
    await spool.close()


async def test_a_caller_that_went_away_does_not_disturb_the_others(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    gone = asyncio.ensure_future(spool.commit(an_entry()))
    stays = asyncio.ensure_future(spool.commit(an_entry()))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    assert spool.audit().acknowledged == 2
    await spool.close()


async def test_closing_brings_what_waits_onto_the_disk(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, commit_milliseconds=3_600_000)
    waiting = asyncio.ensure_future(spool.commit(an_entry()))
    await asyncio.sleep(0)
    await spool.close()
    await waiting
    assert not spool.has_room()
    again = a_spool(tmp_path)
    assert again.audit().pending == 1
    await again.close()


async def test_only_ripe_sites_are_sealed(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    spool = a_spool(tmp_path, clock=clock, tick_keys=3)
    await commit_all(spool, [an_entry(site="busy.jp") for _ in range(3)])
    await commit_all(spool, [an_entry(site="quiet.jp") for _ in range(2)])
    await spool.seal()
    assert (spool.audit().sealed, spool.audit().pending) == (3, 2)
    clock.advance(timedelta(minutes=10))
    await spool.seal()
    assert (spool.audit().sealed, spool.audit().pending) == (5, 0)
    await spool.close()


async def test_a_start_does_not_make_a_quiet_site_ripe(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, tick_keys=3)
    await spool.commit(an_entry())
    await spool.close()
    clock = ManualClock(NOON)
    again = a_spool(tmp_path, tick_keys=3, clock=clock)
    await again.seal()
    assert again.audit().pending == 1
    clock.advance(timedelta(minutes=10))
    await again.seal()
    assert again.audit().sealed == 1
    await again.close()


async def test_after_a_tick_the_log_is_empty_and_a_quiet_site_has_one_commit_a_day(
    tmp_path: Path,
) -> None:
    spool = a_spool(tmp_path, tick_keys=100)
    for page in range(20):
        await spool.commit(an_entry(f"/{page}"))
    assert len(spool._file.commits_of(["example.jp"])) == 40
    await spool.seal()
    assert len(spool._file.commits_of(["example.jp"])) == 2
    assert (tmp_path / "spool.db-wal").stat().st_size == 0
    await spool.close()


async def test_nothing_of_a_forgotten_batch_is_left_in_the_file(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    for number in range(30):
        await spool.commit(an_entry(f"/mark-{number}-{'y' * 900}"))
    assert b"/mark-7-y" in contents(tmp_path)
    await spool.seal()
    assert b"/mark-7-y" in contents(tmp_path)
    outbox = spool.outbox
    for batch in await asyncio.to_thread(outbox.batches, "sealed"):
        await asyncio.to_thread(outbox.verify, batch)
    await asyncio.to_thread(outbox.forget, await asyncio.to_thread(outbox.batches, "verified"))
    assert b"/mark-" not in contents(tmp_path)
    assert b"yyyy" not in contents(tmp_path)
    assert spool.audit().verified == 30
    await spool.close()


async def test_a_sealing_that_fails_changes_nothing_and_is_done_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = a_spool(tmp_path)
    await commit_all(spool, [an_entry() for _ in range(3)])
    with monkeypatch.context() as patched:
        patched.setattr(spool._file, "_insert", _no_space)
        with pytest.raises(sqlite3.OperationalError):
            await spool.seal()
    assert (spool.audit().sealed, spool.audit().pending) == (0, 3)
    await spool.seal()
    assert (spool.audit().sealed, spool.audit().pending) == (3, 0)
    await spool.close()


async def test_a_kill_between_any_two_steps_of_sealing_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = a_spool(tmp_path, tick_keys=2 * FOLDED)
    for number in range(2 * FOLDED + 2):
        await spool.commit(an_entry(f"/{number}"))
        await spool.commit(an_entry(site="quiet.jp", keys=0))
    killed: list[Path] = []
    step = spool._file.seal

    def step_and_kill(*args: Any) -> list[Kept]:
        kept = step(*args)
        killed.append(tmp_path / f"killed-{len(killed)}")
        killed[-1].mkdir()
        for file in ("spool.db", "spool.db-wal"):
            shutil.copy(tmp_path / file, killed[-1] / file)
        return kept

    monkeypatch.setattr(spool._file, "seal", step_and_kill)
    await spool.seal()
    await spool.close()
    assert len(killed) > 6
    for directory in killed:
        later = ManualClock(NOON)
        survivor = a_spool(directory, clock=later)
        later.advance(timedelta(minutes=10))
        await survivor.seal()
        audit = survivor.audit()
        assert (audit.difference, audit.sealed) == (0, 4 * FOLDED + 4)
        assert pages_sealed(survivor) == {
            "/": 2 * FOLDED + 2,
            **{f"/{number}": 1 for number in range(2 * FOLDED + 2)},
        }
        await survivor.close()


async def test_what_comes_while_a_site_is_sealed_waits_until_it_is_a_crowd_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = a_spool(tmp_path, tick_keys=FOLDED)
    for _ in range(FOLDED):
        await spool.commit(an_entry())
    step = spool._replace
    came = 0

    async def step_and_commit(*args: Any) -> list[Kept]:
        nonlocal came
        kept = await step(*args)
        await spool.commit(an_entry("/later"))
        came += 1
        return kept

    with monkeypatch.context() as patched:
        patched.setattr(spool, "_replace", step_and_commit)
        await spool.seal()
    assert came > 2
    await spool.seal()
    assert pages_sealed(spool) == {"/": FOLDED}
    assert spool.audit().pending == came
    for _ in range(FOLDED - came):
        await spool.commit(an_entry("/later"))
    await spool.seal()
    assert pages_sealed(spool) == {"/": FOLDED, "/later": FOLDED}
    await spool.close()


async def test_a_full_disk_can_still_be_sealed(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    for page in range(40):
        await spool.commit(an_entry(f"/{page}/" + "z" * 3000))
    disk_full(spool)
    await spool.seal()
    assert (spool.audit().sealed, spool.audit().pending) == (40, 0)
    await spool.close()


async def test_a_damaged_file_is_set_aside_named_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = a_spool(tmp_path)
    await commit_all(spool, [an_entry() for _ in range(5)])
    await spool.close()
    path = tmp_path / "spool.db"
    damaged = b"not a database" * 100 + path.read_bytes()[1400:]
    path.write_bytes(damaged)
    with caplog.at_level(logging.ERROR):
        again = a_spool(tmp_path)
    assert again.damaged_files() == ["spool.db.damaged-1"]
    assert (tmp_path / "spool.db.damaged-1").read_bytes() == damaged
    assert "spool.db.damaged-1" in caplog.text
    await again.commit(an_entry())
    assert again.audit().acknowledged == 1
    await again.close()


async def test_a_damaged_page_is_noticed_at_the_start(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    for page in range(40):
        await spool.commit(an_entry(f"/{page}/" + "z" * 3000))
    await spool.close()
    path = tmp_path / "spool.db"
    bytes_ = bytearray(path.read_bytes())
    bytes_[8 * 4096 : 12 * 4096] = b"\xff" * (4 * 4096)
    path.write_bytes(bytes_)
    again = a_spool(tmp_path)
    assert again.damaged_files() == ["spool.db.damaged-1"]
    await again.close()


async def test_a_damaged_commit_is_set_aside_and_stays_in_the_audit(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    await spool.commit(an_entry())
    spool._file._connection.execute(
        "UPDATE commits SET rows = CAST('damaged' AS BLOB) WHERE kind = 'coarse_events'"
    )
    await spool.commit(an_entry())
    await spool.seal()
    audit = spool.audit()
    assert (audit.sealed, audit.set_aside, audit.aside, audit.difference) == (1, 1, 1, 0)
    await spool.close()


async def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool._file._connection.execute("PRAGMA user_version = 99")
    await spool.close()
    with pytest.raises(OboroError, match="newer Oboro"):
        a_spool(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["spool.db"]


async def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    await spool.commit(an_entry())
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    await spool.close()


async def test_a_value_that_is_not_unicode_does_not_fail_the_others(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    await commit_all(spool, [an_entry("/\ud800"), an_entry("/?"), an_entry()])
    assert spool.audit().acknowledged == 3
    await spool.close()
