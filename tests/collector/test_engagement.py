"""How visits go: told when they end, in classes, and never by a hit of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.arrival import Arrival
from collector.coarsen.classes import PAGES, PERCENT, SECONDS
from collector.course import begun, engaged, read, viewed
from collector.kind import Kind
from oboro.facts import Fact
from oboro.outcomes import Outcome
from tests.support.hits import Counting, Hit, a_pipeline, arrivals, everything_in
from tests.support.workspace import NOON


def a_view(minutes: float = 0, visitor: int = 0, page: int = 1) -> Arrival:
    (arrival,) = arrivals([Hit(0, visitor, page, "")], start=NOON + timedelta(minutes=minutes))
    return arrival


def an_engagement(minutes: float, seconds: float, percent: int, visitor: int = 0) -> Arrival:
    (arrival,) = arrivals([Hit(0, visitor, 1, "")], start=NOON + timedelta(minutes=minutes))
    return Arrival(
        site=arrival.site,
        at=arrival.at,
        network=arrival.network,
        agent=arrival.agent,
        language=arrival.language,
        url=arrival.url,
        kind=Kind.ENGAGEMENT,
        engaged=seconds,
        scroll=percent,
    )


def endings(counting: Counting, at: datetime) -> set[tuple[str, str, int]]:
    """End every visit, and return what is known of them then."""
    facts: list[Fact] = counting.pipeline.stop(at)
    return {(fact.topic, fact.value, fact.visits) for fact in facts}


def test_a_visit_says_at_its_end_how_long_and_how_far_it_was() -> None:
    counting = a_pipeline()
    taken = [
        counting.pipeline.take(arrival)
        for arrival in (
            a_view(0),
            an_engagement(0.5, 20, 60),
            a_view(1, page=2),
            an_engagement(2, 45.4, 30),
        )
    ]

    assert [each.outcome for each in taken] == [
        Outcome.COUNTED, Outcome.ENGAGEMENT, Outcome.COUNTED, Outcome.ENGAGEMENT
    ]  # fmt: skip
    assert endings(counting, NOON + timedelta(minutes=3)) == {
        ("exit", "/2/2", 1),
        ("duration", "60-179", 1),
        ("pages", "2-3", 1),
        ("time", "60-179", 1),
        ("scroll", "50-74", 1),
    }


def test_an_engagement_leaves_no_fact_and_no_contribution_of_its_own() -> None:
    counting = a_pipeline(k=1, keys=1)
    counting.pipeline.take(a_view())

    taken = counting.pipeline.take(an_engagement(1, 10, 50))

    assert (taken.facts, list(taken.contributions), taken.keys) == ([], [], 0)


@pytest.mark.parametrize("minutes", [30, 31, 200, 1500])
def test_one_that_comes_after_its_visit_belongs_to_none(minutes: int) -> None:
    counting = a_pipeline()
    counting.pipeline.take(a_view())
    before = everything_in(counting)

    taken = counting.pipeline.take(an_engagement(minutes, 10, 50))

    assert taken.outcome is Outcome.ENGAGEMENT
    assert everything_in(counting) == before


def test_one_of_somebody_who_was_not_seen_begins_nothing() -> None:
    counting = a_pipeline()
    counting.pipeline.take(a_view(visitor=1))
    before = everything_in(counting)

    counting.pipeline.take(an_engagement(1, 10, 50, visitor=2))

    assert everything_in(counting) == before


def test_an_engagement_keeps_a_visit_open_and_can_be_taken_back() -> None:
    counting = a_pipeline()
    counting.pipeline.take(a_view())
    before = everything_in(counting)

    counting.pipeline.take(an_engagement(20, 10, 50)).undo()
    assert everything_in(counting) == before
    counting.pipeline.take(an_engagement(20, 10, 50))

    assert not counting.pipeline.take(a_view(45, page=2)).facts[0].visits
    assert ("duration", "600+", 1) in endings(counting, NOON + timedelta(minutes=46))


def test_a_visit_of_events_alone_reads_no_page() -> None:
    counting = a_pipeline()
    (event,) = arrivals([Hit(0, 0, 1, "", "form")])
    counting.pipeline.take(event)

    assert ("pages", "0", 1) in endings(counting, NOON)


@given(
    st.lists(
        st.none() | st.tuples(st.floats(-10, 1e6), st.integers(-10, 1000)),
        max_size=30,
    )
)
def test_a_course_is_one_number_that_says_all_of_it(
    steps: list[tuple[float, int] | None],
) -> None:
    course, views = begun(1_772_593_200.9, view=True), 1
    seconds, percent, told = 0, 0, False
    for step in steps:
        if step is None:
            course, views = viewed(course), views + 1
        else:
            course = engaged(course, *step)
            seconds = min(seconds + round(max(step[0], 0)), 86_400)
            percent, told = max(percent, min(max(step[1], 0), 100)), True

    went = read(course)

    assert (went.began, went.views) == (1_772_593_200, views)
    assert (went.seconds, went.percent) == ((seconds, percent) if told else (None, None))
    assert course < 1 << 68


def test_a_visit_of_thousands_of_pages_stays_one_of_many() -> None:
    course = begun(0, view=True)
    for _ in range(3000):
        course = viewed(course)

    assert read(course).views == 1023
    assert (len(SECONDS), len(PAGES), len(PERCENT)) == (6, 5, 5)
