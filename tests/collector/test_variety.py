"""A site's day holds a bounded number of pages and referrers, whatever is made up."""

from __future__ import annotations

from datetime import date, timedelta

from collector.coarse import Coarse, Mark, Origin
from collector.variety import SIGHTINGS, Values, Variety, recall
from oboro.facts import OTHER, Fact
from oboro.store import Store
from tests.support.arrivals import an_arrival
from tests.support.hits import surroundings_of
from tests.support.workspace import NOON, a_site

DAY = date(2026, 3, 4)


def a_hit(
    page: str = "/a", section: str = "/", referrer: str = "", marks: tuple[Mark, ...] = ()
) -> Coarse:
    origin = Origin(source=referrer, channel="referral", referrer=referrer, campaign="")
    return Coarse(
        page=page,
        section=section,
        marks=marks,
        origin=origin if referrer else None,
        surroundings=surroundings_of(an_arrival(agent="1")),
    )


def pages(variety: Variety, names: list[str], site: str = "a.jp", day: date = DAY) -> list[str]:
    return [variety.shown(site, day, a_hit(name)).page for name in names]


def test_beyond_the_places_everything_is_other() -> None:
    names = [f"/{number}" for number in range(100)]

    assert pages(Variety(4), names) == [*names[:2], *[OTHER] * 98]


def test_files_have_places_of_their_own_and_declared_names_need_none() -> None:
    variety = Variety(2)
    marked = [
        variety.shown("a.jp", DAY, a_hit(marks=(("download", f"/{n}.pdf"), ("event", f"{n}"))))
        for n in range(3)
    ]

    assert [hit.marks for hit in marked] == [
        (("download", "/0.pdf"), ("event", "0")),
        (("download", OTHER), ("event", "1")),
        (("download", OTHER), ("event", "2")),
    ]
    assert [hit.page for hit in marked] == ["/a"] * 3


def test_a_page_that_is_read_again_takes_a_place_that_is_kept_back() -> None:
    variety = Variety(4)
    pages(variety, [f"/{number}" for number in range(50)])

    assert pages(variety, ["/real"] * 4) == [OTHER] * (SIGHTINGS - 1) + ["/real"] * 2


def test_a_real_page_finds_a_place_among_thousands_that_are_made_up() -> None:
    values = Values(100)
    for number in range(20_000):
        values.have_place_for(f"/made-up/{number}")
        if number % 20 == 0:
            values.have_place_for("/real")

    assert "/real" in values
    assert len(values) <= 100


def test_sections_sources_and_referrers_have_places_of_their_own() -> None:
    variety = Variety(2)
    shown = [
        variety.shown("a.jp", DAY, a_hit("/a", f"/{number}", f"{number}.jp")) for number in range(9)
    ]

    for values in (
        {hit.section for hit in shown},
        {hit.origin.source for hit in shown if hit.origin},
        {hit.origin.referrer for hit in shown if hit.origin},
    ):
        assert OTHER in values
        assert len(values) <= 3
    assert {hit.page for hit in shown} == {"/a"}
    assert {hit.origin.channel for hit in shown if hit.origin} == {"referral"}


def test_a_hit_whose_values_all_have_a_place_is_left_as_it_is() -> None:
    variety, hit = Variety(2), a_hit()

    assert variety.shown("a.jp", DAY, hit) is hit
    assert pages(variety, [OTHER, "/b", OTHER, "/a"]) == [OTHER, OTHER, OTHER, "/a"]


def test_sites_and_days_have_places_of_their_own_and_past_days_are_forgotten() -> None:
    variety = Variety(1)
    days = [DAY + timedelta(days=number) for number in range(5)]
    shown = [
        page
        for number, day in enumerate(days)
        for site in ("a.jp", "b.jp")
        for page in pages(variety, [f"/{number}"], site, day)
    ]

    assert OTHER not in shown
    assert variety.size() == 4
    variety.keep({"a.jp"})
    assert variety.size() == 2


def test_the_values_in_the_store_are_recalled(store: Store) -> None:
    columns = (*Fact._fields, "batch")

    def row(topic: str, value: str, day: date = DAY) -> tuple[object, ...]:
        return (*Fact("a.jp", day, topic, value, "", 1, 0, 0, 0), bytes(16))

    rows = [row("page", f"/{number}") for number in range(3)]
    rows += [row("entry", "/entered"), row("page", "/yesterday", DAY - timedelta(days=1))]
    store.insert("coarse_events", columns, rows)
    variety = Variety(4)
    recall(variety, store, [a_site("a.jp")], NOON)

    assert pages(variety, ["/1", "/entered", "/yesterday"]) == ["/1", "/entered", OTHER]
