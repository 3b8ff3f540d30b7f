"""Goals: versions that are never changed, each from its day on."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oboro.catalog import Catalog
from oboro.goals import LONGEST, Goal, reached_by_event, reached_by_page
from oboro.policy import ALWAYS
from oboro.settings import Settings
from oboro.site_changes import SiteChange
from oboro.versions import Standing, in_force_on, standing_on, within
from oboro.workspace import Workspace
from tests.support.command_line import Finished, run_oboro
from tests.support.workspace import NOON, a_site

HOST = "example.jp"
DAY = date(2026, 3, 5)
CONTACT = Goal(name="contact", page="/contact/*")


def goals_of(catalog: Catalog) -> tuple[Goal, ...]:
    site = catalog.site_for(HOST)
    assert site is not None
    return site.goals


def run(workspace: Workspace, *arguments: str) -> Finished:
    return run_oboro("goal", *arguments, workspace=workspace)


@pytest.fixture
def counted(workspace: Workspace) -> Workspace:
    """A workspace with a site of which something is kept."""
    workspace.catalog.add_site(a_site())
    columns = ("site", "day", "outcome", "n", "batch")
    workspace.store.insert("outcomes", columns, [(HOST, NOON.date(), "bot", 1, bytes(16))])
    return workspace


def test_a_goal_of_a_counted_site_holds_from_its_next_day_on(counted: Workspace) -> None:
    done = run(counted, "add", HOST, "contact", "--page", "/contact/*", "--json")

    assert done.document == {
        "site": HOST,
        "name": "contact",
        "version": 1,
        "in_force_from": "2026-03-05",
        "page": "/contact/*",
        "event": None,
    }
    goals = goals_of(counted.catalog)
    assert in_force_on(DAY - timedelta(1), goals) == ()
    assert [goal.name for goal in in_force_on(DAY, goals)] == ["contact"]
    assert counted.catalog.site_changes(HOST, DAY, DAY) == [SiteChange(DAY, "goals")]


def test_a_goal_holds_for_all_days_while_nothing_is_kept(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())

    done = run(workspace, "add", HOST, "sent", "--event", "sent")

    assert "sent (version 1) is reached by the event sent" in " ".join(done.out.split())
    [kept] = goals_of(workspace.catalog)
    assert (kept.in_force_from, kept.event) == (ALWAYS, "sent")
    assert workspace.catalog.site_changes(HOST, date.min, date.max) == []


def test_another_definition_is_another_version_and_the_first_stays_as_it_was(
    counted: Workspace,
) -> None:
    counted.catalog.add_goal(HOST, CONTACT)

    run(counted, "add", HOST, "contact", "--event", "sent")
    run(counted, "end", HOST, "contact")

    first, second, third = goals_of(counted.catalog)
    assert first == CONTACT
    assert (second.version, second.event, second.page) == (2, "sent", "")
    assert (third.version, third.ended, third.in_force_from) == (3, True, DAY)
    assert in_force_on(DAY - timedelta(1), (first, second, third)) == (first,)
    assert in_force_on(DAY, (first, second, third)) == ()


def test_goals_are_listed_with_every_version(counted: Workspace) -> None:
    none = run(counted, "list", HOST)
    counted.catalog.add_goal(HOST, CONTACT)
    run(counted, "add", HOST, "contact", "--event", "sent")

    listed = run(counted, "list", HOST, "--json").document["goals"]

    assert "oboro goal add example.jp NAME --page PATH" in none.out
    assert [(goal["version"], goal["in_force"]) for goal in listed] == [(1, True), (2, False)]
    assert [goal["standing"] for goal in listed] == ["in force", "to come"]
    shown = run(counted, "list", HOST).out
    assert "event sent" in shown
    assert "to come" in shown


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("add", HOST, "x"), 2, "either --page PATH or --event NAME"),
        (("add", HOST, "x", "--page", "/a", "--event", "b"), 2, "either --page"),
        (("add", HOST, "x", "--page", "thanks"), 2, "is no path"),
        (("add", HOST, "(other)", "--page", "/a"), 2, "is no name of a goal"),
        (("add", HOST, "x" * (LONGEST + 1), "--page", "/a"), 2, "has 1 to 60 characters"),
        (("add", HOST, "x\u202e", "--page", "/a"), 2, "is no name of a goal"),
        (("add", HOST, "x", "--event", "a\nb"), 2, "is no name of an event"),
        (("add", HOST, "contact", "--page", "/contact/*"), 3, "declared so already"),
        (("add", "else.jp", "x", "--page", "/a"), 2, "is not counted here"),
        (("end", HOST, "x"), 2, "has no goal 'x'"),
    ],
)
def test_a_wrong_goal_is_refused_and_nothing_is_kept(
    counted: Workspace, arguments: tuple[str, ...], status: int, says: str
) -> None:
    counted.catalog.add_goal(HOST, CONTACT)

    done = run(counted, *arguments)

    assert done.status == status
    assert says in done.err
    assert goals_of(counted.catalog) == (CONTACT,)


def test_a_site_has_twenty_goals_and_a_place_for_another_once_one_ends(
    counted: Workspace,
) -> None:
    for number in range(20):
        counted.catalog.add_goal(HOST, Goal(name=f"{number}", page="/a"))

    refused = run(counted, "add", HOST, "more", "--page", "/b")
    changed = run(counted, "add", HOST, "3", "--page", "/b")
    run(counted, "end", HOST, "4")
    taken = run(counted, "add", HOST, "more", "--page", "/b")

    assert (refused.status, changed.status, taken.status) == (3, 0, 0)
    assert "oboro goal end" in refused.err


def test_goals_survive_a_restart_and_changes_of_their_site_and_go_with_it(
    catalog: Catalog, settings: Settings
) -> None:
    catalog.add_site(a_site(goals=(CONTACT,)))
    catalog.update_site(a_site(events=("sent",)))

    with closing(Catalog.open(f"sqlite:///{settings.data_dir / 'catalog.db'}")) as again:
        assert goals_of(again) == (CONTACT,)
    catalog.remove_site(HOST)
    catalog.add_site(a_site())
    assert goals_of(catalog) == ()


@given(
    st.lists(
        st.builds(
            Goal,
            name=st.sampled_from(("a", "b")),
            page=st.sampled_from(("", "/a", "/b")),
            in_force_from=st.sampled_from([DAY + timedelta(n) for n in range(5)]),
        ),
        max_size=8,
    )
)
def test_the_versions_of_a_period_are_those_of_its_days(drawn: list[Goal]) -> None:
    drawn.sort(key=lambda goal: goal.in_force_from)
    versions = [
        Goal(name=g.name, page=g.page, version=number, in_force_from=g.in_force_from)
        for number, g in enumerate(drawn, start=1)
    ]
    days = [DAY + timedelta(n) for n in range(1, 4)]

    told = within(days[0], days[-1], versions)

    in_force = {goal for day in days for goal in in_force_on(day, versions)}
    assert {goal for goal in told if not goal.ended} == in_force
    assert all(days[0] < goal.in_force_from <= days[-1] for goal in told if goal.ended)


@pytest.mark.parametrize(
    ("begins", "standings"),
    [
        # The first day of each version; none ends it.
        ([(0, "/a")], ["in force"]),
        ([(0, "/a"), (1, "/b")], ["in force", "to come"]),
        ([(-1, "/a"), (0, "/b")], ["replaced", "in force"]),
        ([(-1, "/a"), (0, None)], ["over", "over"]),
        ([(0, "/a"), (1, None)], ["in force", "to come"]),
        ([(-2, "/a"), (-1, None), (0, "/b")], ["replaced", "replaced", "in force"]),
        ([(0, "/a"), (9, "/b"), (1, "/c")], ["in force", "replaced", "to come"]),
        ([(-9, "/a"), (1, "/b"), (1, "/c")], ["in force", "replaced", "to come"]),
    ],
)
def test_every_version_has_a_standing(
    begins: list[tuple[int, str | None]], standings: list[str]
) -> None:
    versions = [
        Goal(name="a", page=page or "", version=number, in_force_from=DAY + timedelta(begin))
        for number, (begin, page) in enumerate(begins, start=1)
    ]
    another = Goal(name="b", page="/x", version=9, in_force_from=DAY)

    assert [standing_on(DAY, each, [*versions, another]) for each in versions] == standings


@given(
    begins=st.lists(st.tuples(st.integers(-3, 3), st.sampled_from(("", "/a"))), max_size=6),
)
def test_those_in_force_are_the_ones_that_are_said_to_be(begins: list[tuple[int, str]]) -> None:
    versions = [
        Goal(name="a", page=page, version=number, in_force_from=DAY + timedelta(begin))
        for number, (begin, page) in enumerate(begins, start=1)
    ]

    said = [each for each in versions if standing_on(DAY, each, versions) is Standing.IN_FORCE]

    assert tuple(said) == in_force_on(DAY, versions)


def test_pages_and_events_reach_the_goals_that_name_them() -> None:
    goals = [CONTACT, Goal(name="all", page="/*"), Goal(name="sent", event="sent")]

    assert reached_by_page("/contact/thanks", goals) == ("contact", "all")
    assert reached_by_page("sent", goals) == ()
    assert reached_by_page("/a", [Goal(name="a", page="/a/"), Goal(name="b", page="/a")]) == (
        "a",
        "b",
    )
    assert reached_by_event("sent", goals) == ("sent",)
    assert reached_by_event("", goals) == ()
