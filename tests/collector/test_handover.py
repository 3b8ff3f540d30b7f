"""What a collector knows passes to its successor whole, once, in bounded time and unwritten."""

from __future__ import annotations

import os
import socket
import stat
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.handover.keeper import keep
from collector.handover.passing import left_with_keeper, taken_over
from collector.handover.state import Memory, NotReadable, packed, unpacked
from collector.handover.wire import NAME, bound, is_ours
from collector.variety import Variety
from oboro.facts import Fact
from tests.support.hits import Counting, Hit, a_pipeline, arrivals, everything_in, some_hits

DAY = {("example.jp", datetime(2026, 3, 4, tzinfo=UTC).date())}
KEPT = b"what is kept" * 1000


def memory_of(counting: Counting, variety: Variety) -> Memory:
    return Memory(counting.ledger, counting.gathering, variety, counting.live)


@given(
    hits=some_hits(engaged=True),
    stops=st.sets(st.integers(0, 39)),
    places=st.sampled_from((1, 3, 1000)),
)
def test_hits_are_counted_as_if_no_server_had_ever_stopped(
    hits: list[Hit], stops: set[int], places: int
) -> None:
    variety, other = Variety(places), Variety(places)
    counting, undisturbed = a_pipeline(variety=variety), a_pipeline(variety=other)
    for number, arrival in enumerate(arrivals(hits)):
        if number in stops:
            data = packed(memory_of(counting, variety), DAY)
            variety = Variety(places)
            counting = a_pipeline(variety=variety)
            assert unpacked(data, memory_of(counting, variety)) == DAY
        taken, expected = (each.pipeline.take(arrival) for each in (counting, undisturbed))
        assert _sums(taken.facts) == _sums(expected.facts)
        assert taken.contributions == expected.contributions
        ended, otherwise = (each.pipeline.tick(arrival.at) for each in (counting, undisturbed))
        assert _sums(ended) == _sums(otherwise)
    assert counting.gathering.sites == undisturbed.gathering.sites
    assert counting.live._views == undisturbed.live._views


def _sums(facts: list[Fact]) -> list[Fact]:
    return sorted(facts)


@given(hits=some_hits(engaged=True))
def test_everything_in_memory_comes_back_as_it_was(hits: list[Hit]) -> None:
    counting = a_pipeline()
    for arrival in arrivals(hits):
        counting.pipeline.take(arrival)
    copy = a_pipeline()

    unpacked(packed(memory_of(counting, Variety(9)), DAY), memory_of(copy, Variety(9)))

    assert everything_in(copy) == everything_in(counting)


def test_what_a_visit_and_its_day_share_stays_shared() -> None:
    counting, copy = a_pipeline(), a_pipeline()
    for arrival in arrivals([Hit(0, visitor, 1, "") for visitor in range(9)]):
        counting.pipeline.take(arrival)

    unpacked(packed(memory_of(counting, Variety(9)), DAY), memory_of(copy, Variety(9)))

    (day,) = copy.ledger.handed()[0]
    open_ = [known for known in day.keys.values() if not isinstance(known, bytes)]
    assert len(open_) == 9
    assert len({known.seen for known in open_}) == 2  # by device
    assert all(known.visit_seen is known.seen for known in open_)


def test_keys_between_their_visits_are_handed_over_as_they_lie() -> None:
    counting, copy = a_pipeline(), a_pipeline()
    hits = arrivals([Hit(0, visitor, 1, "") for visitor in range(9)])
    for arrival in hits:
        counting.pipeline.take(arrival)
    counting.pipeline.tick(hits[-1].at + timedelta(hours=1))

    unpacked(packed(memory_of(counting, Variety(9)), DAY), memory_of(copy, Variety(9)))

    (day,) = copy.ledger.handed()[0]
    assert all(isinstance(known, bytes) for known in day.keys.values())
    assert everything_in(copy) == everything_in(counting)
    again = hits[0]
    again.at += timedelta(hours=2)
    assert copy.pipeline.take(again).facts == counting.pipeline.take(again).facts


