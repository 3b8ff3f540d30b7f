"""Pace: a thread rests by what it worked, and no longer than the tick allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.pace import (
    LONGEST_REST,
    REST_IN_ALL,
    SHORTEST_REST,
    WORK_SECONDS,
    Pace,
)
from oboro.clock import ManualClock


class Working:
    """A thread whose pieces of work take as long as told, and what it rested."""

    def __init__(self) -> None:
        self._clock = ManualClock(datetime(2026, 3, 4, tzinfo=UTC))
        self.rests: list[float] = []
        self.pace = Pace(self._clock, self.rests.append)

    def through(self, pieces: list[float]) -> list[float]:
        """Return the *pieces* that were gone through."""
        done = []
        for seconds in self.pace.over(pieces):
            self._clock.advance(timedelta(seconds=seconds))
            done.append(seconds)
        return done


pieces = st.lists(st.floats(0, 0.2), max_size=200)


@given(pieces)
def test_everything_comes_in_order_and_rests_stay_within_their_bounds(given_: list[float]) -> None:
    working = Working()
    assert working.through(given_) == given_
    assert all(SHORTEST_REST <= rest <= LONGEST_REST for rest in working.rests)
    assert sum(working.rests) < REST_IN_ALL + LONGEST_REST


def test_small_pieces_go_together_until_they_took_long_enough() -> None:
    working = Working()
    working.through([WORK_SECONDS / 4 + 1e-6] * 8)
    assert len(working.rests) == 2


def test_a_tick_that_took_all_its_rest_goes_on_without_and_the_next_one_rests_again() -> None:
    working = Working()
    pieces = [2 * LONGEST_REST] * 100
    assert working.through(pieces) == pieces
    assert len(working.rests) < len(pieces)
    working.rests.clear()
    working.through(pieces[:1])
    assert not working.rests
    working.pace.begin()
    working.through(pieces[:1])
    assert working.rests == [LONGEST_REST]


def test_who_is_told_to_hurry_rests_no_more() -> None:
    working = Working()
    working.pace.hurry()
    working.pace.begin()
    assert working.through([1.0, 1.0]) == [1.0, 1.0]
    assert not working.rests
