"""Visits take the steps of funnels in order, each once, by the definitions of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from collector.admission.rate import Rate
from collector.arrival import Arrival
from collector.coarsen.place import open_places
from collector.coarsener import Coarsener
from collector.handover.state import Memory, packed, unpacked
from collector.kind import Kind
from collector.log_import.day_sums import DaySums
from collector.variety import Variety
from oboro.facts import Fact
from oboro.funnels import Funnel
from oboro.goals import Goal
from oboro.sites import Site
from tests.support.arrivals import an_arrival
from tests.support.counted import Sums, a_real_pipeline, counted
from tests.support.hits import WITHIN, Hit, a_pipeline, arrivals
from tests.support.workspace import NOON, a_site

TODAY = date(2026, 3, 4)
SITE = a_site(
    goals=(Goal(name="sent", page="/sent"),),
    funnels=(
        Funnel(name="apply", steps=("/form*", "event:checked", "goal:sent")),
        Funnel(name="twice", steps=("/form", "/form")),
    ),
)


def hit(minutes: float, path: str, event: str = "", **said: Any) -> Arrival:
    at = NOON + timedelta(minutes=minutes)
    kind = Kind.EVENT if event else Kind.VIEW
    return an_arrival(at=at, url=f"https://example.jp{path}", kind=kind, name=event, **said)


def taken(sums: Sums) -> dict[str, tuple[int, ...]]:
    return {value: counts for (topic, value), counts in sums.items() if topic == "funnel_step"}


VISITS = [
    hit(0, "/form"),
    hit(1, "/"),
    hit(2, "/form", "checked"),
    hit(3, "/form", "checked"),
    hit(4, "/help"),
    hit(5, "/sent"),
    hit(60, "/form/2"),
    hit(61, "/sent"),
    hit(62, "/", "checked"),
    hit(63, "/form", network=bytes((10, 0, 0, 0))),
    hit(64, "/form", network=bytes((10, 0, 0, 0))),
]


def test_a_visit_takes_each_step_once_and_in_order_with_whatever_in_between() -> None:
    assert taken(counted(VISITS, SITE)) == {
        "apply 1.1": (0, 3, 2, 0),
        "apply 1.2": (0, 2, 1, 0),
        "apply 1.3": (0, 1, 1, 0),
        "twice 1.1": (0, 2, 2, 0),
        "twice 1.2": (0, 1, 1, 0),
    }


def test_an_imported_log_counts_the_same() -> None:
    # Only the first visit of each visitor: what more gathers behind a step, an import drops.
    first = VISITS[:6] + VISITS[9:]
    pipeline, sums = a_real_pipeline(SITE), DaySums(SITE.host)
    for arrival in first:
        pipeline.take_into(arrival, sums)

    facts = sums.leave(TODAY, {}).facts

    assert {fact[1]: fact[3:] for fact in facts if fact[0] == "funnel_step"} == taken(
        counted(first, SITE)
    )


@pytest.mark.parametrize(
    "visit",
    [
        [hit(0, "/sent"), hit(1, "/", "checked")],
        [hit(0, "/form", "else")],
        [hit(0, "/form", "opened"), hit(1, "/", "checked")],
        [hit(0, "/x", "", referrer="https://example.jp/form")],
    ],
    ids=[
        "out of order",
        "an event of another name",
        "an event on its page",
        "its page as referrer",
    ],
)
def test_without_the_step_before_none_is_taken(visit: Sequence[Arrival]) -> None:
    sums = counted(visit, SITE)

    assert sums
    assert taken(sums) == {}


def test_a_visit_that_begins_anew_begins_its_funnels_anew() -> None:
    visits = [hit(0, "/form"), hit(31, "/form", "checked"), hit(32, "/sent")]

    assert taken(counted(visits, SITE)) == {"apply 1.1": (0, 1, 1, 0), "twice 1.1": (0, 1, 1, 0)}


def test_a_hand_over_keeps_how_far_each_visit_came_and_a_crash_loses_it() -> None:
    def steps(hits: list[Hit], *, handed: bool) -> list[str]:
        counting, found = a_pipeline(k=1, keys=1), []
        for arrival in arrivals(hits):
            fresh = a_pipeline(k=1, keys=1)
            if handed:
                memory = Memory(counting.ledger, counting.gathering, Variety(9), counting.live)
                data = packed(memory, set())
                other = Memory(fresh.ledger, fresh.gathering, Variety(9), fresh.live)
                unpacked(data, other)
            counting = fresh
            facts = counting.pipeline.take(arrival).facts
            found += [fact.value for fact in facts if fact.topic == "funnel_step"]
        return found

    hits = [Hit(0, 0, 1, ""), Hit(1, 0, 2, WITHIN), Hit(1, 0, 2, WITHIN, "form")]

    assert steps(hits, handed=True) == ["apply 1.1", "twice 1.1", "apply 1.2", "apply 1.3"]
    assert steps(hits, handed=False) == ["apply 1.1", "twice 1.1"]


def test_a_hit_that_is_undone_took_no_step() -> None:
    counting = a_pipeline(k=1, keys=1)
    first, second = arrivals([Hit(0, 0, 1, ""), Hit(1, 0, 2, WITHIN)])
    counting.pipeline.take(first)
    counting.pipeline.take(second).undo()

    again = counting.pipeline.take(second).facts

    assert [fact.value for fact in again if fact.topic == "funnel_step"] == ["apply 1.2"]


def test_what_one_visitor_did_step_by_step_is_never_written_and_a_crowd_is_in_one_lump() -> None:
    counting = a_pipeline(k=3, keys=2)
    alone = [Hit(0, 0, 1, ""), Hit(1, 0, 2, WITHIN), Hit(1, 0, 2, WITHIN, "form")] * 5
    written = [counting.pipeline.take(arrival).facts for arrival in arrivals(alone)]

    crowd = [Hit(0, visitor, 1, "") for visitor in (1, 2)]
    lumps = [counting.pipeline.take(arrival).facts for arrival in arrivals(crowd)]

    def steps(of: list[list[Fact]]) -> list[tuple[object, ...]]:
        return [fact[3:] for facts in of for fact in facts if fact.topic == "funnel_step"]

    assert any(facts for facts in written)
    assert steps(written) == []
    assert steps(lumps)[0] == ("apply 1.1", "", 0, 3, 3, 0)


def steps_at(coarsener: Coarsener, at: datetime, site: Site) -> tuple[tuple[str, int], ...]:
    return coarsener.coarsen(an_arrival(at=at, url="https://example.jp/form"), site).steps


@pytest.mark.parametrize("forgets_daily", [True, False])
def test_each_day_has_its_own_definitions_also_where_pages_are_remembered(
    forgets_daily: bool,
) -> None:
    coarsener = Coarsener(open_places(None), forgets_daily=forgets_daily)
    tomorrow = TODAY + timedelta(1)
    site = a_site(
        goals=(Goal(name="sent", page="/form", in_force_from=tomorrow),),
        funnels=(
            Funnel(name="new", steps=("/a", "goal:sent"), in_force_from=tomorrow),
            Funnel(name="old", steps=("/form", "/b")),
            Funnel(name="old", version=2, in_force_from=tomorrow),
        ),
    )
    midnight = NOON + timedelta(hours=12)

    before = [steps_at(coarsener, midnight - timedelta(seconds=1), site) for _ in range(2)]
    after = [steps_at(coarsener, midnight, site) for _ in range(2)]

    assert (before, after) == ([(("old 1", 1),)] * 2, [(("new 1", 2),)] * 2)


def test_what_is_no_view_fits_no_page() -> None:
    coarsener = Coarsener(open_places(None))
    there = {"url": "https://example.jp/form", "at": NOON}

    for kind in (Kind.NOT_FOUND, Kind.DOWNLOAD, Kind.OUTBOUND, Kind.EVENT):
        assert coarsener.coarsen(an_arrival(**there, kind=kind, target="/x"), SITE).steps == ()


def test_a_hit_over_the_rate_takes_no_step_so_that_no_later_one_counts_more_visits() -> None:
    hits = [Hit(0, 0, 1, ""), Hit(0, 0, 2, WITHIN), Hit(1, 0, 2, WITHIN, "form")]

    def steps(rate: Rate | None) -> list[tuple[str, list[str]]]:
        counting = a_pipeline(rate=rate, k=1, keys=1)
        took = [counting.pipeline.take(arrival) for arrival in arrivals(hits)]
        return [
            (each.outcome, [fact.value for fact in each.facts if fact.topic == "funnel_step"])
            for each in took
        ]

    assert steps(None)[1:] == [("counted", ["apply 1.2"]), ("counted", ["apply 1.3"])]
    assert steps(Rate(1))[1:] == [("rate", []), ("counted", [])]
