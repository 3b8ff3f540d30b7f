from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.demo.filling import Chunk, chunks_of, months_before
from collector.demo.town import CITY, LIBRARY

FIRST = date(2025, 1, 1)
DAYS = st.sets(st.integers(0, 500)).map(
    lambda numbers: [FIRST + timedelta(days=number) for number in numbers]
)


@given(DAYS)
def test_chunks_hold_each_missing_day_once_and_no_other(days: list[date]) -> None:
    chunked = [day for chunk in chunks_of(CITY, days) for day in chunk.days]
    assert sorted(chunked) == sorted(days)


@given(DAYS)
def test_the_newest_days_come_first(days: list[date]) -> None:
    lasts = [chunk.last for chunk in chunks_of(CITY, days)]
    assert lasts == sorted(lasts, reverse=True)


def test_a_busy_site_comes_in_pieces_with_a_short_one_first_and_a_small_site_at_once() -> None:
    year = [FIRST + timedelta(days=number) for number in range(400)]
    sizes = [len(chunk.days) for chunk in chunks_of(CITY, year)]
    assert sizes[0] < sizes[1]
    assert max(sizes) < 100
    assert chunks_of(LIBRARY, year) == [Chunk(LIBRARY, year[0], year[-1])]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 40))
def test_months_before_is_about_so_many_months(day: date, months: int) -> None:
    first = months_before(day, months)
    # Both ends belong to it.
    assert 28 * months <= (day - first).days + 1 <= 31 * months + 4
