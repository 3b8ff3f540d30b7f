"""How far visits came, of each version of a funnel by its own days, on open and closed ones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from aggregator.reports.funnels import funnels
from aggregator.reports.periods import Period
from oboro.funnels import Funnel
from oboro.store import Store
from oboro.workspace import Workspace
from tests.support.closing import close
from tests.support.command_line import run_oboro
from tests.support.kept_facts import a_fact, keep
from tests.support.workspace import a_site

HOST = "example.jp"
MONDAY = date(2026, 3, 2)
TUESDAY, WEDNESDAY = MONDAY + timedelta(1), MONDAY + timedelta(2)
WEEK = Period(MONDAY, WEDNESDAY)
OLD = Funnel(name="sign up", steps=("/a", "/b"))
NEW = Funnel(
    name="sign up", steps=("/a", "event:x", "goal:done"), version=2, in_force_from=WEDNESDAY
)


def fill(store: Store) -> None:
    steps = {
        (MONDAY, 1): ((10, 9), (4, 4)),
        (TUESDAY, 1): ((6, 6), (2, 1)),
        # Whatever day it stands on: a clock that is set back over midnight has both on one.
        (WEDNESDAY, 1): ((3, 3), (0, 0)),
        (WEDNESDAY, 2): ((8, 7), (2, 2), (1, 1)),
    }
    keep(
        store,
        [
            a_fact(
                HOST,
                day,
                "funnel_step",
                f"sign up {version}.{number}",
                views=0,
                visits=some,
                visitors=who,
            )
            for (day, version), counts in steps.items()
            for number, (some, who) in enumerate(counts, 1)
        ],
    )


@pytest.mark.parametrize("closed", [False, True])
def test_each_version_has_its_own_visits_also_those_written_on_a_day_of_the_next(
    store: Store, closed: bool
) -> None:
    fill(store)
    if closed:
        close(store, [(HOST, MONDAY), (HOST, WEDNESDAY)])

    old, new = funnels(store, HOST, WEEK, (OLD, NEW))

    assert [step[1:] for step in old.taken] == [(19, 18), (6, 5)]
    assert [tuple(step) for step in new.taken] == [
        ("/a", 8, 7), ("event:x", 2, 2), ("goal:done", 1, 1)
    ]  # fmt: skip
    assert (old.of_first(2), old.lost_before(2), new.of_first(3)) == (6 / 19, 13 / 19, 0.125)


def test_no_share_is_over_all_where_more_gathers_behind_the_first_step(store: Store) -> None:
    keep(
        store,
        [
            a_fact(HOST, MONDAY, "funnel_step", f"sign up 1.{number}", views=0, visits=visits)
            for number, visits in ((1, 10), (2, 12))
        ],
    )

    (read,) = funnels(store, HOST, WEEK, (OLD,))

    assert (read.of_first(2), read.lost_before(2)) == (1, 0)


def test_an_end_is_told_and_a_funnel_without_visits_has_none(store: Store) -> None:
    ended = Funnel(name="sign up", version=2, in_force_from=TUESDAY)
    fresh = Funnel(name="new", steps=("/c", "/d"), in_force_from=TUESDAY)
    fill(store)

    new, old, over = funnels(store, HOST, WEEK, (OLD, ended, fresh))

    assert [step[1:] for step in new.taken] == [(0, 0), (0, 0)]
    assert (new.of_first(2), new.lost_before(2)) == (0, 0)
    assert old.taken[0].visits == 19
    assert (over.funnel.ended, over.taken) == (True, ())


def test_a_report_tells_each_funnel_step_by_step(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site(funnels=(OLD,)))
    workspace.catalog.add_funnel(HOST, NEW)
    fill(workspace.store)
    asked = ("report", "--site", HOST, "--from", str(MONDAY), "--to", str(WEDNESDAY))

    said = run_oboro(*asked, "--by", "funnel_step", "--json", workspace=workspace).document
    pages = run_oboro(*asked, "--by", "page", "--json", workspace=workspace).document
    readable = " ".join(run_oboro(*asked, "--by", "funnel_step", workspace=workspace).out.split())

    assert said["rows"][0] == {"key": "sign up 1.1", "views": None, "visits": 19, "visitors": 18}
    assert said["funnels"][0] == {
        "name": "sign up",
        "version": 1,
        "in_force_from": None,
        "steps": ["/a", "/b"],
        "taken": [
            {"step": "/a", "visits": 19, "visitors": 18},
            {"step": "/b", "visits": 6, "visitors": 5},
        ],
    }
    assert said["quality"]["changes"] == [{"day": str(WEDNESDAY), "what": ["funnels"]}]
    assert "funnels" not in pages
    assert "sign up (version 2), from 2026-03-04 on" in readable
    assert "│ 2. event:x │ 2 │ 25% │ 75% │" in readable.replace("┃", "│")


def test_a_step_behind_which_too_few_gathered_is_not_shown_as_none(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site(funnels=(OLD,)))
    keep(workspace.store, [a_fact(HOST, MONDAY, "funnel_step", "sign up 1.1", views=0, visits=10)])
    asked = ("report", "--site", HOST, "--from", str(MONDAY), "--to", str(MONDAY))

    said = run_oboro(*asked, "--by", "funnel_step", workspace=workspace).out

    assert "│ 2. /b │ – │ – │ – │" in " ".join(said.split())
