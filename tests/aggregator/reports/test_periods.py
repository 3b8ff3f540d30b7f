"""Periods are compared with the equal span of days right before them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.reports.periods import EARLIEST, LATEST, LONGEST, Period

days = st.dates(EARLIEST, LATEST - timedelta(days=LONGEST))
lengths = st.integers(0, LONGEST - 1)


@given(days, lengths)
def test_the_period_before_is_as_long_and_ends_the_day_before(first: date, more: int) -> None:
    period = Period(first, first + timedelta(days=more))

    before = period.before()

    if before is None:
        assert period.first - timedelta(days=len(period)) < EARLIEST
    else:
        assert len(before) == len(period)
        assert before.last + timedelta(days=1) == period.first


def test_every_day_is_listed_once_over_a_change_of_clocks() -> None:
    assert Period(date(2026, 3, 28), date(2026, 3, 30)).days() == [
        date(2026, 3, 28),
        date(2026, 3, 29),
        date(2026, 3, 30),
    ]
