"""One visitor's day moves each publication table by its bound, and by no more, whatever happens."""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collector.admission.rate import Rate
from collector.arrival import Arrival
from collector.coarse import Coarse
from collector.handover.state import Days, Memory, unpacked
from collector.ledger import Ledger
from collector.pipeline import Pipeline
from collector.variety import Variety
from oboro.clock import local_day
from oboro.contributions import PUBLICATION_TABLES, TOTAL_KEY, Bound
from oboro.outcomes import Outcome
from oboro.policy import PublicationPolicy
from oboro.sites import Site
from tests.support.contributed import Collector, Met, Step, Tables, bound_broken, later
from tests.support.hits import WITHIN, Hit, PlainCoarsener, arrivals
from tests.support.workspace import NOON, a_site

DAY = date(2026, 3, 4)
BEFORE_MIDNIGHT = datetime(2026, 3, 4, 14, 50, tzinfo=UTC)
K = 2
SITE = a_site(policies=(PublicationPolicy(distinct=K),))
ONE = "0"
"""The visitor whose day is added or removed."""


def a_hit(visitor: int = 0, page: int = 1, source: str = "", event: str = "") -> Arrival:
    """Return a hit whose time does not matter yet."""
    (arrival,) = arrivals([Hit(0, visitor, page, source, event)])
    return arrival


def refuse_some(arrival: Arrival, _site: Site) -> Outcome | None:
    return Outcome.BOT if arrival.referrer == "X" else None


@dataclass(frozen=True)
class Drawn:
    """A step before it has a time."""

    after: int
    hits: tuple[Arrival, ...]
    fails: bool
    then: str
    objects: int | None


_hits = st.builds(
    a_hit,
    visitor=st.integers(0, 4),
    page=st.integers(0, 4),
    source=st.sampled_from((WITHIN, "", "Google", "X")),
    event=st.sampled_from(("", "", "form")),
)
_steps = st.lists(
    st.builds(
        Drawn,
        after=st.sampled_from((0, 1, 5, 29, 31, 200, 700)),
        hits=st.lists(_hits, max_size=4).map(tuple),
        fails=st.sampled_from((False, False, False, True)),
        then=st.sampled_from(("", "tick", "tick", "tick", "crash", "stop", *2 * ("hand over",))),
        objects=st.sampled_from((None, None, 0, 1)),
    ),
    max_size=14,
)


def timed(drawn: Sequence[Drawn], without: str = "") -> list[Step]:
    """Give *drawn* their times; leave out all that is of the visitor *without*."""
    at, found = NOON, []
    for one in drawn:
        at = later(at, one.after)
        hits = [dataclasses.replace(hit, at=at) for hit in one.hits if hit.agent != without]
        objects = None if one.objects is None or str(one.objects) == without else one.objects
        objection = None if objects is None else dataclasses.replace(a_hit(objects), at=at)
        found.append(Step(at, tuple(hits), one.fails, one.then, objection))
    return found


def collected(steps: Sequence[Step], **changed: Any) -> tuple[Tables, Counter[Met]]:
    """Return what a new collector keeps of *steps*, and who met which of its limits."""
    with tempfile.TemporaryDirectory() as directory:
        parts = {"site": SITE, "admit": refuse_some, **changed}
        collector = Collector(directory=Path(directory), **parts)
        return collector.run(steps), collector.met


def kept(steps: Sequence[Step], **changed: Any) -> Tables:
    """Return what a new collector keeps of *steps*."""
    return collected(steps, **changed)[0]


CRASH_AFTER_ONE = (
    Drawn(0, (a_hit(),), False, "crash", None),
    Drawn(1, (a_hit(1), a_hit(2), a_hit(3)), False, "", None),
)
ONE_COMES_BACK = (
    Drawn(0, (a_hit(),), False, "", 0),
    Drawn(1, (a_hit(page=2), a_hit(page=3)), False, "", 0),
    Drawn(1, (a_hit(page=4),), False, "", None),
)
ONE_TAKES_THE_LAST_PLACE = (
    Drawn(0, (a_hit(1), a_hit()), False, "", None),
    Drawn(0, (a_hit(2, source="Google"),), False, "crash", None),
)


