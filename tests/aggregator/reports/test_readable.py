"""The readable form says what must be known to read the figures, and cannot be written over."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from aggregator.reports.counts import Counts, figures
from aggregator.reports.periods import Period
from aggregator.reports.query import Focus, ReportQuery
from aggregator.reports.readable import show
from aggregator.reports.report import Report, Row

NOTHING_MARKED = {
    "outcomes": {},
    "partial_days": [],
    "void_days": [],
    "outages": [],
    "changes": [],
    "labels": [],
    "kept_from": "2026-03-01",
    "kept_to": "2026-03-31",
}


def shown(
    *keys: str,
    by: str = "page",
    focus: Focus | None = None,
    days: int = 7,
    rows_left: int = 0,
    whole: int = 98_765,
    **quality: Any,
) -> str:
    query = ReportQuery(
        site="a.example",
        period=Period(date(2026, 3, 1), date(2026, 3, days)),
        by=by,
        focus=focus,
    )
    rows = tuple(Row(key, figures(Counts(1234), query.source, query.metrics)) for key in keys)
    totals = figures(Counts(whole), query.total, query.metrics)
    document = Report(query, rows, totals, rows_left).document()
    console = Console(file=StringIO(), width=200)
    show(console, {**document, "quality": {**NOTHING_MARKED, **quality}})
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_visitors_over_several_days_are_said_to_be_visitor_days() -> None:
    assert "visitor-days" in shown("/a", days=7)
    assert "visitor-days" not in shown("/a", days=1)


def test_a_crossing_says_at_least_and_an_empty_one_that_it_gathers() -> None:
    page = Focus("page", "/a")

    assert "at least" in shown("search", by="source", focus=page)
    assert "gathered behind" in shown(by="source", focus=page)
    assert "at least" not in shown("/a")


def test_classes_come_in_their_order_with_their_unit() -> None:
    text = shown("60-179", "600+", "0-9", by="time")

    assert "time (seconds)" in text
    assert text.index("0-9") < text.index("60-179") < text.index("600+")


def test_a_focus_under_which_nothing_was_counted_is_told() -> None:
    page = Focus("page", "/nowhere")

    assert "Nothing was counted under page /nowhere" in shown(by="source", focus=page, whole=0)
    assert "Nothing was counted" not in shown(by="source", focus=page)


@pytest.mark.parametrize(("topic", "gathers"), [("funnel_step", True), ("page", False)])
def test_what_may_be_gathering_still_is_not_told_as_none(topic: str, gathers: bool) -> None:
    text = shown(by="day", focus=Focus(topic, "moving 1.2"), whole=0)

    assert ("some may be gathering still" in text) is gathers


def test_a_site_without_figures_is_told_when_the_first_are_written() -> None:
    assert "OBORO_TICK_LIMIT_SECONDS" in shown(kept_from=None)
    assert "OBORO_TICK" not in shown("/a")


def test_the_totals_are_said_to_be_no_sum() -> None:
    text = shown("/a", "/b")

    assert "98,765" in text
    assert "not the sum of the rows" in text


def test_rows_below_the_limit_are_counted() -> None:
    assert "1,200 more rows" in shown("/a", rows_left=1200)


def test_marked_days_are_named() -> None:
    text = shown("/a", partial_days=["2026-03-02"], void_days=["2026-03-03"], labels=["demo"])

    assert "2026-03-02" in text
    assert "2026-03-03" in text
    assert "demo" in text


def test_days_before_the_oldest_kept_one_are_told() -> None:
    assert "2026-03-05" in shown("/a", kept_from="2026-03-05")
    assert "no figures at all" in shown(kept_from=None)


def test_values_cannot_style_or_rewrite_the_terminal() -> None:
    text = shown("[bold]x[/bold]", "a\x1b[2Jb", "c\u202ed")

    assert "[bold]x[/bold]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_figure_there_is_not_is_a_dash_and_explained() -> None:
    text = shown("/a", by="entry")

    assert "–" in text
    assert "entry has no such figure" in text
