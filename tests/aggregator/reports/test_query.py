"""Whoever asks for what there is not is told what there is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aggregator.reports.periods import Period
from aggregator.reports.query import BY, FOCUSES, Focus, ReportQuery, parsed_query
from oboro.errors import UsageError
from oboro.topics import CROSSINGS, METRICS, STEP_OF, STEPS

TODAY = date(2026, 3, 31)


def asked(**arguments: Any) -> ReportQuery:
    return parsed_query(arguments, site="a.example", today=TODAY)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"by": "colour"}, BY),
        ({"metrics": "views,likes"}, METRICS),
        ({"metrics": ""}, METRICS),
        ({"focus": "colour=red"}, FOCUSES),
        ({"by": "browser", "focus": "page=/"}, ("source", "country", "device")),
        ({"by": "country", "focus": "section=/news/"}, ("source",)),
        ({"by": "page*source"}, ("--by source --focus page=VALUE",)),
    ],
)
def test_a_refusal_names_what_there_is(arguments: dict[str, str], named: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as refusal:
        asked(**arguments)

    assert all(name in str(refusal.value) for name in named)


@pytest.mark.parametrize(
    "arguments",
    [
        {"from": "2026-03-31", "to": "2026-03-01"},
        {"from": "31.3.2026"},
        {"from": "20260331"},
        {"to": "2026-02-30"},
        {"to": "9999-12-31"},
        {"from": "1969-12-31"},
        {"from": "1980-01-01"},
        {"limit": 0},
        {"limit": -1},
        {"limit": 1_000_000_000},
        {"metrics": "views,views"},
        {"focus": "page"},
        {"focus": "page="},
        {"focus": "=/"},
    ],
)
def test_what_makes_no_sense_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        asked(**arguments)


def test_a_refused_focus_does_not_repeat_the_value() -> None:
    with pytest.raises(UsageError) as refusal:
        asked(by="browser", focus="page=/someone@example.org")

    assert "someone" not in str(refusal.value)


def test_a_focus_value_keeps_its_equals_signs() -> None:
    assert asked(focus="page=/a?b=c").focus == Focus("page", "/a?b=c")


@pytest.mark.parametrize("crossing", CROSSINGS, ids=lambda crossing: crossing.name)
def test_a_crossing_is_found_in_either_order(crossing: Any) -> None:
    first, second = crossing.attributes

    # A focus on a step is a focus on a page.
    assert asked(by=first, focus=f"{STEP_OF if second in STEPS else second}=x").source is crossing
    assert asked(by=second, focus=f"{STEP_OF if first in STEPS else first}=x").source is crossing


@pytest.mark.parametrize("topic", FOCUSES)
def test_every_focus_can_be_read_by_day_from_its_own_single(topic: str) -> None:
    query = asked(by="day", focus=f"{topic}=x")

    assert query.source.name == query.total.name == topic


def test_without_days_the_last_28_are_read() -> None:
    assert asked().period == Period(date(2026, 3, 4), TODAY)


def test_without_metrics_a_report_on_events_counts_events() -> None:
    assert asked(by="event").metrics == ("events", "visits", "visitors")
    assert asked(by="day", focus="event=sent").metrics == ("events", "visits", "visitors")
    assert asked(by="page").metrics == ("views", "visits", "visitors")