SHARED = ("rate", "top-K", "capacity", "restart")
"""What visitors share, or lose together."""
ONE_IS_HANDED_OVER = (
    Drawn(0, (a_hit(), a_hit(1)), False, "hand over", 0),
    Drawn(1, (a_hit(page=2), a_hit(1), a_hit(2)), False, "hand over", None),
    Drawn(1, (a_hit(page=3), a_hit(page=4), a_hit(1, page=2)), False, "", None),
)
ONE_FILLS_THE_MINUTE = (
    Drawn(0, (a_hit(), a_hit(1, source="Google"), a_hit(2, page=2)), False, "", None),
)
ONE_TAKES_THE_PLACE_OF_A_PAGE = (
    Drawn(0, (a_hit(), a_hit(1, page=2), a_hit(2, page=3)), False, "", None),
)


def test_a_visitors_day_added_or_removed_moves_each_table_by_its_bound() -> None:
    moved_others: Counter[str] = Counter()

    @settings(max_examples=400)
    @given(
        drawn=_steps,
        capacity=st.sampled_from((2, 3, 1000)),
        network_hits=st.sampled_from((1, 2, 3, 1000)),
        distinct_values=st.sampled_from((1, 2, 3, 1000)),
    )
    @example(CRASH_AFTER_ONE, 1000, 1000, 1000)
    @example(ONE_COMES_BACK, 1000, 1000, 1000)
    @example(ONE_TAKES_THE_LAST_PLACE, 2, 1000, 1000)
    @example(ONE_IS_HANDED_OVER, 1000, 1000, 1000)
    @example(ONE_FILLS_THE_MINUTE, 1000, 1, 1000)
    @example(ONE_TAKES_THE_PLACE_OF_A_PAGE, 1000, 1000, 1)
    def moves_by_its_bound(
        drawn: Sequence[Drawn], capacity: int, network_hits: int, distinct_values: int
    ) -> None:
        limits = {
            "capacity": capacity,
            "network_hits": network_hits,
            "distinct_values": distinct_values,
        }
        with_one, met_with = collected(timed(drawn), **limits)
        without, met_without = collected(timed(drawn, without=ONE), **limits)
        moved_others.update(limits_that_moved_others(met_with, met_without))

        assert bound_broken(with_one, without, K) == []

    moves_by_its_bound()
    # Otherwise the examples show nothing about limits that one visitor takes from another.
    assert {limit: moved_others[limit] >= 20 for limit in SHARED} == dict.fromkeys(SHARED, True)


def limits_that_moved_others(with_one: Counter[Met], without: Counter[Met]) -> set[str]:
    """Return the limits that others met because one visitor was there, and restarts they saw."""
    differing = with_one.copy()
    differing.subtract(without)
    moved = {limit for (limit, who, *_), n in differing.items() if who != ONE and n}
    came_back = any(n for (limit, who, *_), n in with_one.items() if limit == "restart")
    return moved | ({"restart"} if came_back else set())


