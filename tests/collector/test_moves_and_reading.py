"""Which page leads to which, and how each is read: gathered, by the rules that docs tell."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest

from collector.kind import Kind
from collector.log_import.day_sums import DaySums
from collector.reading import MOST_PAGES
from collector.traits import MOVE
from collector.variety import Variety
from oboro.facts import OTHER, Fact
from tests.support.arrivals import an_arrival
from tests.support.counted import a_real_pipeline
from tests.support.hits import WITHIN, Counting, Hit, a_pipeline, arrivals, everything_in
from tests.support.workspace import NOON, a_site

LATER = NOON + timedelta(hours=2)


def take(counting: Counting, *hits: Hit, start: datetime = NOON) -> list[Fact]:
    taken = [counting.pipeline.take(arrival) for arrival in arrivals([*hits], start)]
    return [fact for each in taken for fact in each.facts]


def crossed(facts: list[Fact], *topics: str) -> dict[tuple[str, str], tuple[int, ...]]:
    return {(fact.value, fact.value2): fact[5:] for fact in facts if fact.topic in topics}


def reads(facts: list[Fact]) -> dict[tuple[str, str], tuple[int, ...]]:
    return crossed(facts, "page*time", "page*scroll")


def test_each_page_leads_to_the_next_other_one_that_is_viewed() -> None:
    counting = a_pipeline(k=1, keys=1)

    facts = take(
        counting,
        Hit(0, 0, 1, "", "form"),
        Hit(1, 0, 1, WITHIN),
        Hit(1, 0, 2, WITHIN),
        Hit(1, 0, 2, WITHIN),
        Hit(1, 0, 5, WITHIN, "form"),
        Hit(1, 0, 4, WITHIN),
        Hit(40, 0, 1, WITHIN),
    )

    assert crossed(facts, MOVE) == {("/1/1", "/2/2"): (1, 0, 0, 0), ("/2/2", "/1/4"): (1, 0, 0, 0)}


def test_a_move_is_written_once_a_crowd_made_it_and_says_nothing_of_how_many_they_were() -> None:
    counting = a_pipeline(k=3, keys=3)
    there_and_back = (1, 2, 1, 2)

    alone = take(counting, *(Hit(0, 0, page, WITHIN) for page in there_and_back * 9))
    together = take(
        counting, *(Hit(0, who, page, WITHIN) for who in (1, 2) for page in there_and_back)
    )

    assert crossed(alone, MOVE) == {}
    # The third visitor's first way there, and back, makes it a crowd; then it begins anew.
    assert crossed(together, MOVE) == {
        ("/1/1", "/2/2"): (21, 0, 0, 0),
        ("/2/2", "/1/1"): (19, 0, 0, 0),
    }


def test_how_a_page_was_read_gathers_when_the_visit_ends() -> None:
    counting = a_pipeline(k=2, keys=2)
    for who in (0, 1):
        assert not reads(
            take(
                counting,
                Hit(0, who, 1, ""),
                Hit(1, who, 1, "", "read"),
                Hit(1, who, 2, WITHIN),
                Hit(1, who, 2, WITHIN, "studied"),
                Hit(1, who, 1, WITHIN, "read"),
            )
        )
    alone = a_pipeline(k=2, keys=2)
    take(alone, Hit(0, 0, 1, ""), Hit(1, 0, 1, "", "read"))

    assert reads(counting.pipeline.tick(LATER)) == {
        ("/1/1", "60-179"): (0, 2, 2, 0),
        ("/1/1", "50-74"): (0, 2, 2, 0),
        ("/2/2", "180-599"): (0, 2, 2, 0),
        ("/2/2", "100"): (0, 2, 2, 0),
    }
    assert reads(alone.pipeline.tick(LATER)) == {}
    assert alone.gathering.sites["example.jp"]["page*time", "/1/1", "30-59"][:3] == (0, 1, 1)


def test_a_visitor_who_reads_a_page_alike_twice_a_day_is_one_visitor_day() -> None:
    counting = a_pipeline(k=1, keys=1)

    facts = take(counting, *(2 * [Hit(40, 0, 1, ""), Hit(1, 0, 1, "", "read")]))
    facts += counting.pipeline.tick(LATER + timedelta(hours=2))

    # The second visit brings no visitor-day, so it makes no crowd by itself.
    assert reads(facts) == {("/1/1", "30-59"): (0, 1, 1, 0), ("/1/1", "50-74"): (0, 1, 1, 0)}
    gathering = counting.gathering.sites["example.jp"]
    assert gathering["page*time", "/1/1", "30-59"][:3] == (0, 1, 0)


@pytest.mark.parametrize("how", ["tick", "next hit", "end of the day", "stop"])
def test_every_end_of_a_visit_writes_how_its_pages_were_read(how: str) -> None:
    counting = a_pipeline(k=1, keys=1)
    take(counting, Hit(0, 0, 1, ""), Hit(1, 0, 1, "", "read"))

    match how:
        case "tick":
            facts = counting.pipeline.tick(LATER)
        case "next hit":
            facts = take(counting, Hit(0, 0, 2, ""), start=LATER)
        case "end of the day":
            facts = take(counting, Hit(0, 3, 2, ""), start=NOON + timedelta(days=1))
        case _:
            facts = counting.pipeline.stop(LATER)

    assert reads(facts) == {("/1/1", "30-59"): (0, 1, 1, 0), ("/1/1", "50-74"): (0, 1, 1, 0)}


def test_a_stop_writes_crowds_and_drops_what_still_gathers() -> None:
    counting = a_pipeline(k=2, keys=2)
    for who in (0, 1):
        take(counting, Hit(0, who, 1, ""), Hit(1, who, 1, "", "read"))
    take(counting, Hit(0, 2, 2, ""), Hit(1, 2, 2, "", "read"))

    facts = counting.pipeline.stop(NOON + timedelta(minutes=5))

    assert {value for value, _ in reads(facts)} == {"/1/1"}
    assert counting.gathering.size() == 0


@pytest.mark.parametrize(
    ("late", "after"),
    [
        (Hit(0, 0, 1, "", "read"), timedelta(minutes=31)),
        (Hit(0, 0, 1, "", "read"), timedelta(hours=13)),
        (Hit(0, 4, 1, "", "read"), timedelta(minutes=2)),
    ],
    ids=["its visit ended", "its day ended", "nobody knows its visitor"],
)
def test_a_late_engagement_adds_to_nothing(late: Hit, after: timedelta) -> None:
    counting = a_pipeline(k=1, keys=1)
    take(counting, Hit(0, 0, 1, ""))
    before = everything_in(counting)

    assert take(counting, late, start=NOON + after) == []

    assert everything_in(counting) == before


def test_one_of_a_visitor_who_objected_since_adds_to_nothing() -> None:
    counting = a_pipeline(k=1, keys=1)
    (view,) = arrivals([Hit(0, 0, 1, "")])
    counting.pipeline.take(view)
    counting.pipeline.forget(view)

    take(counting, Hit(1, 0, 1, "", "read"))

    assert counting.pipeline.stop(LATER) == []


def test_one_with_a_page_of_the_visit_before_adds_to_the_visit_and_to_no_page() -> None:
    counting = a_pipeline(k=1, keys=1)
    take(counting, Hit(0, 0, 1, ""), Hit(60, 0, 2, ""), Hit(1, 0, 1, "", "studied"))

    facts = counting.pipeline.stop(LATER)

    assert reads(facts) == {}
    assert ("time", "180-599") in {(fact.topic, fact.value) for fact in facts}


def test_pages_beyond_the_most_add_to_the_visit_alone() -> None:
    counting = a_pipeline(k=1, keys=1)
    pages = range(MOST_PAGES + 5)
    take(counting, *(Hit(0, 0, page, WITHIN) for page in pages))
    take(counting, *(Hit(0, 0, page, WITHIN, "glanced") for page in (*pages, 0)))

    facts = counting.pipeline.stop(LATER)

    assert len([fact for fact in facts if fact.topic == "page*time"]) == MOST_PAGES
    assert {fact.value for fact in facts if fact.topic == "time"} == {"60-179"}


def test_a_page_without_a_place_is_read_as_other() -> None:
    variety = Variety(1)
    counting = a_pipeline(k=1, keys=1, variety=variety)
    take(counting, Hit(0, 1, 1, ""), Hit(0, 0, 2, ""), Hit(0, 0, 2, "", "read"))
    take(counting, Hit(0, 0, 4, WITHIN), Hit(0, 0, 1, WITHIN))

    facts = counting.pipeline.stop(LATER)

    assert {value for value, _ in reads(facts)} == {OTHER}


def test_an_address_is_read_under_the_name_that_its_view_has() -> None:
    site = a_site()
    pipeline = a_real_pipeline(site)
    view = an_arrival(at=NOON, url="https://example.jp/Reports/?utm_source=x#top")
    told = dataclasses.replace(
        view, at=NOON + timedelta(minutes=1), kind=Kind.ENGAGEMENT, engaged=20.0, scroll=100
    )
    pipeline.take(view)
    pipeline.take(told)

    facts = pipeline.stop(LATER)

    (exit_page,) = {fact.value for fact in facts if fact.topic == "exit"}
    assert reads(facts) == {(exit_page, "10-29"): (0, 1, 1, 0), (exit_page, "100"): (0, 1, 1, 0)}


def test_an_imported_log_counts_the_same_moves() -> None:
    site = a_site()
    pages = ("/", "/a", "/a", "/b", "/", "/a")
    hits = [
        an_arrival(at=NOON + timedelta(minutes=minute), url=f"https://example.jp{page}")
        for minute, page in enumerate(pages)
    ]
    live, imported, sums = a_real_pipeline(site), a_real_pipeline(site), DaySums(site.host)

    counted = [fact for hit in hits for fact in live.take(hit).facts if fact.topic == MOVE]
    for hit in hits:
        imported.take_into(hit, sums)
    facts = sums.leave(NOON.date(), {}).facts

    # The way that the visitor took again waits for another visitor.
    once = dict.fromkeys((("/", "/a"), ("/a", "/b"), ("/b", "/")), (1, 0, 0, 0))
    assert crossed(counted, MOVE) == once
    assert {fact[1:3]: fact[3:] for fact in facts if fact[0] == MOVE} == once
