"""Whoever must take as long as others takes one of their durations, another each time."""

from __future__ import annotations

import time

import pytest

from collector.recent import LONGEST, LONGEST_BUSY, Recent, RecentBySize


def test_with_nothing_measured_nothing_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("slept"))

    Recent().rest()
    Recent().spin()


def test_each_of_the_last_durations_is_slept_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(time, "perf_counter", lambda: 0.0)
    recent = Recent()
    for seconds in (0.001, 0.002, 60.0):
        recent.note(seconds)
    for _ in range(3):
        recent.rest()

    # This clock stands still: each sleep seems to end early by what was asked, never late.
    assert slept[0] == 0.002
    assert all(0 <= seconds <= 2 * LONGEST for seconds in slept)


def test_being_busy_lasts_until_the_duration_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 0.5e-3, 0.9e-3, 1.1e-3])
    monkeypatch.setattr(time, "perf_counter", lambda: next(moments))
    recent = Recent()
    recent.note(0.001)

    recent.spin()

    assert list(moments) == []


def test_nobody_is_kept_busy_for_long_and_a_beginning_that_is_past_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moments = iter([1.0, 1.0 + 0.9 * LONGEST_BUSY, 1.0 + 1.1 * LONGEST_BUSY, 2.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(moments))
    recent = Recent()
    recent.note(60.0)

    recent.spin()
    recent.spin(since=1.0)

    assert list(moments) == []


@pytest.mark.parametrize(("size", "slept"), [(1, 0.001), (9, 0.020), (12, 0.020), (1_000, 0.020)])
def test_a_group_takes_as_long_as_one_of_about_its_size(
    monkeypatch: pytest.MonkeyPatch, size: int, slept: float
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(time, "sleep", asked.append)
    monkeypatch.setattr(time, "perf_counter", lambda: 0.0)
    recent = RecentBySize()
    recent.rest(size)
    recent.note(1, 0.001)
    recent.note(10, 0.020)

    recent.rest(size)

    assert asked == [slept]