@pytest.mark.parametrize(
    ("seeded", "drawn", "capacity"),
    [
        ("the pages of a day are not limited", "pages", 1000),
        ("who objected is counted anew", "objection", 1000),
        ("a restart forms contributions again", "restart", 1000),
        ("whether anybody came before a crash decides for all", "crash", 1000),
        ("a day without room is drawn all the same", "room", 2),
        ("a network's hits too many contribute nothing", "rate", 1000),
        ("who objected is not handed over", "hand over", 1000),
        ("pages without a place contribute as other ones", "top-K", 1000),
    ],
)
def test_each_way_of_breaking_the_bound_is_noticed(
    monkeypatch: pytest.MonkeyPatch, seeded: str, drawn: str, capacity: int
) -> None:
    site = SITE
    steps: Sequence[Drawn] = {
        "pages": (Drawn(0, tuple(a_hit(page=page) for page in range(4)), False, "", None),),
        "objection": ONE_COMES_BACK,
        "restart": (
            Drawn(0, (a_hit(),), False, "crash", None),
            Drawn(1, (a_hit(),), False, "", None),
        ),
        "crash": CRASH_AFTER_ONE,
        "room": ONE_TAKES_THE_LAST_PLACE,
        "hand over": ONE_IS_HANDED_OVER,
        "rate": ONE_FILLS_THE_MINUTE,
        "top-K": ONE_TAKES_THE_PLACE_OF_A_PAGE,
    }[drawn]
    limits = {"network_hits": 1 if drawn == "rate" else 1000}
    limits["distinct_values"] = 1 if drawn == "top-K" else 1000
    match drawn:
        case "pages":
            site = a_site(policies=(PublicationPolicy(distinct=50),))
        case "objection":
            monkeypatch.setattr("collector.visits.SiteDay.forget", _forget_all)
        case "restart":
            monkeypatch.setattr("collector.forming.Forming.forms", lambda *_: True)
            monkeypatch.setattr(Ledger, "withhold", lambda *_: None)
        case "crash":
            monkeypatch.setattr("collector.forming.Forming.forms", lambda *_: True)
        case "room":
            monkeypatch.setattr("tests.support.contributed.has_bound", lambda _: True)
        case "hand over":
            monkeypatch.setattr("tests.support.contributed.unpacked", _without_spent)
        case "rate":
            monkeypatch.setattr("tests.support.contributed.Pipeline", _asking_rate_first)
        case "top-K":
            monkeypatch.setattr("tests.support.contributed.Pipeline", _giving_places_first)

    with_one = kept(timed(steps), capacity=capacity, site=site, **limits)
    without = kept(timed(steps, without=ONE), capacity=capacity, site=site, **limits)
    assert bound_broken(with_one, without, K), seeded


def _without_spent(handed: bytes, memory: Memory) -> Days:
    days = unpacked(handed, memory)
    for today in memory.ledger.handed()[0]:
        today.spent.clear()
    return days


def _asking_rate_first(*, rate: Rate, **parts: Any) -> Pipeline:
    def admit(arrival: Arrival, _site: Site) -> Outcome | None:
        return Outcome.RATE if rate.exceeds(arrival.network, arrival.at) else None

    return Pipeline(**{**parts, "admit": admit})


def _giving_places_first(*, variety: Variety, **parts: Any) -> Pipeline:
    class Showing(PlainCoarsener):
        def coarsen(self, arrival: Arrival, site: Site) -> Coarse:
            day = local_day(arrival.at, site.zone)
            return variety.shown(site.host, day, super().coarsen(arrival, site))

    return Pipeline(**{**parts, "coarsener": Showing()})


def _forget_all(today: object, key: bytes) -> None:
    today.keys.pop(key, None)  # type: ignore[attr-defined]  # a stand-in for the method


@given(
    hits=st.lists(_hits.filter(lambda hit: hit.referrer != "X"), max_size=20),
    steps=st.lists(st.sampled_from((0, 5, 31)), min_size=20, max_size=20),
)
def test_every_visitors_day_is_counted_once_by_its_first_hit_and_its_first_pages(
    hits: list[Arrival], steps: list[int]
) -> None:
    at, made = NOON, []
    first: dict[tuple[str, date], Arrival] = {}
    pages: dict[tuple[str, date], list[str]] = {}
    for hit, after in zip(hits, steps, strict=False):
        at = later(at, after)
        hit = dataclasses.replace(hit, at=at)
        made.append(Step(at, (hit,), then="tick"))
        first.setdefault((hit.agent, local(at)), hit)
        of_key = pages.setdefault((hit.agent, local(at)), [])
        if not hit.name and hit.url not in of_key:
            of_key.append(hit.url)

    found = kept(made)

    assert sum(t["totals"][TOTAL_KEY] for t in found.values()) == len(first)
    sources = Counter(
        (day, hit.referrer if hit.referrer not in ("", WITHIN) else "(direct)")
        for (_, day), hit in first.items()
    )
    hours = Counter((day, f"{(hit.at.hour + 9) % 24:02}") for (_, day), hit in first.items())
    read = Counter((day, page) for (_, day), some in pages.items() for page in some[:K])
    assert by_day(found, "sources") == sources
    assert by_day(found, "hours") == hours
    assert by_day(found, "pages") == read
    for name, table in PUBLICATION_TABLES.items():
        if table.bound is Bound.ONCE:
            assert by_day(found, name).total() == len(first)