@pytest.mark.parametrize("damaged", [b"", b"something else", b"cut", b"turned"])
def test_what_another_version_or_damage_made_is_refused_and_changes_nothing(
    damaged: bytes,
) -> None:
    counting, copy = a_pipeline(), a_pipeline()
    counting.pipeline.take(arrivals([Hit(0, 1, 1, "")])[0])
    whole = packed(memory_of(counting, Variety(9)), DAY)
    data = {b"cut": whole[:-1], b"turned": whole[:-1] + bytes([whole[-1] ^ 1])}.get(
        damaged, damaged
    )

    with pytest.raises(NotReadable):
        unpacked(data, memory_of(copy, Variety(9)))

    assert copy.ledger.size() == 0


def test_a_keeper_gives_what_it_keeps_once(tmp_path: Path) -> None:
    assert left_with_keeper(tmp_path, KEPT, 60)

    assert taken_over(tmp_path, bytes) == KEPT
    assert taken_over(tmp_path, bytes) is None
    assert list(tmp_path.iterdir()) == []


def test_a_keeper_is_reached_in_a_directory_of_any_length(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 30)
    deep.mkdir()
    assert left_with_keeper(deep, KEPT, 60)

    assert taken_over(deep, bytes) == KEPT


def test_nothing_but_an_empty_socket_of_its_user_lies_on_the_disk(tmp_path: Path) -> None:
    assert left_with_keeper(tmp_path, KEPT, 60)

    (lying,) = tmp_path.iterdir()
    told = lying.stat()
    taken_over(tmp_path, bytes)

    assert stat.S_ISSOCK(told.st_mode)
    assert (stat.S_IMODE(told.st_mode), told.st_size) == (0o600, 0)


def test_what_nobody_asks_for_in_time_is_gone(tmp_path: Path) -> None:
    assert left_with_keeper(tmp_path, KEPT, 0.2)
    while list(tmp_path.iterdir()):
        time.sleep(0.02)

    assert taken_over(tmp_path, bytes) is None


def test_a_successor_that_cannot_read_it_leaves_it_to_no_later_one(tmp_path: Path) -> None:
    def refuse(_data: bytes) -> None:
        raise NotReadable("another version")

    assert left_with_keeper(tmp_path, KEPT, 1)
    with pytest.raises(NotReadable):
        taken_over(tmp_path, refuse)

    assert taken_over(tmp_path, bytes) is None


def test_a_later_keeper_is_not_taken_away_by_an_earlier_one(tmp_path: Path) -> None:
    assert left_with_keeper(tmp_path, b"earlier", 0.5)
    assert left_with_keeper(tmp_path, b"later", 60)
    time.sleep(1)

    assert taken_over(tmp_path, bytes) == b"later"


def test_a_socket_that_a_killed_keeper_left_is_cleared_away(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / NAME))

    assert taken_over(tmp_path, bytes) is None
    assert list(tmp_path.iterdir()) == []


def test_another_users_process_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = socket.socketpair()
    with one, other:
        assert is_ours(one)
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        assert not is_ours(one)


def test_a_keeper_gives_nothing_to_another_users_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = iter([False, True])
    monkeypatch.setattr("collector.handover.keeper.is_ours", lambda _peer: next(told))
    keeping = threading.Thread(target=keep, args=(tmp_path, KEPT, 20))
    keeping.start()
    with socket.socket(socket.AF_UNIX) as other:
        while other.connect_ex(str(tmp_path / NAME)):
            time.sleep(0.01)
        assert other.recv(1) == b""

    assert taken_over(tmp_path, bytes) == KEPT
    keeping.join()


def test_what_offers_memory_under_another_user_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.handover.passing.is_ours", lambda _peer: False)
    with bound(tmp_path):
        assert taken_over(tmp_path, bytes) is None
