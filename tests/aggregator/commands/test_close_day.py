"""``oboro close-day``, ``jobs`` and ``erase``: what they answer, and what they refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from oboro.clock import ManualClock
from oboro.facts import Fact
from oboro.workspace import Workspace
from tests.support.closing import facts_read
from tests.support.command_line import run_oboro
from tests.support.kept_facts import keep
from tests.support.workspace import a_site

HOST, OTHER = "example.jp", "other.example"
TODAY = date(2026, 3, 4)
"""Noon of it is where the fixtures' clock stands."""
YESTERDAY = TODAY - timedelta(days=1)
FACTS = [
    Fact(site, day, "page", page, "", n, 1, 1, 0)
    for site in (HOST, OTHER)
    for day in (YESTERDAY, TODAY)
    for n, page in enumerate(("/", "/", "/a"))
]


@pytest.fixture
def counted(workspace: Workspace) -> Workspace:
    """A workspace with two sites that have figures of yesterday and of today."""
    for site in (HOST, OTHER):
        workspace.catalog.add_site(a_site(site))
    keep(workspace.store, FACTS)
    return workspace


def test_a_day_that_is_over_is_closed_and_its_receipt_shown(counted: Workspace) -> None:
    done = run_oboro("close-day", "--day", "2026-03-03", "--json", workspace=counted)
    assert (done.status, done.err) == (0, "")
    assert done.document == {
        "day": "2026-03-03",
        "sites": [
            {
                "site": site,
                "state": "closed",
                "open_rows": 3,
                "kept_rows": 2,
                "closed_on": "2026-03-04",
            }
            for site in (HOST, OTHER)
        ],
    }
    again = run_oboro("close-day", "--day", "2026-03-03", "--json", workspace=counted)
    assert again == done
    assert sum(fact.views for fact in facts_read(counted.store)) == sum(f.views for f in FACTS)


def test_one_site_is_closed_and_the_other_left(counted: Workspace) -> None:
    done = run_oboro("close-day", "--day", "2026-03-03", "--site", HOST, workspace=counted)
    assert done.status == 0
    assert done.out == "2026-03-03 of example.jp is closed: 3 rows became 2.\n"
    assert counted.store.query(
        "SELECT DISTINCT site FROM coarse_events WHERE day = '2026-03-03'"
    ) == [(OTHER,)]


def test_several_days_are_closed_and_those_without_a_hit_passed_over(counted: Workspace) -> None:
    earlier = Fact(HOST, date(2026, 2, 27), "page", "/", "", 1, 1, 1, 0)
    keep(counted.store, [earlier])
    asked = ("--day", "2026-02-26", "--to", "2026-03-03")

    done = run_oboro("close-day", *asked, "--json", workspace=counted)
    said = run_oboro("close-day", *asked, workspace=counted)

    assert done.status == 0
    assert (done.document["from"], done.document["to"]) == ("2026-02-26", "2026-03-03")
    assert [
        (day["day"], [site["site"] for site in day["sites"]]) for day in done.document["days"]
    ] == [("2026-02-27", [HOST]), ("2026-03-03", [HOST, OTHER])]
    assert said.out.splitlines() == [
        "2026-02-27 of example.jp is closed: 1 rows became 1.",
        "2026-03-03 of example.jp is closed: 3 rows became 2.",
        "2026-03-03 of other.example is closed: 3 rows became 2.",
    ]


def test_of_several_days_none_is_closed_when_one_is_not_over(counted: Workspace) -> None:
    refused = run_oboro("close-day", "--day", "2026-03-03", "--to", "2026-03-04", workspace=counted)

    assert refused.status == 3
    assert "2026-03-04 of example.jp is not over" in refused.err
    assert len(counted.store.query("SELECT DISTINCT site FROM coarse_events")) == 2
    assert len(facts_read(counted.store)) == 8


@pytest.mark.parametrize(
    ("to", "status", "says"),
    [
        ("2026-02-27", 2, "must not lie before --day 2026-02-28"),
        ("2036-02-28", 2, "days behind it"),
        ("28.2.2026", 2, "--to"),
        ("2026-03-01", 3, "nothing was counted on 2026-02-28 to 2026-03-01"),
    ],
)
def test_days_that_are_no_stretch_are_refused_with_what_is_wrong(
    counted: Workspace, to: str, status: int, says: str
) -> None:
    refused = run_oboro("close-day", "--day", "2026-02-28", "--to", to, workspace=counted)

    assert (refused.status, refused.out) == (status, "")
    assert says in refused.err


