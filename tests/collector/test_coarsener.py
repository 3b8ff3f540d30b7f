"""The coarsener joins the parts, remembers what it has seen, and forgets at local midnight."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from collector.arrival import Arrival
from collector.coarse import Coarse, Mark, Origin, Surroundings
from collector.coarsen.agent import read_agent
from collector.coarsen.place import NoPlaces
from collector.coarsener import Coarsener
from collector.kind import Kind
from oboro.facts import OTHER
from tests.support.arrivals import an_arrival
from tests.support.workspace import a_site


class CountedPlaces(NoPlaces):
    """Places that count how often they are asked."""

    def __init__(self) -> None:
        self.asked = 0

    def country_of(self, network: bytes) -> str:
        self.asked += 1
        return "JP"


@pytest.fixture
def places() -> CountedPlaces:
    return CountedPlaces()


@pytest.fixture
def coarsener(places: CountedPlaces) -> Coarsener:
    return Coarsener(places)


SITE = a_site(events=("download",), query_keys=("page",), campaigns=("spring",))


def origin(coarsener: Coarsener, **changed: object) -> Origin | None:
    """Return the origin of an arrival."""
    return coarsener.coarsen(an_arrival(**changed), SITE).origin


def test_an_arrival_becomes_coarse_values_alone(coarsener: Coarsener) -> None:
    assert coarsener.coarsen(an_arrival(referrer="https://www.google.com/"), SITE) == Coarse(
        page="/kurashi/gomi.html",
        section="/kurashi",
        origin=Origin(source="Google", channel="search", referrer="google.com", campaign=""),
        surroundings=Surroundings(
            country="JP",
            browser="Chrome",
            browser_version="Chrome 120",
            os="Windows",
            os_version="Windows 10",
            device="desktop",
            screen="1200-1919",
            language="ja",
        ),
    )


@pytest.mark.parametrize(("name", "event"), [("download", "download"), ("taro@x", OTHER)])
def test_an_event_is_kept_by_name_only_if_it_is_declared(
    coarsener: Coarsener, name: str, event: str
) -> None:
    coarse = coarsener.coarsen(an_arrival(kind=Kind.EVENT, name=name), SITE)

    assert (coarse.view, coarse.marks) == (False, (("event", event),))


DECLARING = a_site(
    properties=("plan=free", "plan=pro", "member=true"), search_keys=("q",), downloads=("pdf",)
)


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        ({}, ()),
        ({"url": "https://example.jp/s?q=%E3%82%B4%E3%83%9F"}, (("search", "ゴミ"),)),
        ({"url": "https://example.jp/s?q="}, ()),
        ({"url": "https://example.jp/s?query=x"}, ()),
        ({"search": " Gomi  No Hi "}, (("search", "gomi no hi"),)),
        ({"search": "taro@example.jp"}, (("search", OTHER),)),
        ({"search": "090-1234-5678"}, (("search", OTHER),)),
        ({"search": "x" * 65}, (("search", OTHER),)),
        ({"props": {"plan": "free", "x": 1}}, (("property", "plan=free"),)),
        ({"props": {"plan": "taro", "member": True}}, (
            ("property", f"plan={OTHER}"), ("property", "member=true"),
        )),
        ({"kind": Kind.OUTBOUND, "target": "https://a.city.example.com/taro"}, (
            ("outbound", "example.com"),
        )),
        ({"kind": Kind.OUTBOUND, "target": "mailto:taro@example.jp"}, (("outbound", OTHER),)),
        ({"kind": Kind.DOWNLOAD, "target": "/f/plan.pdf?x=1"}, (("download", "/f/plan.pdf"),)),
        ({"kind": Kind.DOWNLOAD, "target": "/f/plan.exe"}, (("download", OTHER),)),
        ({"kind": Kind.NOT_FOUND, "url": "/taro@example.jp"}, (("not_found", "/:id"),)),
        ({"kind": Kind.ENGAGEMENT, "props": {"plan": "free"}}, ()),
    ],
)  # fmt: skip
def test_what_happens_on_a_page_is_kept_as_declared_names_and_domains(
    coarsener: Coarsener, said: dict[str, Any], marks: tuple[Mark, ...]
) -> None:
    coarse = coarsener.coarsen(an_arrival(**said), DECLARING)

    assert coarse.marks == marks
    assert coarse.view == (said.get("kind", Kind.VIEW) is Kind.VIEW)


def test_a_referrer_on_the_pages_own_host_is_within_the_site(coarsener: Coarsener) -> None:
    shown_at = {"url": "http://127.0.0.1:8000/demo/a", "referrer": "http://127.0.0.1:8000/demo/"}

    assert origin(coarsener, **shown_at) is None


def test_campaign_marks_are_read_from_the_pages_own_address(coarsener: Coarsener) -> None:
    found = origin(coarsener, url="https://example.jp/?utm_source=line&utm_campaign=spring")

    assert found is not None
    assert (found.channel, found.campaign) == ("campaign", "spring")


def test_what_was_seen_before_is_not_worked_out_again(
    coarsener: Coarsener, places: CountedPlaces
) -> None:
    first = coarsener.coarsen(an_arrival(), SITE)
    second = coarsener.coarsen(an_arrival(url="https://example.jp/other"), SITE)

    assert places.asked == 1
    assert first.surroundings is second.surroundings


def test_at_local_midnight_nothing_of_any_visitor_is_remembered(
    coarsener: Coarsener, places: CountedPlaces
) -> None:
    coarsener.coarsen(an_arrival(), SITE)
    tomorrow = an_arrival().at + timedelta(hours=12)

    coarsener.coarsen(an_arrival(at=tomorrow), SITE)

    assert places.asked == 2
    assert read_agent.cache_info().currsize == 1


def test_nothing_is_remembered_of_a_day_after_which_nobody_comes(
    coarsener: Coarsener, places: CountedPlaces
) -> None:
    coarsener.coarsen(an_arrival(), SITE)
    coarsener.expire(an_arrival().at)
    assert read_agent.cache_info().currsize == 1

    coarsener.expire(an_arrival().at + timedelta(hours=12))

    assert read_agent.cache_info().currsize == 0
    coarsener.coarsen(an_arrival(at=an_arrival().at + timedelta(hours=12)), SITE)
    assert places.asked == 2


def test_forgetting_empties_every_cache(coarsener: Coarsener, places: CountedPlaces) -> None:
    coarsener.coarsen(an_arrival(), SITE)

    coarsener.forget()

    assert read_agent.cache_info().currsize == 0
    coarsener.coarsen(an_arrival(), SITE)
    assert places.asked == 2


def test_a_changed_declaration_holds_from_the_next_hit(coarsener: Coarsener) -> None:
    hit = an_arrival(url="https://example.jp/list?page=2&id=7")
    before = coarsener.coarsen(hit, SITE).page
    changed = dataclasses.replace(SITE, query_keys=("id",))

    assert (before, coarsener.coarsen(hit, changed).page) == ("/list?page=2", "/list?id=7")


def test_an_address_too_long_to_remember_is_coarsened_all_the_same(coarsener: Coarsener) -> None:
    long = an_arrival(
        url="https://example.jp/a?" + "x" * 5000, referrer="https://x.com/" + "y" * 5000
    )

    coarse = coarsener.coarsen(long, SITE)

    assert coarse.page == "/a"
    assert coarse.origin is not None
    assert coarse.origin.source == "X"


def test_an_arrival_shows_and_gives_away_nothing() -> None:
    import pickle

    assert repr(an_arrival()) == "<Arrival>"
    with pytest.raises(TypeError, match="never written"):
        pickle.dumps(an_arrival())
    assert not any(word in str(Arrival) for word in ("192", "Mozilla"))
