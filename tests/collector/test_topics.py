"""What each topic counts, against a plain count that keeps whole visits."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given

from oboro.facts import Fact
from oboro.topics import CROSSINGS, METRICS, SINGLES, TOPICS, Topic
from tests.support.hits import (
    WITHIN,
    Counting,
    Hit,
    PlainCoarsener,
    a_pipeline,
    arrivals,
    some_hits,
)
from tests.support.plain_count import Counts, plainly_counted, sums_of
from tests.support.workspace import a_site

BUSY = [
    Hit(0, 0, 1, "Google"),
    Hit(1, 0, 2, WITHIN),
    Hit(2, 1, 1, ""),
    Hit(1, 0, 1, WITHIN, "form"),
    Hit(40, 0, 1, "Yahoo"),
    Hit(0, 2, 3, "X", "form"),
    Hit(1, 2, 3, WITHIN),
    Hit(1500, 0, 1, WITHIN),
    *(Hit(1, 1, 1, WITHIN, name) for name in ("signup", "file", "link", "missing", "search")),
    *(Hit(1, 1, 1, WITHIN, name) for name in ("again", "thanks", "sent", "read")),
]


def facts_of(counting: Counting, hits: list[Hit]) -> list[Fact]:
    """Take *hits*, ticking now and then, and stop; return every fact."""
    facts: list[Fact] = []
    taken = arrivals(hits)
    for number, arrival in enumerate(taken):
        if number % 4 == 3:
            facts += counting.pipeline.tick(arrival.at)
        facts += counting.pipeline.take(arrival).facts
    if taken:
        facts += counting.pipeline.stop(taken[-1].at)
    return facts


def only(counts: Counts, topics: set[str]) -> Counts:
    return {key: count for key, count in counts.items() if key[1] in topics}


@given(hits=some_hits(engaged=True))
def test_singles_add_up_to_what_the_table_of_topics_says(hits: list[Hit]) -> None:
    singles = {topic.name for topic in SINGLES if not topic.gathers}

    counted = sums_of(facts_of(a_pipeline(), hits))

    expected = plainly_counted(arrivals(hits), a_site(), PlainCoarsener())
    assert only(counted, singles) == only(expected, singles)


@given(hits=some_hits(pages=4, engaged=True))
def test_lumps_and_what_still_gathers_add_up_to_what_the_table_says(hits: list[Hit]) -> None:
    gathered = {topic.name for topic in TOPICS.values() if topic.gathers}
    counting = a_pipeline()
    written: Counter[tuple[str, ...]] = Counter()
    facts: list[Fact] = []
    for arrival in arrivals(hits):
        facts += counting.pipeline.take(arrival).facts
        at = arrival.at
    if hits:
        # What is known of a visit when it ends gathers then.
        facts += counting.pipeline.tick(at + timedelta(days=2))
    for fact in facts:
        if fact.topic in gathered:
            _add(written, fact[2:5], fact[5:9])
    for gathering in counting.gathering.sites.values():
        for trait, (views, visits, visitors, _, _, events) in gathering.items():
            told = visitors if TOPICS[trait[0]].available("visitors") else 0
            _add(written, trait, (views, visits, told, events))

    expected: Counter[tuple[str, ...]] = Counter()
    plain = plainly_counted(arrivals(hits), a_site(), PlainCoarsener())
    for (_, topic, value, value2), counts in plain.items():
        if topic in gathered:
            _add(expected, (topic, value, value2), counts)
    assert +written == +expected


def _add(sums: Counter[tuple[str, ...]], trait: tuple[str, ...], counts: tuple[int, ...]) -> None:
    for metric, count in zip(METRICS, counts, strict=True):
        sums[*trait, metric] += count


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_every_topic_counts_the_metrics_it_has_and_no_other(topic: Topic) -> None:
    counting = a_pipeline(k=1, keys=1)

    found = [fact for fact in facts_of(counting, BUSY) if fact.topic == topic.name]

    if topic.name != "campaign":
        for metric in METRICS:
            total = sum(getattr(fact, metric) for fact in found)
            assert bool(total) == topic.available(metric), metric


def test_an_event_within_a_visit_adds_to_nothing_but_events() -> None:
    counting = a_pipeline()
    view, event = arrivals([Hit(0, 0, 1, "Google"), Hit(1, 0, 1, WITHIN, "form")])
    counting.pipeline.take(view)

    facts = counting.pipeline.take(event).facts

    assert {(fact.topic, *fact[5:]) for fact in facts} == {
        ("total", 0, 0, 0, 1),
        ("event", 0, 1, 1, 1),
    }


def test_no_fact_carries_more_than_one_attribute_unless_it_is_a_lump() -> None:
    facts = facts_of(a_pipeline(k=1, keys=1), BUSY)

    assert {fact.topic for fact in facts if fact.value2} <= {topic.name for topic in CROSSINGS}
    assert all("*" not in fact.topic for fact in facts if not fact.value2)