def test_an_open_day_is_refused_with_the_moment_from_which_it_can_be_closed(
    counted: Workspace, clock: ManualClock
) -> None:
    refused = run_oboro("close-day", "--day", "2026-03-04", workspace=counted)
    assert (refused.status, refused.out) == (3, "")
    assert "2026-03-04 of example.jp is not over" in refused.err
    assert "from 2026-03-05 01:00 (Asia/Tokyo) on" in refused.err
    # An hour's rest belongs to the day, too.
    clock.set(datetime(2026, 3, 4, 15, 59, tzinfo=UTC))
    assert run_oboro("close-day", "--day", "2026-03-04", workspace=counted).status == 3
    assert len(facts_read(counted.store)) == 8


def test_today_is_refused_as_not_over_before_the_store_knows_of_a_hit(
    workspace: Workspace, clock: ManualClock
) -> None:
    workspace.catalog.add_site(a_site(HOST))
    refused = run_oboro("close-day", "--day", "2026-03-04", workspace=workspace)
    assert refused.status == 3
    assert "2026-03-04 of example.jp is not over" in refused.err


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--day", "2026-02-01"), 3, "nothing was counted on 2026-02-01"),
        (("--day", "2027-01-01"), 3, "nothing was counted on 2027-01-01"),
        (("--day", "yesterday"), 2, "YYYY-MM-DD"),
        (("--day", "2026-03-03", "--site", "no.example"), 2, "there is no site 'no.example'"),
        ((), 2, "--day"),
    ],
)
def test_what_cannot_be_closed_is_refused_with_the_reason(
    counted: Workspace, arguments: tuple[str, ...], status: int, said: str
) -> None:
    refused = run_oboro("close-day", *arguments, workspace=counted)
    assert (refused.status, refused.out) == (status, "")
    assert said in refused.err


def test_jobs_shows_what_is_due_does_it_and_shows_what_ran(counted: Workspace) -> None:
    before = run_oboro("jobs", "--json", workspace=counted).document["jobs"]
    due = [{"site": s, "day": "2026-03-03", "since": "2026-03-03T16:00:00+00:00"}
           for s in (HOST, OTHER)]  # fmt: skip
    assert before[0]["name"] == "close-days"
    assert (before[0]["due"], before[0]["ran"], before[0]["running"]) == (due, [], None)
    ran = run_oboro("jobs", "--run", "--json", workspace=counted)
    assert ran.status == 0
    after = ran.document["jobs"][0]
    assert after["due"] == []
    assert [(run["done"], run["failed"]) for run in after["ran"]] == [(2, 0)]
    readable = run_oboro("jobs", workspace=counted).out
    assert "nothing is due" in readable
    assert "2 done, 0 failed" in readable


def test_jobs_ends_with_1_when_somebody_has_to_look(counted: Workspace) -> None:
    run_oboro("close-day", "--day", "2026-03-03", workspace=counted)
    keep(counted.store, [Fact(HOST, YESTERDAY, "page", "/late", "", 1, 1, 1, 0)])
    shown = run_oboro("jobs", "--run", workspace=counted)
    assert shown.status == 1
    assert "2026-03-03 of example.jp: rows were found" in " ".join(shown.out.split())


def test_a_site_is_erased_and_what_went_is_shown(counted: Workspace) -> None:
    run_oboro("close-day", "--day", "2026-03-03", workspace=counted)
    done = run_oboro("erase", "--site", HOST, "--json", workspace=counted)
    assert done.status == 0
    assert done.document["rows"] == {"closed_days": 2, "coarse_events": 3, "statistics": 2}
    assert {fact.site for fact in facts_read(counted.store)} == {OTHER}
    assert run_oboro("erase", "--site", HOST, "--json", workspace=counted).status == 2


def test_nothing_is_erased_before_somebody_says_yes(counted: Workspace) -> None:
    stopped = run_oboro("erase", "--site", HOST, workspace=counted)
    assert stopped.status == 1
    assert {fact.site for fact in facts_read(counted.store)} == {HOST, OTHER}
    assert run_oboro("erase", "--site", HOST, "--yes", workspace=counted).status == 0
