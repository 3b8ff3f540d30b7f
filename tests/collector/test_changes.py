"""What a hit changed in memory can be taken back, wherever it is in the queue."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from collector.arrival import Arrival
from collector.changes import Changes
from collector.packed_traits import MOST_PACKED
from tests.support.hits import (
    WITHIN,
    Counting,
    Hit,
    a_pipeline,
    arrivals,
    everything_in,
    some_hits,
    ticking,
)


@given(hits=some_hits(engaged=True), kept=st.integers(0, 40))
def test_hits_taken_back_the_latest_first_leave_no_trace(hits: list[Hit], kept: int) -> None:
    counting = a_pipeline()
    steps = ticking(counting, arrivals(hits))
    for _ in zip(range(kept), steps, strict=False):
        pass
    before = everything_in(counting)

    for undo in reversed(list(steps)):
        undo()

    assert everything_in(counting) == before


@given(hits=some_hits(most=60, pages=60, engaged=True))
def test_hits_of_visitors_who_saw_many_pages_can_be_taken_back(hits: list[Hit]) -> None:
    counting = a_pipeline()
    one_visitor = [hit._replace(visitor=0, after=hit.after % 40) for hit in hits]
    taken = arrivals(one_visitor)
    for arrival in taken[: len(taken) // 2]:
        counting.pipeline.take(arrival)
    before = everything_in(counting)

    undos = [counting.pipeline.take(arrival).undo for arrival in taken[len(taken) // 2 :]]
    for undo in reversed(undos):
        undo()

    assert everything_in(counting) == before


@given(hits=some_hits(engaged=True), kept=st.integers(0, 40))
def test_what_comes_after_hits_that_were_taken_back_counts_as_if_they_had_never_come(
    hits: list[Hit], kept: int
) -> None:
    taken = arrivals(hits)
    with_failure, without = a_pipeline(), a_pipeline()
    for arrival in taken[:kept]:
        with_failure.pipeline.take(arrival)
        without.pipeline.take(arrival)

    undos = [with_failure.pipeline.take(arrival).undo for arrival in taken[kept:]]
    for undo in reversed(undos):
        undo()

    for arrival in taken[kept:]:
        assert with_failure.pipeline.take(arrival).facts == without.pipeline.take(arrival).facts


@given(hits=some_hits(engaged=True), forgotten=st.integers(0, 40))
def test_who_objected_meanwhile_stays_forgotten(hits: list[Hit], forgotten: int) -> None:
    counting = a_pipeline()
    taken = arrivals(hits)
    undos = []
    for number, arrival in enumerate(taken):
        undos.append(counting.pipeline.take(arrival).undo)
        if number == forgotten:
            counting.pipeline.forget(arrival)
            gone = _keys(counting, arrival)

    for undo in reversed(undos):
        undo()

    if forgotten < len(taken):
        assert not gone
        assert not _keys(counting, taken[forgotten])


def _keys(counting: Counting, arrival: Arrival) -> list[bytes]:
    return [
        key
        for day in counting.ledger._days.values()
        if (key := day.key_of(arrival.network, arrival.agent, arrival.language)) in day.keys
    ]


def test_a_visitor_with_many_pages_has_one_set_of_its_own() -> None:
    counting = a_pipeline()
    hits = [Hit(0, 0, page, WITHIN) for page in range(MOST_PACKED)]

    for arrival in arrivals(hits):
        counting.pipeline.take(arrival)

    (day,) = counting.ledger._days.values()
    (key,) = day.keys
    known = day.known(key)
    assert known is not None
    assert isinstance(known.seen, set)
    assert known.seen is known.visit_seen
    assert day.numbers.given["page", f"/{10 % 3}/10", ""] in known.seen


def test_a_change_is_put_back_to_what_was_there_before() -> None:
    mapping = {"kept": 1, "changed": 2, "removed": 3}
    changes = Changes()

    changes.put(mapping, "changed", 20)
    changes.put(mapping, "changed", 21)
    changes.put(mapping, "new", 30)
    changes.remove(mapping, "removed")
    changes.undo()

    assert mapping == {"kept": 1, "changed": 2, "removed": 3}
