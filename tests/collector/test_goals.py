"""Goals are counted once in a visit, by the definitions of the day."""

from __future__ import annotations

import dataclasses
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from collector.arrival import Arrival
from collector.coarsen.place import open_places
from collector.coarsener import Coarsener
from collector.kind import Kind
from collector.log_import.day_sums import DaySums
from oboro.goals import Goal
from oboro.site_rows import checked_site
from oboro.sites import Site
from tests.support.arrivals import an_arrival
from tests.support.counted import Sums, a_real_pipeline, counted
from tests.support.workspace import NOON, a_site

SITE = a_site(goals=(Goal(name="contact", page="/contact/*"), Goal(name="signup", event="signup")))
TODAY = date(2026, 3, 4)


def hit(minutes: float, path: str, **said: Any) -> Arrival:
    at = NOON + timedelta(minutes=minutes)
    return an_arrival(at=at, url=f"https://example.jp{path}", **said)


def reached(sums: Sums) -> dict[str, tuple[int, ...]]:
    return {value: counts for (topic, value), counts in sums.items() if topic == "goal"}


VISITS = [
    hit(0, "/"),
    hit(1, "/contact/form"),
    hit(2, "/contact/thanks"),
    hit(3, "/contact/thanks"),
    hit(60, "/contact/form"),
    hit(61, "/", kind=Kind.EVENT, name="signup"),
    hit(62, "/contact/thanks", network=bytes((10, 0, 0, 0))),
]


def test_a_goal_counts_each_visit_and_each_visitors_day_that_reaches_it_once() -> None:
    assert reached(counted(VISITS, SITE)) == {
        "contact": (0, 3, 2, 0),
        "signup": (0, 1, 1, 0),
    }


def test_an_event_is_one_name_however_its_marks_are_written() -> None:
    split = unicodedata.normalize("NFD", "caf\u00e9")
    site = checked_site(a_site(events=(split,), goals=(Goal(name="sat", event="caf\u00e9"),)))
    for name in ("caf\u00e9", split):
        sums = counted([hit(0, "/", kind=Kind.EVENT, name=name)], site)
        assert sums["event", "caf\u00e9"] == (0, 1, 1, 1)
        assert sums["goal", "sat"] == (0, 1, 1, 0)


def test_an_imported_log_counts_the_same() -> None:
    pipeline, sums = a_real_pipeline(SITE), DaySums(SITE.host)
    for arrival in VISITS:
        pipeline.take_into(arrival, sums)

    facts = sums.leave(TODAY, {}).facts

    assert {fact[1]: fact[3:] for fact in facts if fact[0] == "goal"} == reached(
        counted(VISITS, SITE)
    )


@pytest.mark.parametrize(
    "arrival",
    [
        hit(0, "/contacts/x"),
        hit(0, "/a/contact/x"),
        hit(0, "/contact/x", kind=Kind.NOT_FOUND),
        hit(0, "/contact/x", kind=Kind.EVENT, name="else"),
        hit(0, "/contact/x", kind=Kind.DOWNLOAD, target="https://example.jp/contact/a.pdf"),
        hit(0, "/contact/x", kind=Kind.OUTBOUND, target="https://else.jp/contact/"),
        hit(0, "/", name="signup"),
    ],
)
def test_nothing_but_a_view_of_the_page_or_the_event_reaches_a_goal(arrival: Arrival) -> None:
    sums = counted([arrival], SITE)

    assert sums
    assert reached(sums) == {}


def test_an_event_that_is_no_declared_one_reaches_its_goal_by_the_goals_name_alone() -> None:
    sums = counted([hit(0, "/", kind=Kind.EVENT, name="signup")], SITE)

    assert sums["event", "(other)"] == (0, 1, 1, 1)
    assert sums["goal", "signup"] == (0, 1, 1, 0)


def test_an_event_reaches_its_goal_however_its_marks_are_written() -> None:
    site = a_site(goals=(Goal(name="apply", event="がくせい"),))
    apart = unicodedata.normalize("NFD", "がくせい")

    sums = counted([hit(0, "/", kind=Kind.EVENT, name=apart)], site)

    assert apart != "がくせい"
    assert sums["goal", "apply"] == (0, 1, 1, 0)


def goals_at(coarsener: Coarsener, at: datetime, site: Site) -> list[str]:
    coarse = coarsener.coarsen(an_arrival(at=at, url="https://example.jp/contact/"), site)
    return [value for topic, value in coarse.marks if topic == "goal"]


@pytest.mark.parametrize("forgets_daily", [True, False])
def test_each_day_has_its_own_definitions_also_where_pages_are_remembered(
    forgets_daily: bool,
) -> None:
    coarsener = Coarsener(open_places(None), forgets_daily=forgets_daily)
    tomorrow = TODAY + timedelta(1)
    site = a_site(
        goals=(
            Goal(name="new", page="/contact/", in_force_from=tomorrow),
            Goal(name="old", page="/contact/"),
            Goal(name="old", version=2, in_force_from=tomorrow),
        )
    )
    midnight = NOON + timedelta(hours=12)

    before = [goals_at(coarsener, midnight - timedelta(seconds=1), site) for _ in range(2)]
    after = [goals_at(coarsener, midnight, site) for _ in range(2)]

    assert (before, after) == ([["old"]] * 2, [["new"]] * 2)
    # Set back over midnight, the clock is not followed: the day that began goes on.
    assert goals_at(coarsener, midnight - timedelta(seconds=1), site) == ["new"]
    again = dataclasses.replace(site, events=("x",))
    assert goals_at(coarsener, midnight - timedelta(seconds=1), again) == ["new"]


def test_a_decision_for_tomorrow_changes_nothing_today() -> None:
    coarsener = Coarsener(open_places(None))
    decided = a_site(
        goals=(*SITE.goals, Goal(name="x", page="/*", in_force_from=TODAY + timedelta(1)))
    )

    assert goals_at(coarsener, NOON, SITE) == ["contact"]
    assert goals_at(coarsener, NOON, decided) == ["contact"]
