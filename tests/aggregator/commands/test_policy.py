"""``oboro policy``: decided for days to come, refused as a whole when a part is wrong."""

from __future__ import annotations

from fractions import Fraction

import pytest

from oboro.policy import ALWAYS
from oboro.workspace import Workspace
from tests.support.command_line import run_oboro
from tests.support.workspace import NOON, a_site


def counted(workspace: Workspace) -> None:
    columns = ("site", "day", "outcome", "n", "batch")
    workspace.store.insert("outcomes", columns, [("example.jp", NOON.date(), "bot", 1, bytes(16))])


def test_without_a_decision_the_default_is_in_force(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())

    shown = run_oboro("policy", "show", "example.jp", "--json", workspace=workspace).document

    assert shown["in_force"]["version"] == 1
    assert shown["in_force"]["cadence"] == "month"
    assert sum(Fraction(row["epsilon"]) for row in shown["in_force"]["tables"]) == 1
    assert {row["table"]: row["scale"] for row in shown["in_force"]["tables"]}["pages"] == "160/11"
    assert shown["decided_for_later"] == []


def test_a_decision_holds_for_all_days_while_nothing_is_kept(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())

    done = run_oboro(
        *("policy", "set", "example.jp", "--cadence", "day", "--distinct", "3", "--json"),
        workspace=workspace,
    )

    assert done.document["in_force"]["cadence"] == "day"
    [kept] = workspace.catalog.sites()[0].policies
    assert (kept.in_force_from, kept.version, kept.distinct) == (ALWAYS, 1, 3)


def test_a_decision_of_a_counted_site_holds_from_its_next_day_on(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())
    counted(workspace)

    done = run_oboro(
        *("policy", "set", "example.jp", "--epsilon", "0.5", "--json"), workspace=workspace
    )

    assert (done.document["in_force"]["epsilon"], done.document["in_force"]["version"]) == ("1", 1)
    [later] = done.document["decided_for_later"]
    assert (later["epsilon"], later["version"], later["in_force_from"]) == ("1/2", 2, "2026-03-05")


def test_shares_are_changed_one_by_one_and_a_table_is_left_out_with_0(
    workspace: Workspace,
) -> None:
    workspace.catalog.add_site(a_site())
    run_oboro("policy", "set", "example.jp", "--share", "hours=0", workspace=workspace)

    done = run_oboro(
        *("policy", "set", "example.jp", "--share", "pages=0.6", "--json"), workspace=workspace
    )

    rows = {row["table"]: row["epsilon"] for row in done.document["in_force"]["tables"]}
    assert "hours" not in rows
    assert (rows["pages"], rows["totals"]) == ("3/5", "1/20")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--epsilon", "0"), "epsilon is more than 0"),
        (("--epsilon", "much"), "much is not a number"),
        (("--epsilon", "1e-30"), "totals would get an epsilon below 1/1000000"),
        (("--share", "hours=1e-9"), "leave it out: --share hours=0"),
        (("--distinct", "51"), "between 1 and 50"),
        (("--share", "pages=0.9"), "all together at most 1"),
        (("--share", "people=0.1"), "there is no publication table people"),
        (("--share", "pages"), "write TABLE=PART"),
        (("--share", "pages=-1"), "more than 0"),
    ],
)
def test_a_wrong_decision_is_refused_and_nothing_is_kept(
    workspace: Workspace, options: tuple[str, ...], says: str
) -> None:
    workspace.catalog.add_site(a_site())

    done = run_oboro("policy", "set", "example.jp", *options, workspace=workspace)

    assert (done.status, says in done.err) == (2, True)
    assert workspace.catalog.sites()[0].policies == ()


def test_a_site_that_is_not_counted_has_no_policy(workspace: Workspace) -> None:
    assert run_oboro("policy", "show", "example.jp", workspace=workspace).status == 2


def test_the_readable_answer_names_the_tables(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())

    done = run_oboro("policy", "show", "example.jp", workspace=workspace)

    assert "by month, epsilon 1 a visitor-day, 8 pages of each" in " ".join(done.out.split())
    assert "160/11" in done.out
    assert "No page is listed" in done.out


def test_the_margins_to_expect_are_told_before_anything_is_published(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())

    large = run_oboro(
        *("policy", "show", "example.jp", "--visitor-days", "20000", "--json"), workspace=workspace
    ).document["expected"]
    tiny = run_oboro(
        *("policy", "show", "example.jp", "--visitor-days", "1", "--json"), workspace=workspace
    ).document["expected"]

    assert large["advice"] == {"cadence": "day", "leave_out": []}
    assert {row["verdict"] for row in large["tables"]} == {"publish"}
    assert tiny["advice"]["cadence"] is None
    # 95 % of discrete Laplace noise of scale 20 lies within 60.
    assert {row["table"]: row["margin"] for row in tiny["tables"]}["totals"] == 60
    assert "do not publish" in {row["verdict"] for row in tiny["tables"]}
