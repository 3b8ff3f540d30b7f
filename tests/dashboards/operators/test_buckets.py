"""Days are grouped into bars without losing any."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboards.operators.buckets import (
    INTERVALS,
    MONTH,
    WEEK,
    Bucket,
    added,
    bucketed,
    intervals_for,
)

FIRST = date(2026, 1, 1)
COUNTS = st.lists(st.integers(0, 1000), min_size=1, max_size=420)


def days(count: int) -> list[date]:
    """Return *count* days from the first of January on."""
    return [FIRST + timedelta(days=n) for n in range(count)]


@given(now=COUNTS, interval=st.sampled_from(INTERVALS), data=st.data())
def test_grouping_loses_nothing(now: list[int], interval: str, data: st.DataObject) -> None:
    before = data.draw(st.lists(st.integers(0, 1000), min_size=len(now), max_size=len(now)))
    made = bucketed(
        days(len(now)), [{"views": n} for n in now], [{"views": n} for n in before], interval, {}
    )

    assert sum(bucket.figures["views"] or 0 for bucket in made) == sum(now)
    assert sum(bucket.before["views"] or 0 for bucket in made) == sum(before)
    assert [made[0].first, made[-1].last] == [days(len(now))[0], days(len(now))[-1]]


def test_the_newest_week_is_whole_and_the_oldest_says_that_it_is_not() -> None:
    made = bucketed(days(10), [{"views": 1}] * 10, [], WEEK, {})

    assert [(len_of(bucket), bucket.mark) for bucket in made] == [(3, "short"), (7, "")]


def test_a_month_of_which_only_a_part_is_shown_says_so() -> None:
    made = bucketed(days(45), [{"views": 1}] * 45, [], MONTH, {})

    assert [bucket.mark for bucket in made] == ["", "short"]


def test_one_marked_day_marks_its_week() -> None:
    made = bucketed(days(7), [{"views": 1}] * 7, [], WEEK, {FIRST: "partial"})

    assert [bucket.mark for bucket in made] == ["partial"]


def test_a_figure_that_is_not_available_stays_so() -> None:
    assert added([{"views": None, "visits": 1}, {"views": 3, "visits": 2}]) == {
        "views": None,
        "visits": 3,
    }


@given(st.integers(1, 1100))
def test_a_chart_has_a_readable_number_of_bars(count: int) -> None:
    best = intervals_for(count)[0]

    assert len(bucketed(days(count), [{}] * count, [], best, {})) <= 92


def len_of(bucket: Bucket) -> int:
    """Return how many days a bucket holds."""
    return (bucket.last - bucket.first).days + 1