def local(at: datetime) -> date:
    return (at + timedelta(hours=9)).date()


def by_day(tables: Tables, name: str) -> Counter[tuple[date, str]]:
    return Counter(
        {
            (day, key): n
            for (_, day), of_day in tables.items()
            for key, n in of_day.get(name, Counter()).items()
        }
    )


def test_an_event_that_begins_a_day_counts_the_visitor_and_no_page() -> None:
    tables = kept([Step(NOON, (a_hit(event="form", source="Google"),))])[SITE.host, DAY]

    assert tables["sources"] == {"Google": 1}
    assert "pages" not in tables


def test_a_visit_over_midnight_is_two_visitor_days_with_attributes_of_their_own() -> None:
    late, early = BEFORE_MIDNIGHT, later(BEFORE_MIDNIGHT, 20)
    first = dataclasses.replace(a_hit(source="Google"), at=late)
    second = dataclasses.replace(a_hit(page=2, source=WITHIN), at=early)

    found = kept([Step(late, (first,), then="tick"), Step(early, (second,))])

    assert by_day(found, "sources") == {
        (DAY, "Google"): 1,
        (DAY + timedelta(days=1), "(direct)"): 1,
    }


def test_a_day_of_a_clock_set_back_over_midnight_forms_no_more() -> None:
    late, early = BEFORE_MIDNIGHT, later(BEFORE_MIDNIGHT, 20)
    hit = a_hit()
    steps = [
        Step(late, (dataclasses.replace(hit, at=late),), then="tick"),
        Step(early, (), then="tick"),
        Step(late, (dataclasses.replace(hit, at=late), dataclasses.replace(a_hit(1), at=late))),
    ]

    assert by_day(kept(steps), "totals") == {(DAY, TOTAL_KEY): 1}


def test_the_next_day_after_a_restart_forms_contributions_again() -> None:
    tomorrow = NOON + timedelta(days=1)
    steps = [
        Step(NOON, (a_hit(),), then="crash"),
        Step(later(NOON, 1), (dataclasses.replace(a_hit(1), at=later(NOON, 1)),), then="tick"),
        Step(tomorrow, (), then="tick"),
        Step(tomorrow, (dataclasses.replace(a_hit(1), at=tomorrow),)),
    ]

    assert by_day(kept(steps), "totals") == {
        (DAY, TOTAL_KEY): 1,
        (DAY + timedelta(days=1), TOTAL_KEY): 1,
    }


def test_k_is_that_of_the_policy_in_force_on_the_day() -> None:
    tomorrow = NOON + timedelta(days=1)
    policies = (
        PublicationPolicy(version=1, distinct=1),
        PublicationPolicy(version=2, distinct=3, in_force_from=DAY + timedelta(days=1)),
    )
    steps = [Step(at, (), then="tick") for at in (NOON, tomorrow)]
    for number, at in ((1, NOON), (3, tomorrow)):
        hits = tuple(dataclasses.replace(a_hit(page=page), at=at) for page in range(5))
        steps.insert(number, Step(at, hits))

    found = kept(steps, site=a_site(policies=policies))

    assert [of_day["pages"].total() for _, of_day in sorted(found.items())] == [1, 3]


def test_who_objects_and_stays_away_leaves_nothing_but_what_was_summed() -> None:
    steps = [Step(NOON, (a_hit(),), objects=a_hit()), Step(later(NOON, 1), ())]

    assert kept(steps)[SITE.host, DAY]["totals"] == {TOTAL_KEY: 1}


def test_who_objects_without_having_been_counted_leaves_nothing_at_all(tmp_path: Path) -> None:
    collector = Collector(SITE, tmp_path)

    collector.run([Step(NOON, (a_hit(1),), objects=a_hit(2))])

    (today,) = collector._ledger._days.values()
    assert today.spent == set()
