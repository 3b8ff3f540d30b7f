"""Funnels: steps in order, in versions that are never changed, each from its day on."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oboro.catalog import Catalog
from oboro.funnels import MOST, Funnel, funnel_of, step_named, steps_fitting, value_of
from oboro.goals import Goal
from oboro.policy import ALWAYS
from oboro.settings import Settings
from oboro.site_changes import SiteChange
from oboro.versions import in_force_on
from oboro.workspace import Workspace
from tests.support.command_line import Finished, run_oboro
from tests.support.workspace import NOON, a_site

HOST = "example.jp"
DAY = date(2026, 3, 5)
"""The first day for which what is decided now can hold."""
MOVING = Funnel(name="moving", steps=("/moving", "goal:contact"))
STEPS = ("/moving", "event:checked", "goal:contact")


def funnels_of(catalog: Catalog) -> tuple[Funnel, ...]:
    site = catalog.site_for(HOST)
    assert site is not None
    return site.funnels


def run(workspace: Workspace, *arguments: str) -> Finished:
    return run_oboro("funnel", *arguments, workspace=workspace)


@pytest.fixture
def counted(workspace: Workspace) -> Workspace:
    """A workspace with a site of which something is kept, and a goal."""
    workspace.catalog.add_site(a_site(goals=(Goal(name="contact", page="/contact/*"),)))
    columns = ("site", "day", "outcome", "n", "batch")
    workspace.store.insert("outcomes", columns, [(HOST, NOON.date(), "bot", 1, bytes(16))])
    return workspace


def test_a_funnel_of_a_counted_site_holds_from_its_next_day_on(counted: Workspace) -> None:
    done = run(counted, "add", HOST, "moving", *STEPS, "--json")

    assert done.document == {
        "site": HOST,
        "name": "moving",
        "version": 1,
        "in_force_from": "2026-03-05",
        "steps": [*STEPS],
    }
    funnels = funnels_of(counted.catalog)
    assert in_force_on(DAY - timedelta(1), funnels) == ()
    assert [each.steps for each in in_force_on(DAY, funnels)] == [STEPS]
    assert counted.catalog.site_changes(HOST, DAY, DAY) == [SiteChange(DAY, "funnels")]


def test_a_funnel_holds_for_all_days_while_nothing_is_kept(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())

    done = run(workspace, "add", HOST, "moving", "/a", "/b")

    assert "moving (version 1) is /a, then /b, on days of" in " ".join(done.out.split())
    [kept] = funnels_of(workspace.catalog)
    assert kept.in_force_from == ALWAYS


def test_other_steps_are_another_version_from_the_day_that_is_named(counted: Workspace) -> None:
    counted.catalog.add_funnel(HOST, MOVING)

    later = run(counted, "add", HOST, "moving", *STEPS, "--from", "2026-04-01", "--json")
    run(counted, "end", HOST, "moving")

    assert later.document["in_force_from"] == "2026-04-01"
    first, second, third = funnels_of(counted.catalog)
    assert first == MOVING
    assert (second.version, second.steps) == (2, STEPS)
    assert (third.version, third.ended, third.in_force_from) == (3, True, DAY)
    assert in_force_on(DAY - timedelta(1), (first, second)) == (first,)
    assert in_force_on(date(2026, 3, 31), (first, second)) == (first,)
    assert in_force_on(date(2026, 4, 1), (first, second)) == (second,)
    assert in_force_on(date(2026, 4, 1), (first, second, third)) == ()


def test_funnels_are_listed_with_every_version(counted: Workspace) -> None:
    none = run(counted, "list", HOST)
    counted.catalog.add_funnel(HOST, MOVING)
    run(counted, "add", HOST, "moving", *STEPS)

    listed = run(counted, "list", HOST, "--json").document["funnels"]

    assert "oboro funnel add example.jp NAME STEP STEP" in none.out
    assert [(each["version"], each["in_force"]) for each in listed] == [(1, True), (2, False)]
    assert [each["standing"] for each in listed] == ["in force", "to come"]
    shown = run(counted, "list", HOST).out
    assert "2. event:checked" in shown
    assert "to come" in shown


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("add", HOST, "x"), 2, "Missing argument"),
        (("add", HOST, "x", "/a"), 2, "has 2 to 8 steps"),
        (("add", HOST, "x", *(9 * ["/a"])), 2, "has 2 to 8 steps"),
        (("add", HOST, "x", "/a", "thanks"), 2, "'thanks' is no step"),
        (("add", HOST, "x", "/a", "event:"), 2, "names no event"),
        (("add", HOST, "x", "/a", "event:a\nb"), 2, "is no name of an event"),
        (("add", HOST, "x", "/a", "goal:"), 2, "a goal's name has"),
        (("add", HOST, "x", "/a", "goal:else"), 2, "has no goal 'else'"),
        (("add", HOST, "(x", "/a", "/b"), 2, "is no name of a funnel"),
        (("add", HOST, "x", "/a", "/b", "--from", "tomorrow"), 2, "--from is no day"),
        (("add", HOST, "x", "/a", "/b", "--from", "2026-03-04"), 2, "name 2026-03-05 or a later"),
        (("add", HOST, "x", "/a", "/b", "--from", "2026-02-30"), 2, "--from is no day"),
        (("add", HOST, "x", "/a", "/b", "--from", "9999-12-31"), 2, "name a day up to 2027-03-05"),
        (("add", HOST, "moving", *MOVING.steps), 3, "declared so already"),
        # Of two mistakes, the day is told: with another one the steps may be right.
        (("add", HOST, "moving", *MOVING.steps, "--from", "x"), 2, "--from is no day"),
        (("add", HOST, "moving", *MOVING.steps, "--from", "2026-03-04"), 2, "or a later day"),
        (("add", "else.jp", "x", "/a", "/b"), 2, "is not counted here"),
        (("end", HOST, "x"), 2, "has no funnel 'x'"),
    ],
)
def test_a_wrong_funnel_is_refused_and_nothing_is_kept(
    counted: Workspace, arguments: tuple[str, ...], status: int, says: str
) -> None:
    counted.catalog.add_funnel(HOST, MOVING)

    done = run(counted, *arguments)

    assert done.status == status
    assert says in " ".join(done.err.split())
    assert funnels_of(counted.catalog) == (MOVING,)


def test_a_goal_that_is_a_step_does_not_end_before_its_funnel(counted: Workspace) -> None:
    counted.catalog.add_funnel(HOST, MOVING)

    refused = run_oboro("goal", "end", HOST, "contact", workspace=counted)
    run(counted, "end", HOST, "moving")
    ended = run_oboro("goal", "end", HOST, "contact", workspace=counted)

    assert (refused.status, ended.status) == (3, 0)
    assert "is a step of moving" in refused.err


def test_a_site_has_ten_funnels_and_a_place_for_another_once_one_ends(counted: Workspace) -> None:
    for number in range(MOST):
        counted.catalog.add_funnel(HOST, Funnel(name=f"{number}", steps=("/a", "/b")))

    refused = run(counted, "add", HOST, "more", "/a", "/b")
    run(counted, "end", HOST, "4")
    taken = run(counted, "add", HOST, "more", "/a", "/b")

    assert (refused.status, taken.status) == (3, 0)
    assert "oboro funnel end" in refused.err


def test_funnels_survive_a_restart_and_changes_of_their_site_and_go_with_it(
    catalog: Catalog, settings: Settings
) -> None:
    catalog.add_site(a_site(funnels=(MOVING,)))
    catalog.update_site(a_site(events=("sent",)))

    with closing(Catalog.open(f"sqlite:///{settings.data_dir / 'catalog.db'}")) as again:
        assert funnels_of(again) == (MOVING,)
    catalog.remove_site(HOST)
    catalog.add_site(a_site())
    assert funnels_of(catalog) == ()


@pytest.mark.parametrize(
    "funnel",
    [
        MOVING,
        Funnel(name="moving", steps=STEPS, version=2, in_force_from=DAY),
        Funnel(name="moving", version=3, in_force_from=DAY),
    ],
)
def test_a_funnel_is_read_back_from_its_document(funnel: Funnel) -> None:
    assert funnel_of(funnel.document()) == funnel


@given(
    name=st.text(min_size=1, max_size=20),
    version=st.integers(1, 1_000),
    number=st.integers(1, 8),
)
def test_a_step_is_read_back_from_its_value(name: str, version: int, number: int) -> None:
    assert step_named(value_of((f"{name} {version}", number))) == (name, version, number)


@pytest.mark.parametrize("value", ["", "(other)", "moving 1", "moving 1.x", "moving x.1"])
def test_what_is_no_step_has_neither_version_nor_number(value: str) -> None:
    assert step_named(value)[1:] == (0, 0)


def test_a_hit_fits_the_steps_that_name_its_page_its_event_and_its_goals() -> None:
    funnels = [MOVING, Funnel(name="b", steps=("/moving/*", "event:x", "/*"))]

    assert steps_fitting(funnels, page="/moving") == (("moving 1", 1), ("b 1", 1), ("b 1", 3))
    assert steps_fitting(funnels, page="/", goals=("contact",)) == (("moving 1", 2), ("b 1", 3))
    assert steps_fitting(funnels, event="x") == (("b 1", 2),)
    assert steps_fitting(funnels, event="") == ()
