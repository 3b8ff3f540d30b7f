"""The ledger knows who was here today, and nothing of yesterday."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import visits
from collector.answers import VisitEnd
from collector.traits import ENDINGS
from collector.visits import SiteDay
from oboro.clock import local_day
from oboro.facts import Fact
from tests.support.hits import (
    WITHIN,
    Counting,
    Hit,
    a_pipeline,
    arrivals,
    some_hits,
)
from tests.support.workspace import NOON, TOKYO, a_site

BEFORE_MIDNIGHT = datetime(2026, 3, 4, 14, 50, tzinfo=UTC)
"""Ten to twelve in Tokyo."""


def counts(facts: list[Fact], topic: str, value: str | None = None) -> tuple[int, int, int]:
    """Add up views, visits and visitors of a topic."""
    chosen = [fact for fact in facts if fact.topic == topic and value in (None, fact.value)]
    return (
        sum(fact.views for fact in chosen),
        sum(fact.visits for fact in chosen),
        sum(fact.visitors for fact in chosen),
    )


def take(counting: Counting, *hits: Hit, start: datetime = NOON) -> list[Fact]:
    """Take *hits* and return all their facts."""
    taken = [counting.pipeline.take(arrival) for arrival in arrivals(list(hits), start)]
    return [fact for made in taken for fact in made.facts]


def test_who_comes_again_is_one_visitor_and_one_visit() -> None:
    facts = take(a_pipeline(), Hit(0, 0, 1, "Google"), Hit(29, 0, 2, WITHIN))

    assert counts(facts, "total") == (2, 1, 1)


def test_a_visit_ends_after_half_an_hour_of_nothing() -> None:
    facts = take(a_pipeline(), Hit(0, 0, 1, "Google"), Hit(30, 0, 2, WITHIN))

    assert counts(facts, "total") == (2, 2, 1)
    assert counts(facts, "exit", "/1/1") == (0, 1, 0)
    assert counts(facts, "source", "(direct)") == (1, 1, 1)


def test_a_visit_and_a_visitor_end_at_the_sites_own_midnight() -> None:
    counting = a_pipeline()
    facts = take(counting, Hit(0, 0, 1, "Google"), Hit(20, 0, 2, WITHIN), start=BEFORE_MIDNIGHT)

    assert counts(facts, "total") == (2, 2, 2)
    assert [(fact.day.day, fact.value) for fact in facts if fact.topic == "exit"] == [(4, "/1/1")]


def test_the_source_of_a_visit_counts_for_all_of_its_hits() -> None:
    facts = take(a_pipeline(), Hit(0, 0, 1, "Google"), Hit(1, 0, 2, "X"), Hit(1, 0, 3, WITHIN))

    assert counts(facts, "source", "Google") == (3, 1, 1)
    assert counts(facts, "source", "X") == (0, 0, 0)


def test_visitors_are_told_apart_by_each_part_of_the_key() -> None:
    counting = a_pipeline()
    (one,) = arrivals([Hit(0, 0, 1, "")])
    parts = {"network": b"\x01\0\0\0", "agent": "1", "language": "ja"}

    for name, value in parts.items():
        changed = {slot: getattr(one, slot) for slot in type(one).__slots__} | {name: value}
        counting.pipeline.take(type(one)(**changed))
    counting.pipeline.take(one)

    assert counting.ledger.keys_of("example.jp") == 4


@given(
    parts=st.lists(
        st.tuples(st.binary(max_size=4), st.text(max_size=3), st.text(max_size=3)),
        min_size=2,
        max_size=2,
        unique=True,
    )
)
def test_parts_of_a_key_never_run_into_one_another(parts: list[tuple[bytes, str, str]]) -> None:
    day = SiteDay("example.jp", NOON.date(), NOON, bytes(32))

    assert day.key_of(*parts[0]) != day.key_of(*parts[1])


def test_the_same_visitor_has_another_key_on_another_site_and_on_another_day() -> None:
    days = [
        SiteDay("a.jp", NOON.date(), NOON, b"1" * 32),
        SiteDay("b.jp", NOON.date(), NOON, b"1" * 32),
        SiteDay("a.jp", NOON.date(), NOON, b"2" * 32),
    ]

    assert len({day.key_of(b"\0\0\0\0", "agent", "ja") for day in days}) == 3


def test_a_day_that_is_over_leaves_nothing_in_memory() -> None:
    counting = a_pipeline()
    take(counting, Hit(0, 0, 1, "Google"), Hit(0, 1, 1, ""))

    exits = counting.pipeline.tick(NOON + timedelta(days=1))

    assert counts(exits, "exit") == (0, 2, 0)
    assert counting.ledger.size() == 0
    assert not any(
        counting.ledger.has_day("example.jp", NOON.date() + timedelta(n)) for n in (-1, 0, 1)
    )


def test_a_clock_set_back_over_midnight_does_not_bring_the_day_back() -> None:
    counting = a_pipeline()
    after_midnight = BEFORE_MIDNIGHT + timedelta(minutes=11)
    take(counting, Hit(0, 0, 1, ""), start=after_midnight)

    facts = take(counting, Hit(0, 0, 2, WITHIN), start=BEFORE_MIDNIGHT)

    assert {fact.day.day for fact in facts} == {5}
    assert counts(facts, "total") == (1, 0, 0)
    assert counts(facts, "hour", "00") == (1, 0, 0)


def test_a_clock_that_was_a_year_ahead_does_not_keep_its_day() -> None:
    counting = a_pipeline()
    ahead = take(counting, Hit(0, 0, 1, ""), start=NOON + timedelta(days=365))

    facts = take(counting, Hit(0, 0, 2, ""), start=NOON)

    assert {fact.day for fact in ahead} == {local_day(NOON, TOKYO).replace(year=2027)}
    assert {fact.day for fact in facts if fact.topic not in ENDINGS} == {local_day(NOON, TOKYO)}
    assert counts(facts, "total") == (1, 1, 1)
    assert counts(facts, "exit", "/1/1") == (0, 1, 0)


def test_a_day_of_a_clock_that_was_a_year_ahead_ends_without_a_hit() -> None:
    counting = a_pipeline()
    take(counting, Hit(0, 0, 1, ""), start=NOON + timedelta(days=365))

    assert counts(counting.pipeline.tick(NOON), "exit") == (0, 1, 0)
    assert counting.ledger.size() == 0


def test_a_clock_set_back_ends_no_visit() -> None:
    counting = a_pipeline()
    facts = take(counting, Hit(0, 0, 1, ""))

    facts += take(counting, Hit(0, 0, 1, ""), start=NOON - timedelta(minutes=29))
    facts += take(counting, Hit(0, 0, 1, ""), start=NOON + timedelta(minutes=5))

    assert counts(facts, "total") == (3, 1, 1)


def test_a_visit_that_begins_on_a_clock_set_back_ends_too() -> None:
    counting = a_pipeline()
    facts = take(counting, Hit(0, 0, 1, ""))
    facts += counting.pipeline.tick(NOON + timedelta(minutes=32))

    facts += take(counting, Hit(0, 0, 2, ""), start=NOON)
    facts += counting.pipeline.tick(NOON + timedelta(minutes=32))

    assert counts(facts, "exit")[1] == counts(facts, "entry")[1] == 2


@pytest.mark.parametrize(
    ("zone", "at", "label"),
    [
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02"),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02"),
        ("Asia/Kathmandu", datetime(2026, 3, 4, 18, 20, tzinfo=UTC), "00"),
        ("Asia/Kathmandu", datetime(2026, 3, 4, 18, 14, tzinfo=UTC), "23"),
    ],
)
def test_hours_are_those_of_the_sites_wall_clock(zone: str, at: datetime, label: str) -> None:
    counting = a_pipeline(site=a_site(zone=ZoneInfo(zone)))

    facts = take(counting, Hit(0, 0, 1, ""), start=at)

    assert counts(facts, "hour", label) == (1, 1, 1)


def test_a_new_key_without_room_adds_views_only_and_the_day_is_known() -> None:
    counting = a_pipeline(capacity=1)
    take(counting, Hit(0, 0, 1, "Google"))

    facts = take(counting, Hit(0, 1, 1, WITHIN), Hit(0, 1, 2, WITHIN), Hit(0, 0, 1, WITHIN))

    assert counts(facts, "total") == (3, 0, 0)
    assert counts(facts, "source", "(unknown)") == (2, 0, 0)
    assert counts(facts, "entry") == (0, 0, 0)
    assert counting.ledger.full == {("example.jp", NOON.astimezone(ZoneInfo("Asia/Tokyo")).date())}
    assert counting.ledger.size() == 1


def test_what_a_key_carries_beyond_the_widest_set_is_not_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(visits, "MOST_PACKED", 20)
    monkeypatch.setattr(visits, "WIDEST", 40)
    counting = a_pipeline()

    facts = take(counting, *[Hit(0, 0, page, WITHIN) for page in range(30)])

    pages_with_a_visit = counts(facts, "page")[1]
    assert counts(facts, "page") == (30, pages_with_a_visit, pages_with_a_visit)
    assert 0 < pages_with_a_visit < 30


def test_larger_sets_end_where_the_ledgers_room_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.ledger.TRAITS_BY_KEY", 10)
    monkeypatch.setattr(visits, "MOST_PACKED", 20)
    counting = a_pipeline(capacity=3)

    take(counting, *[Hit(0, 0, page, WITHIN) for page in range(30)])

    (day,) = counting.ledger._days.values()
    assert 30 <= day.wide < 60
    assert len(counting.ledger.full) == 1


def test_who_objects_is_forgotten_and_has_no_exit() -> None:
    counting = a_pipeline()
    (one,) = arrivals([Hit(0, 0, 1, "")])
    counting.pipeline.take(one)

    counting.pipeline.forget(one)

    (day,) = counting.ledger._days.values()
    assert (counting.ledger.size(), day.minutes) == (0, {int(NOON.timestamp()) // 60: {}})
    assert counting.pipeline.tick(NOON + timedelta(hours=1)) == []


@given(hits=some_hits(), step=st.integers(1, 90))
def test_when_a_tick_comes_does_not_change_what_is_counted(hits: list[Hit], step: int) -> None:
    often, never = a_pipeline(), a_pipeline()
    ticked: list[Fact] = []
    unticked: list[Fact] = []
    at = NOON
    for arrival in arrivals(hits):
        while at < arrival.at:
            ticked += often.pipeline.tick(at)
            at += timedelta(minutes=step)
        ticked += often.pipeline.take(arrival).facts
        unticked += never.pipeline.take(arrival).facts
    end = at + timedelta(days=2)
    ticked += often.pipeline.tick(end)
    unticked += never.pipeline.tick(end)

    for topic in ("total", "exit", "entry", "page"):
        assert counts(ticked, topic) == counts(unticked, topic)


@given(hits=some_hits())
def test_every_visit_that_begins_ends_once(hits: list[Hit]) -> None:
    counting = a_pipeline()
    facts = take(counting, *hits)
    facts += counting.pipeline.stop(NOON + timedelta(days=100))

    assert counts(facts, "entry")[1] == counts(facts, "exit")[1] == counts(facts, "total")[1]
    assert counting.ledger.size() == 0


def test_the_end_of_a_visit_says_nothing_of_who_it_was() -> None:
    assert VisitEnd.__slots__ == (
        "site", "day", "exit_page", "duration", "pages", "time", "scroll", "crossed"
    )  # fmt: skip


def test_visitors_of_the_last_minutes_are_counted_once() -> None:
    counting = a_pipeline()
    take(counting, Hit(0, 0, 1, ""), Hit(1, 0, 1, ""), Hit(1, 1, 1, ""), Hit(20, 2, 1, ""))
    now = NOON + timedelta(minutes=22)

    assert counting.ledger.active("example.jp", now - timedelta(minutes=5)) == 1
    assert counting.ledger.active("example.jp", now - timedelta(minutes=22)) == 3
