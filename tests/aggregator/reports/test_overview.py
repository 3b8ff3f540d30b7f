"""The operators' page: headline with change, chart, panels and what is known of the days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from aggregator.reports.answer import answer
from aggregator.reports.headline import Headline
from aggregator.reports.overview import Overview, overview
from aggregator.reports.periods import Period
from aggregator.reports.query import Focus, ReportQuery
from oboro.store import Store
from tests.support.kept_facts import CLEARED, a_fact, keep

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def seen(store: Store, site: str, first: date, last: date, focus: Focus | None = None) -> Overview:
    query = ReportQuery(site=site, period=Period(first, last), by="day", focus=focus)
    return overview(store, query, ["source", "page", "browser"])


def test_the_headline_is_compared_with_the_period_before(store: Store) -> None:
    site = "headline.example"
    keep(
        store,
        [
            a_fact(site, MONDAY, "total", "", views=80, visits=10, visitors=8),
            a_fact(site, TUESDAY, "total", "", views=100, visits=10, visitors=9),
        ],
    )

    assert seen(store, site, TUESDAY, TUESDAY).headline == {
        "views": Headline(100, 80, 0.25),
        "visits": Headline(10, 10, 0.0),
        "visitors": Headline(9, 8, 0.125),
    }


def test_days_before_the_site_was_counted_are_no_comparison(store: Store) -> None:
    site = "new.example"
    keep(
        store,
        [
            a_fact(site, TUESDAY, "total", "", views=100),
            a_fact(site, WEDNESDAY, "total", "", views=100),
        ],
    )

    shown = seen(store, site, TUESDAY, WEDNESDAY)

    assert shown.quality.kept_from == TUESDAY
    assert shown.headline["views"] == Headline(200, None, None)


def test_a_focused_headline_is_the_values_own(store: Store) -> None:
    site = "focused.example"
    keep(
        store,
        [
            a_fact(site, TUESDAY, "total", "", views=100, visits=50, visitors=40),
            a_fact(site, TUESDAY, "page", "/a", views=30, visits=20, visitors=10),
            a_fact(site, TUESDAY, "page*source", "/a", "search", views=12),
        ],
    )

    shown = seen(store, site, TUESDAY, TUESDAY, Focus("page", "/a"))

    assert {name: figure.value for name, figure in shown.headline.items()} == {
        "views": 30,
        "visits": 20,
        "visitors": 10,
    }
    assert shown.panels["source"].rows[0].key == "search"
    assert shown.panels["source"].at_least
    assert "browser" not in shown.panels, "browser and page are not kept together"


def test_a_single_day_is_charted_by_hour_and_a_focus_by_day(store: Store) -> None:
    site = "chart.example"
    keep(
        store,
        [
            a_fact(site, TUESDAY, "hour", "09", views=3),
            a_fact(site, TUESDAY, "page", "/", views=3),
            a_fact(site, TUESDAY, "total", "", views=3),
        ],
    )

    by_hour = seen(store, site, TUESDAY, TUESDAY).series
    focused = seen(store, site, TUESDAY, TUESDAY, Focus("page", "/")).series
    over_days = seen(store, site, MONDAY, TUESDAY).series

    assert [row.figures["views"] for row in by_hour.rows] == [3 if h == 9 else 0 for h in range(24)]
    assert [row.key for row in focused.rows] == ["2026-03-03"]
    assert [row.figures["views"] for row in over_days.rows] == [0, 3]


def test_the_chart_is_the_report_by_day_whatever_limits_the_panels(store: Store) -> None:
    site = "limit.example"
    keep(store, [a_fact(site, day, "total", "") for day in (MONDAY, TUESDAY, WEDNESDAY)])
    query = ReportQuery(site=site, period=Period(MONDAY, WEDNESDAY), by="day", limit=1)

    assert overview(store, query, []).series.rows == answer(store, replace(query, limit=None)).rows


def test_marked_days_and_refusals_are_told(store: Store) -> None:
    site = "marked.example"
    store.insert(
        "outcomes",
        ("site", "day", "outcome", "n", "batch"),
        [
            (site, MONDAY, "counted", 7, CLEARED),
            (site, TUESDAY, "counted", 5, CLEARED),
            (site, TUESDAY, "bot", 2, CLEARED),
            (site, WEDNESDAY, "bot", 9, CLEARED),
        ],
    )
    store.insert(
        "days",
        ("site", "day", "node", "state", "label", "version"),
        [
            (site, MONDAY, "one", "open", "", 1),
            (site, MONDAY, "one", "partial", "", 2),
            (site, TUESDAY, "one", "void", "", 1),
            (site, TUESDAY, "two", "imported", "demonstration", 1),
            (site, WEDNESDAY, "one", "partial", "", 1),
        ],
    )

    assert seen(store, site, MONDAY, TUESDAY).quality.document() == {
        "outcomes": {"bot": 2, "counted": 12},
        "partial_days": ["2026-03-02"],
        "void_days": ["2026-03-03"],
        "labels": ["demonstration"],
        "kept_from": None,
        "kept_to": None,
    }
