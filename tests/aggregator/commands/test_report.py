"""``oboro report``: the document that outside checkers rely on, and its exit statuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oboro.goals import Goal
from oboro.page_titles import Title
from oboro.workspace import Workspace
from tests.support.command_line import Finished, run_oboro
from tests.support.kept_facts import a_fact, keep
from tests.support.workspace import a_site

HOST = "example.jp"
MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


@pytest.fixture
def counted(workspace: Workspace) -> Workspace:
    """A site whose pages were read on two of three days."""
    workspace.catalog.add_site(a_site(HOST, aliases=("example.org",)))
    keep(
        workspace.store,
        [
            a_fact(HOST, MONDAY, "total", "", views=9, visits=4, visitors=3),
            a_fact(HOST, WEDNESDAY, "total", "", views=5, visits=2, visitors=2),
            a_fact(HOST, MONDAY, "page", "/a", views=6, visits=4, visitors=3),
            a_fact(HOST, MONDAY, "page", "/b", views=3, visits=3, visitors=2),
            a_fact(HOST, WEDNESDAY, "page", "/b", views=5, visits=2, visitors=2),
            a_fact(HOST, MONDAY, "entry", "/a", visits=4, visitors=3),
            a_fact(HOST, WEDNESDAY, "page*source", "/b", "search", views=7, visitors=4),
        ],
    )
    return workspace


def reported(counted: Workspace, *options: str, metrics: str = "views,visits,visitors") -> Finished:
    return run_oboro(
        *("report", "--site", HOST, "--from", str(MONDAY), "--to", str(WEDNESDAY)),
        *("--metrics", metrics, *options, "--json"),
        workspace=counted,
    )


def document(finished: Finished) -> Any:
    assert (finished.status, finished.err) == (0, "")
    return finished.document


@pytest.mark.parametrize(("language", "title"), [("en", "Living"), ("ja", "くらし")])
def test_rows_of_pages_tell_the_titles_of_the_operators_list(
    counted: Workspace, language: str, title: str
) -> None:
    titles = {"/b": Title(ja="くらし", en="Living"), "/gone": Title("Gone")}
    counted.catalog.set_page_titles(HOST, titles)

    pages = document(reported(counted, "--by", "page", "--language", language))["rows"]
    entries = document(reported(counted, "--by", "entry", metrics="visits"))["rows"]
    readable = run_oboro(
        *("report", "--site", HOST, "--from", str(MONDAY), "--to", str(WEDNESDAY)),
        *("--by", "page", "--language", language),
        workspace=counted,
    ).out

    assert [(row["key"], row.get("title")) for row in pages] == [("/b", title), ("/a", None)]
    assert entries == [{"key": "/a", "visits": 4}]
    assert title in readable


def test_a_report_by_goal_tells_what_each_was_reached_by_and_from_when_on(
    counted: Workspace,
) -> None:
    keep(counted.store, [a_fact(HOST, MONDAY, "goal", "contact", visits=2, visitors=1)])
    counted.catalog.add_goal(HOST, Goal(name="contact", page="/contact/*"))
    event = Goal(name="contact", event="sent", in_force_from=TUESDAY)
    counted.catalog.add_goal(HOST, event)

    said = document(reported(counted, "--by", "goal"))
    pages = document(reported(counted, "--by", "page"))
    readable = run_oboro(
        *("report", "--site", HOST, "--from", str(MONDAY), "--to", str(WEDNESDAY)),
        *("--by", "goal"),
        workspace=counted,
    )

    assert said["rows"] == [{"key": "contact", "views": None, "visits": 2, "visitors": 1}]
    assert said["goals"] == [
        {
            "name": "contact",
            "version": 1,
            "in_force_from": None,
            "page": "/contact/*",
            "event": None,
        },
        {
            "name": "contact",
            "version": 2,
            "in_force_from": "2026-03-03",
            "page": None,
            "event": "sent",
        },
    ]
    assert said["quality"]["changes"] == [{"day": "2026-03-03", "what": ["goals"]}]
    assert "goals" not in pages
    told = " ".join(readable.out.split())
    assert "contact (version 1) is reached by pages /contact/*." in told
    assert "contact (version 2) is reached by the event sent, from 2026-03-03 on." in told


def test_rows_are_ordered_by_the_first_metric_and_totals_are_the_sites_own(
    counted: Workspace,
) -> None:
    said = document(reported(counted, "--by", "page"))

    assert {name: said[name] for name in ("site", "from", "to", "by")} == {
        "site": HOST,
        "from": "2026-03-02",
        "to": "2026-03-04",
        "by": "page",
    }
    assert said["rows"] == [
        {"key": "/b", "views": 8, "visits": 5, "visitors": 4},
        {"key": "/a", "views": 6, "visits": 4, "visitors": 3},
    ]
    assert said["totals"] == {"views": 14, "visits": 6, "visitors": 5}


def test_a_metric_the_topic_does_not_have_is_null(counted: Workspace) -> None:
    said = document(reported(counted, "--by", "entry"))

    assert said["rows"] == [{"key": "/a", "views": None, "visits": 4, "visitors": 3}]
    assert said["totals"]["views"] == 14


def test_by_day_lists_the_days_on_which_nothing_happened(counted: Workspace) -> None:
    said = document(reported(counted, metrics="views"))

    assert said["rows"] == [
        {"key": "2026-03-02", "views": 9},
        {"key": "2026-03-03", "views": 0},
        {"key": "2026-03-04", "views": 5},
    ]


def test_a_focus_by_day_reads_the_values_own_single(counted: Workspace) -> None:
    said = document(reported(counted, "--by", "day", "--focus", "page=/b"))

    assert [row["views"] for row in said["rows"]] == [3, 0, 5]
    assert said["totals"] == {"views": 8, "visits": 5, "visitors": 4}


def test_a_focus_reads_the_crossing_and_totals_the_value_itself(counted: Workspace) -> None:
    said = document(reported(counted, "--by", "source", "--focus", "page=/b"))
    other_way_round = document(reported(counted, "--by", "page", "--focus", "source=search"))

    assert said["rows"] == [{"key": "search", "views": 7, "visits": 0, "visitors": 4}]
    assert said["totals"]["views"] == 8
    assert (said["at_least"], said["gathering"]) == (True, False)
    assert [row["key"] for row in other_way_round["rows"]] == ["/b"]


def test_a_focus_behind_which_nothing_has_gathered_says_so(counted: Workspace) -> None:
    said = document(reported(counted, "--by", "source", "--focus", "page=/a"))

    assert (said["rows"], said["gathering"]) == ([], True)
    assert said["totals"]["views"] == 6


def test_what_is_not_kept_together_ends_with_2_and_names_what_is(counted: Workspace) -> None:
    done = reported(counted, "--by", "browser", "--focus", "page=/a")

    assert (done.status, done.out) == (2, "")
    assert "source, country, device" in done.err


def test_an_unknown_site_ends_with_2_and_names_those_there_are(counted: Workspace) -> None:
    done = run_oboro("report", "--site", "other.example", "--json", workspace=counted)

    assert (done.status, done.out) == (2, "")
    assert HOST in done.err


@pytest.mark.parametrize("named", ["www.example.org", "https://www.example.org/", f"http://{HOST}"])
def test_an_alias_or_an_address_names_its_site(counted: Workspace, named: str) -> None:
    done = run_oboro("report", "--site", named, "--json", workspace=counted)

    assert document(done)["site"] == HOST


def test_rows_beyond_the_limit_are_counted(counted: Workspace) -> None:
    said = document(reported(counted, "--by", "page", "--limit", "1"))

    assert ([row["key"] for row in said["rows"]], said["rows_left"]) == (["/b"], 1)


def test_the_readable_form_shows_the_same_figures(counted: Workspace) -> None:
    done = run_oboro(
        *("report", "--site", HOST, "--from", str(MONDAY), "--to", str(WEDNESDAY), "--by", "page"),
        workspace=counted,
    )

    assert (done.status, done.err) == (0, "")
    assert all(word in done.out for word in ("/b", "14", "visitor-days"))
