"""Periods: each day lies in exactly one, and each lies under one version of the policy."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.publish.periods import (
    DAY,
    Period,
    over_before,
    period_around,
    periods_of,
    unit_around,
)
from oboro.errors import Conflict
from oboro.policy import ALWAYS, Cadence, PublicationPolicy, policy_on

DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
CADENCES = st.sampled_from(Cadence)


def by(cadence: Cadence, since: date = ALWAYS, version: int = 1) -> PublicationPolicy:
    return PublicationPolicy(cadence=cadence, in_force_from=since, version=version)


@given(DAYS, CADENCES)
def test_a_day_lies_in_its_unit_and_so_do_the_unit_s_others(day: date, cadence: Cadence) -> None:
    unit = unit_around(day, cadence)

    assert day in unit.days()
    assert {unit_around(other, cadence) for other in unit.days()} == {unit}


@pytest.mark.parametrize(
    ("day", "cadence", "shown"),
    [
        (date(2026, 2, 10), Cadence.DAY, "2026-02-10"),
        (date(2026, 3, 1), Cadence.WEEK, "2026-02-23 to 2026-03-01"),
        (date(2024, 2, 29), Cadence.MONTH, "2024-02-01 to 2024-02-29"),
        (date(2026, 12, 31), Cadence.MONTH, "2026-12-01 to 2026-12-31"),
    ],
)
def test_units_are_days_weeks_from_monday_and_calendar_months(
    day: date, cadence: Cadence, shown: str
) -> None:
    assert str(unit_around(day, cadence)) == shown


@given(DAYS, st.lists(st.tuples(CADENCES, st.integers(1, 60)), max_size=4))
def test_periods_follow_each_other_and_lie_under_one_version(
    start: date, changes: list[tuple[Cadence, int]]
) -> None:
    versions, since = [by(Cadence.MONTH)], start
    for version, (cadence, later) in enumerate(changes, start=2):
        since += timedelta(later)
        versions.append(by(cadence, since, version))

    periods = over_before(since + timedelta(90), start, versions)

    assert all(before.last + DAY == after.first for before, after in pairwise(periods))
    for period in periods:
        assert len({policy_on(day, versions).version for day in period.days()}) == 1
        assert {period_around(day, versions) for day in period.days()} == {period}


def test_a_stretch_of_whole_periods_is_taken_apart() -> None:
    months = periods_of(date(2026, 1, 1), date(2026, 3, 31), [])

    assert [str(month) for month in months] == [
        "2026-01-01 to 2026-01-31",
        "2026-02-01 to 2026-02-28",
        "2026-03-01 to 2026-03-31",
    ]


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (date(2026, 1, 2), date(2026, 1, 31), "2026-01-02 lies within the period 2026-01-01 to"),
        (date(2026, 1, 1), date(2026, 2, 27), "2026-02-27 lies within the period 2026-02-01 to"),
        (date(2026, 1, 5), date(2026, 1, 9), "2026-01-05 lies within"),
        (date(2026, 2, 1), date(2026, 1, 31), "2026-02-01 is after 2026-01-31"),
    ],
)
def test_a_stretch_that_cuts_a_period_is_refused(first: date, last: date, says: str) -> None:
    with pytest.raises(Conflict, match=says):
        periods_of(first, last, [])


def test_a_stretch_over_a_change_of_the_policy_is_refused_with_the_day() -> None:
    versions = [by(Cadence.MONTH), by(Cadence.MONTH, date(2026, 2, 11), 2)]

    with pytest.raises(Conflict, match="in force from 2026-02-11 on"):
        periods_of(date(2026, 2, 1), date(2026, 2, 28), versions)
    assert periods_of(date(2026, 2, 1), date(2026, 2, 10), versions) == [
        Period(date(2026, 2, 1), date(2026, 2, 10))
    ]


def test_only_periods_that_are_over_are_due() -> None:
    assert over_before(date(2026, 3, 31), date(2026, 2, 14), []) == [
        Period(date(2026, 2, 1), date(2026, 2, 28))
    ]
    assert over_before(date(2026, 2, 14), date(2026, 2, 14), []) == []
