"""A hit is answered once it is durable; what is not leaves memory as it was."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collector.arrival import Arrival
from collector.ingest import Ingest
from collector.recent import Recent
from collector.spool import Spool, SpoolUnavailable
from collector.spooling.file import SpoolFile
from collector.taken import Taken
from oboro.outcomes import Outcome
from tests.support.hits import WITHIN, Counting, Hit, a_pipeline, arrivals, everything_in
from tests.support.spooled import a_spool

NEVER = 3600.0


@dataclass
class Taking:
    """An ingest on a spool of its own."""

    ingest: Ingest
    counting: Counting
    spool: Spool
    acknowledged: Counter[str]


@asynccontextmanager
async def an_ingest(directory: Path, **changed: Any) -> AsyncIterator[Taking]:
    counting = a_pipeline(k=5)
    spool = a_spool(directory, clock=counting.clock, **changed)
    acknowledged: Counter[str] = Counter()
    ingest = Ingest(
        clock=counting.clock,
        tick_seconds=NEVER,
        acknowledged=lambda outcome: acknowledged.update([outcome]),
    )
    ingest.open(counting.pipeline, spool)
    try:
        yield Taking(ingest, counting, spool, acknowledged)
    finally:
        await spool.close()


def kept(directory: Path) -> dict[str, int]:
    """Return how many commits lie in the spool, by table."""
    with sqlite3.connect(directory / "spool.db") as file:
        return dict(file.execute("SELECT kind, count(*) FROM commits GROUP BY kind"))


async def room_in(spool: Spool) -> None:
    """Wait until *spool* has seen that the disk takes something again."""
    async with asyncio.timeout(30):
        while not spool.has_room():
            await asyncio.sleep(0.02)


async def test_a_counted_hit_is_acknowledged_once_it_lies_in_the_spool(tmp_path: Path) -> None:
    async with an_ingest(tmp_path) as here:
        (arrival,) = arrivals([Hit(0, 0, 1, "")])

        outcome = await here.ingest.take(arrival)

        assert outcome is Outcome.COUNTED
        assert here.spool.audit().pending == 1
        assert here.acknowledged == {"counted": 1}


async def test_a_refused_hit_leaves_its_outcome_only(tmp_path: Path) -> None:
    async with an_ingest(tmp_path) as here:
        (arrival,) = arrivals([Hit(0, 0, 1, "")], site="elsewhere.jp")

        outcome = await here.ingest.take(arrival)

        assert outcome is Outcome.UNKNOWN_SITE
        assert kept(tmp_path) == {"outcomes": 1}


async def test_waiting_like_a_counted_hit_leaves_nothing(tmp_path: Path) -> None:
    async with an_ingest(tmp_path) as here:
        before = everything_in(here.counting)

        await here.ingest.wait_for_commit()

        assert everything_in(here.counting) == before
        assert (kept(tmp_path), here.acknowledged) == ({}, {})


async def test_waiting_like_a_counted_hit_takes_as_long_as_one_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[tuple[str, int]] = []

    def spin(recent: Recent, since: float | None = None) -> None:
        spent.append(("spin" if since is None else "spin since", len(recent._seconds)))

    monkeypatch.setattr(Recent, "spin", spin)
    monkeypatch.setattr(Recent, "rest", lambda self: spent.append(("rest", len(self._seconds))))
    async with an_ingest(tmp_path) as here:
        for arrival in arrivals([Hit(0, 0, 1, ""), Hit(0, 1, 1, "")]):
            await here.ingest.take(arrival)

        await here.ingest.wait_for_commit()

    # In the loop as what is read and taken, on the spool's thread as what is written, and in the
    # loop again as what was left to do between the commit and the answer.
    assert spent == [("spin", 2), ("rest", 2), ("spin since", 2)]


async def test_who_objects_waits_as_long_as_reading_took_as_well(tmp_path: Path) -> None:
    async with an_ingest(tmp_path) as here:
        (arrival,) = arrivals([Hit(0, 0, 1, "")])
        began = here.counting.clock.monotonic()
        here.counting.clock.advance(timedelta(seconds=3))

        await here.ingest.take(arrival, began)

        assert list(here.ingest._taking._seconds) == [3]


async def test_without_room_neither_ledger_nor_spool_is_touched(tmp_path: Path) -> None:
    async with an_ingest(tmp_path, spool_megabytes=0) as here:
        (arrival,) = arrivals([Hit(0, 0, 1, "")])

        with pytest.raises(SpoolUnavailable):
            await here.ingest.take(arrival)
        with pytest.raises(SpoolUnavailable):
            await here.ingest.wait_for_commit()

        assert everything_in(here.counting) == ({}, {}, {})
        assert here.acknowledged == {}


async def test_hits_of_a_commit_that_fails_never_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_ingest(tmp_path) as here:
        first, *others = arrivals([Hit(0, n % 3, n, "Google") for n in range(9)])
        await here.ingest.take(first)
        before = everything_in(here.counting)
        monkeypatch.setattr(SpoolFile, "add", _full)

        results = await asyncio.gather(*map(here.ingest.take, others), return_exceptions=True)

        assert {type(result) for result in results} == {SpoolUnavailable}
        assert everything_in(here.counting) == before
        assert here.acknowledged == {"counted": 1}


async def test_a_pause_that_the_spool_refuses_keeps_what_was_refused_for_the_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_ingest(tmp_path) as here:
        (arrival,) = arrivals([Hit(0, 0, 1, "")])
        await here.ingest.take(arrival)
        here.ingest.refuse(Outcome.INVALID)
        before = everything_in(here.counting)
        with monkeypatch.context() as failing:
            failing.setattr(SpoolFile, "add", _full)
            assert not await here.ingest.pause()
        assert everything_in(here.counting) == before
        here.counting.clock.advance(timedelta(minutes=1))
        await room_in(here.spool)

        await here.ingest.stop()

        assert kept(tmp_path) == {"coarse_events": 2, "outcomes": 2, "contributions": 1}


async def test_visits_that_ended_in_a_commit_that_fails_end_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_ingest(tmp_path) as here:
        (arrival,) = arrivals([Hit(0, 0, 1, "")])
        await here.ingest.take(arrival)
        here.ingest.refuse(Outcome.INVALID)
        here.counting.clock.advance(timedelta(hours=1))
        with monkeypatch.context() as failing:
            failing.setattr(SpoolFile, "add", _full)
            with pytest.raises(SpoolUnavailable):
                await here.ingest.tick()
        here.counting.clock.advance(timedelta(minutes=1))
        await room_in(here.spool)

        await here.ingest.tick()

        assert kept(tmp_path) == {"coarse_events": 2, "outcomes": 2, "contributions": 1}
        assert list(here.counting.ledger._days["example.jp"].open_visits()) == []


async def test_an_unreadable_request_is_tallied_with_the_next_tick(tmp_path: Path) -> None:
    async with an_ingest(tmp_path) as here:
        here.ingest.refuse(Outcome.INVALID)
        here.ingest.refuse(Outcome.INVALID)
        nothing = kept(tmp_path)

        await here.ingest.tick()

        assert (nothing, kept(tmp_path)) == ({}, {"outcomes": 1})
        assert here.acknowledged == {"invalid": 2}


async def test_a_tick_with_nothing_to_say_writes_nothing(tmp_path: Path) -> None:
    async with an_ingest(tmp_path) as here:
        await here.ingest.tick()

        assert kept(tmp_path) == {}


async def test_a_stop_keeps_the_exits_and_takes_nothing_more(tmp_path: Path) -> None:
    async with an_ingest(tmp_path) as here:
        (arrival,) = arrivals([Hit(0, 0, 1, "")])
        await here.ingest.take(arrival)

        await here.ingest.stop()

        assert kept(tmp_path) == {"coarse_events": 2, "outcomes": 1, "contributions": 1}
        with pytest.raises(SpoolUnavailable):
            await here.ingest.take(arrival)
        with pytest.raises(SpoolUnavailable):
            await here.ingest.wait_for_commit()


async def test_several_hits_are_kept_together_and_each_has_its_outcome(tmp_path: Path) -> None:
    async with an_ingest(tmp_path) as here:
        known = arrivals([Hit(0, 0, 1, ""), Hit(0, 1, 2, "")])
        unknown = arrivals([Hit(0, 0, 1, "")], site="elsewhere.jp")

        outcomes = await here.ingest.take_all([known[0], *unknown, known[1]])

        assert outcomes == [Outcome.COUNTED, Outcome.UNKNOWN_SITE, Outcome.COUNTED]
        assert here.acknowledged == {"counted": 2, "unknown_site": 1}
        assert here.spool.audit().pending == 2
        assert await here.ingest.take_all([]) == []


async def test_of_several_hits_none_is_kept_when_the_disk_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_ingest(tmp_path) as here:
        several = arrivals([Hit(0, 0, 1, "Google"), Hit(0, 1, 2, ""), Hit(1, 0, 2, WITHIN)])
        before = everything_in(here.counting)

        with monkeypatch.context() as failing:
            failing.setattr(SpoolFile, "add", _full)
            with pytest.raises(SpoolUnavailable):
                await here.ingest.take_all(several)

        assert everything_in(here.counting) == before
        assert here.acknowledged == {}


async def test_of_several_hits_none_is_kept_when_one_goes_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_ingest(tmp_path) as here:
        several = arrivals([Hit(0, 0, 1, "Google"), Hit(0, 1, 2, "")])
        before = everything_in(here.counting)
        take = here.counting.pipeline.take

        def once(arrival: Arrival) -> Taken:
            if arrival is several[1]:
                raise RuntimeError
            return take(arrival)

        monkeypatch.setattr(here.counting.pipeline, "take", once)
        with pytest.raises(RuntimeError):
            await here.ingest.take_all(several)

        assert everything_in(here.counting) == before
        assert kept(tmp_path) == {}


def _full(_file: SpoolFile, _commits: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")
