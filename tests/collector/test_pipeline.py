"""Every arrival ends in exactly one outcome, and only a counted one leaves facts."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.admission.rate import Rate
from collector.arrival import Arrival
from collector.coarse import Coarse
from collector.variety import Variety
from oboro.facts import OTHER
from oboro.outcomes import Outcome
from oboro.policy import PublicationPolicy
from oboro.sites import Site
from tests.support.hits import (
    Hit,
    a_pipeline,
    arrivals,
    everything_in,
    some_hits,
)
from tests.support.workspace import a_site

BOT = "bot"


def refuse_bots(arrival: Arrival, _site: Site) -> Outcome | None:
    return Outcome.BOT if BOT in arrival.agent else None


@given(hits=some_hits(), strange=st.lists(st.sampled_from(("", "elsewhere", BOT)), max_size=40))
def test_counted_and_refused_are_all_that_arrived(hits: list[Hit], strange: list[str]) -> None:
    counting = a_pipeline(admit=refuse_bots)
    outcomes: Counter[str] = Counter()
    views = events = 0
    taken = arrivals(hits)
    for arrival, kind in zip(taken, strange + [""] * len(taken), strict=False):
        if kind == "elsewhere":
            arrival = dataclasses.replace(arrival, site="elsewhere.jp")
        if kind == BOT:
            arrival = dataclasses.replace(arrival, agent=BOT)
        made = counting.pipeline.take(arrival)
        outcomes[made.outcome] += 1
        assert bool(made.facts) == (made.outcome == Outcome.COUNTED)
        views += sum(fact.views for fact in made.facts if fact.topic == "total")
        events += sum(fact.events for fact in made.facts if fact.topic == "total")

    assert outcomes.total() == len(taken)
    assert views + events == outcomes[Outcome.COUNTED]


def test_an_unknown_site_has_no_name_in_what_is_kept() -> None:
    (arrival,) = arrivals([Hit(0, 0, 1, "")], site="elsewhere.jp")

    taken = a_pipeline().pipeline.take(arrival)

    assert (taken.outcome, taken.site, taken.facts) == (Outcome.UNKNOWN_SITE, "", [])


def test_a_refusal_is_tallied_on_the_sites_own_day() -> None:
    (late,) = arrivals([Hit(13 * 60, 0, 1, "")])

    taken = a_pipeline(admit=lambda _a, _s: Outcome.PREFETCH).pipeline.take(late)

    assert (taken.outcome, taken.site, taken.day.day) == (Outcome.PREFETCH, "example.jp", 5)


def test_a_failure_on_the_way_leaves_memory_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = a_pipeline()
    first, second = arrivals([Hit(0, 0, 1, ""), Hit(0, 1, 1, "")])
    counting.pipeline.take(first)
    before = everything_in(counting)
    monkeypatch.setattr("collector.pipeline.pairs_of", _failing)

    with pytest.raises(ZeroDivisionError):
        counting.pipeline.take(second)

    assert everything_in(counting) == before


def _failing(_coarse: Coarse, _answers: object) -> None:
    raise ZeroDivisionError


def test_facts_say_which_of_them_may_stand_for_a_new_key() -> None:
    counting = a_pipeline()
    keys = [counting.pipeline.take(a).keys for a in arrivals([Hit(0, 0, 1, ""), Hit(1, 0, 2, "")])]

    assert keys == [1, 0]


def test_a_stop_ends_every_visit_and_lets_go_of_what_gathers() -> None:
    counting = a_pipeline(k=5)
    for arrival in arrivals([Hit(0, 0, 1, ""), Hit(40, 0, 2, ""), Hit(1, 1, 1, "")]):
        counting.pipeline.take(arrival)

    facts = counting.pipeline.stop(counting.clock.now())

    assert {(fact.topic, fact.value, fact.visits) for fact in facts} == {
        ("exit", "/2/2", 1),
        ("exit", "/1/1", 1),
        ("duration", "0-9", 2),
        ("pages", "1", 2),
    }
    assert (counting.ledger.size(), counting.gathering.size()) == (0, 0)


def test_a_site_that_is_counted_no_more_leaves_memory() -> None:
    counting = a_pipeline()
    for arrival in arrivals([Hit(0, 0, 1, "")]):
        counting.pipeline.take(arrival)

    counting.pipeline.keep(())

    assert everything_in(counting) == ({}, {}, {})


def test_a_hit_too_many_leaves_no_facts_and_the_ledger_as_it_would_be() -> None:
    # Of a page that is no step of a funnel: a step that is not counted is not taken.
    hits = [Hit(0, visitor, 4, "Google") for visitor in range(5)]
    free, limited = a_pipeline(), a_pipeline(rate=Rate(2))
    for arrival in arrivals(hits):
        away = dataclasses.replace(arrival, network=bytes((192, 0, 2, 0)))
        free.pipeline.take(away)
        taken = limited.pipeline.take(away)

    assert (taken.outcome, taken.facts, taken.keys) == (Outcome.RATE, [], 0)
    assert everything_in(free)[0] == everything_in(limited)[0]


def test_a_hit_too_many_is_taken_back_whole() -> None:
    counting = a_pipeline(rate=Rate(1))
    first, second = (
        dataclasses.replace(arrival, network=bytes((192, 0, 2, 0)))
        for arrival in arrivals([Hit(0, 0, 1, ""), Hit(0, 1, 1, "")])
    )
    counting.pipeline.take(first)
    before = everything_in(counting)
    counting.pipeline.take(second).undo()

    assert everything_in(counting) == before


@given(hits=some_hits(pages=30))
def test_what_others_used_up_changes_no_contribution(hits: list[Hit]) -> None:
    site = a_site(policies=(PublicationPolicy(distinct=3),))
    free = a_pipeline(site=site)
    limited = a_pipeline(site=site, variety=Variety(2), rate=Rate(2))
    for arrival in arrivals(hits):
        away = dataclasses.replace(arrival, network=bytes((192, 0, 2, 0)))
        as_it_came, after = (counting.pipeline.take(away) for counting in (free, limited))

        assert after.contributions == as_it_came.contributions


@given(hits=some_hits(pages=30))
def test_a_day_shows_no_more_pages_than_have_a_place(hits: list[Hit]) -> None:
    limited = a_pipeline(variety=Variety(2))
    shown: dict[date, set[str]] = {}
    for arrival in arrivals(hits):
        for fact in limited.pipeline.take(arrival).facts:
            if fact.topic in ("page", "entry", "exit"):
                shown.setdefault(fact.day, set()).add(fact.value)

    assert all(len(pages - {OTHER}) <= 2 for pages in shown.values())
