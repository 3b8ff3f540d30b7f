"""The days that the operators' page shows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.reports.periods import Period
from dashboards.operators.choice import CUSTOM, DEFAULT, LONGEST, PRESETS, chosen_days

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", TODAY, TODAY),
        ("yesterday", date(2026, 3, 3), date(2026, 3, 3)),
        ("7d", date(2026, 2, 26), TODAY),
        ("28d", date(2026, 2, 5), TODAY),
    ],
)
def test_a_preset_names_days(name: str, first: date, last: date) -> None:
    assert chosen_days({"period": name}, TODAY).period == Period(first, last)


def test_days_can_be_named() -> None:
    choice = chosen_days({"from": "2026-01-01", "to": "2026-01-10"}, TODAY)

    assert (choice.name, choice.period) == (CUSTOM, Period(date(2026, 1, 1), date(2026, 1, 10)))


def test_named_days_that_are_a_preset_are_shown_as_one() -> None:
    assert chosen_days({"from": "2026-03-03", "to": "2026-03-03"}, TODAY).name == "yesterday"


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-02-30"},
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "soon", "to": "later"},
        {"to": "0001-01-01"},
    ],
)
def test_days_that_cannot_be_read_are_said_to_be_so(query: dict[str, str]) -> None:
    choice = chosen_days(query, TODAY)

    assert (choice.name, choice.problem) == (DEFAULT, "period.problem")


def test_too_many_days_are_refused() -> None:
    first = TODAY - timedelta(days=LONGEST)

    assert chosen_days({"from": str(first), "to": str(TODAY)}, TODAY).problem == "period.too_long"


@given(st.dictionaries(st.sampled_from(["from", "to", "period"]), st.text()))
def test_whatever_is_asked_there_are_days_to_show(query: dict[str, str]) -> None:
    assert 1 <= len(chosen_days(query, TODAY).period) <= LONGEST


@pytest.mark.parametrize("name", PRESETS)
def test_the_step_back_ends_where_the_period_begins(name: str) -> None:
    choice = chosen_days({"period": name}, TODAY)

    assert choice.earlier is not None
    assert choice.earlier.last == choice.period.first - timedelta(days=1)
    assert len(choice.earlier) == len(choice.period)


def test_there_is_no_step_into_days_that_have_not_come() -> None:
    assert chosen_days({"period": "28d"}, TODAY).later is None
    assert chosen_days({"period": "yesterday"}, TODAY).later == Period(TODAY, TODAY)
