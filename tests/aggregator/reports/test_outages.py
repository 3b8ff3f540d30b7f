"""An empty hour is an outage only where it is empty against what is usual."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.reports.outages import USUAL, Outage, hours_left_out, outages
from aggregator.reports.periods import Period
from aggregator.reports.quality import quality
from oboro.store import Store
from tests.support.kept_facts import a_fact, keep

MONDAY = date(2026, 3, 2)
DAYS = [MONDAY + timedelta(days=after) for after in range(28)]
MIDDLE = DAYS[14]


def steady(views: int = 50) -> dict[date, dict[int, int]]:
    """Return four weeks with as many *views* in each hour of the day as of the night."""
    return {day: dict.fromkeys(range(24), views) for day in DAYS}


def test_steady_views_have_no_outage() -> None:
    assert outages(steady(), DAYS) == []


def test_empty_hours_in_a_row_are_one_outage_with_what_is_usual() -> None:
    views = steady()
    for hour in (9, 10, 11, 20):
        del views[MIDDLE][hour]

    assert outages(views, DAYS) == [Outage(MIDDLE, 9, 11, 150), Outage(MIDDLE, 20, 20, 50)]


def test_an_outage_over_midnight_is_told_of_each_day() -> None:
    views = steady()
    del views[MIDDLE][23], views[MIDDLE + timedelta(days=1)][0]

    assert [(each.day, each.first) for each in outages(views, DAYS)] == [
        (MIDDLE, 23),
        (MIDDLE + timedelta(days=1), 0),
    ]


def test_nights_and_sundays_that_are_always_quiet_are_none() -> None:
    views = steady()
    for day in DAYS:
        for hour in range(24):
            if hour < 6 or day.weekday() == 6:
                views[day][hour] = 0
        views[day][12] = 50

    assert outages(views, DAYS) == []


def test_a_holiday_with_nobody_in_the_office_hours_is_told_and_one_quiet_day_is_not() -> None:
    views = steady(USUAL - 1)
    views[MIDDLE] = {12: 5}

    assert outages(views, DAYS) == []
    views = steady(USUAL)
    views[MIDDLE] = {12: 5}
    assert [(each.first, each.last) for each in outages(views, DAYS)] == [(0, 11), (13, 23)]


def test_a_day_without_anything_is_told_elsewhere() -> None:
    views = steady()
    views[MIDDLE] = {}

    assert outages(views, DAYS) == []


def test_an_hour_that_the_clock_leaves_out_is_none() -> None:
    zone = ZoneInfo("America/New_York")
    spring = date(2026, 3, 8)
    views = steady()
    del views[spring][2]

    assert hours_left_out(spring, zone) == {2}
    assert outages(views, DAYS, zone) == []
    assert outages(views, DAYS, ZoneInfo("Asia/Tokyo")) == [Outage(spring, 2, 2, 50)]


def test_a_site_that_begins_or_grows_has_no_outage_before() -> None:
    views = {day: dict.fromkeys(range(24), 0) | {12: 1} for day in DAYS[:14]}
    views |= {day: dict.fromkeys(range(24), 500) for day in DAYS[14:]}

    found = outages(views, DAYS)
    assert all(each.day >= DAYS[14] - timedelta(days=7) for each in found)
    assert outages(views, DAYS[:7]) == []


@given(
    st.lists(
        st.dictionaries(st.integers(0, 23), st.integers(0, 200), max_size=24),
        min_size=1,
        max_size=28,
    )
)
def test_outages_are_empty_hours_of_days_with_views(drawn: list[dict[int, int]]) -> None:
    views = dict(zip(DAYS, drawn, strict=False))

    for each in outages(views, DAYS):
        assert any(views[each.day].values())
        assert not any(views[each.day].get(hour) for hour in range(each.first, each.last + 1))
        assert each.usual >= USUAL


@pytest.mark.parametrize("last", [DAYS[20], MIDDLE])
def test_outages_are_read_from_the_hours_around_a_period(store: Store, last: date) -> None:
    facts = [
        a_fact("example.jp", day, "hour", f"{hour:02}", views=40)
        for day in DAYS
        for hour in (9, 10)
        if (day, hour) != (MIDDLE, 10)
    ]
    keep(store, [*facts, *(a_fact("example.jp", day, "total", "", views=80) for day in DAYS)])

    known = quality(store, "example.jp", Period(MIDDLE, last))

    assert known.outages == (Outage(MIDDLE, 10, 10, 40),)
    assert known.document()["outages"] == [
        {"day": MIDDLE.isoformat(), "from_hour": 10, "to_hour": 10, "usual_views": 40}
    ]
    assert quality(store, "example.jp", Period(DAYS[15], DAYS[16])).outages == ()
