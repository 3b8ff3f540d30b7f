"""Other products' forms, read by themselves: what is taken, and what is refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.dialects import goatcounter, matomo, plausible, umami
from collector.dialects.native import Hit
from collector.dialects.said import Asked, Heard
from collector.unreadable import Unreadable

SENTINEL = "geheim-7d1f"
READERS = {
    "plausible": plausible.read,
    "umami": umami.read,
    "umami batch": umami.read_batch,
    "goatcounter": goatcounter.read,
    "matomo": matomo.read,
}


def posted(value: object) -> Asked:
    return Asked("", json.dumps(value).encode())


def event(**changed: Any) -> Asked:
    return posted({"n": "pageview", "u": "https://a.jp/b", "d": "a.jp", **changed})


def hit_in(heard: Heard) -> Hit:
    (said,) = heard.said
    return said.hit


def test_plausible_may_name_several_sites_and_none() -> None:
    several = plausible.read(event(d="a.jp, www.b.jp,a.jp")).said

    assert [said.sites for said in several] == [("a.jp",), ("www.b.jp",)]
    assert plausible.read(event(d=None)).said[0].sites == ("a.jp",)


@pytest.mark.parametrize(("name", "expected"), [("pageview", None), (7, "7"), ("Signup", "Signup")])
def test_plausibles_events_have_names_or_numbers(name: object, expected: str | None) -> None:
    assert hit_in(plausible.read(event(n=name))).name == expected


@pytest.mark.parametrize("number", [10**400, -(10**400), True, "7", None])
def test_plausibles_times_and_depths_that_are_no_numbers_are_not_read(number: object) -> None:
    hit = hit_in(plausible.read(event(n="engagement", e=number, sd=number)))

    assert (hit.engaged, hit.scroll) == (0, None)


@pytest.mark.parametrize("props", [{"a": "b"}, '{"a": "b"}'])
def test_plausibles_properties_come_as_an_object_or_as_text(props: object) -> None:
    assert hit_in(plausible.read(event(p=props))).props == {"a": "b"}


def test_where_pages_are_told_apart_by_fragment_it_is_part_of_the_path() -> None:
    asked = event(u="https://a.jp/app?x=1#/news/7", h=1)

    assert hit_in(plausible.read(asked)).url == "https://a.jp/app/news/7"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"n": None}, "name"),
        ({"n": True}, "name"),
        ({"n": "x" * 121}, "name"),
        ({"u": None}, "url"),
        ({"u": "data:text/html,x"}, "url"),
        ({"u": "https://a.jp/" + "x" * 2000}, "url"),
        ({"u": 7}, "u"),
        ({"d": ",".join(f"{n}.jp" for n in range(11))}, "domain"),
        ({"d": "a\u0000"}, "domain"),
    ],
)
def test_plausible_is_told_which_field_is_wrong(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Unreadable) as refused:
        plausible.read(event(**changed))
    assert (refused.value.status, refused.value.field) == (400, field)
    assert field in refused.value.message


def test_umami_tells_whole_addresses_or_paths() -> None:
    for url in ("https://a.jp/b?c=1", "/b?c=1", "b?c=1"):
        payload = {"website": "x", "hostname": "a.jp", "url": url, "screen": "390x844"}
        (said,) = umami.read(posted({"type": "event", "payload": payload})).said
        assert said.sites == ("umami:x", "a.jp")
        assert (said.hit.url, said.hit.width) == ("https://a.jp/b?c=1", 390)


@pytest.mark.parametrize("kind", ["identify", "performance"])
def test_umamis_other_types_are_taken_and_not_counted(kind: str) -> None:
    assert umami.read(posted({"type": kind, "payload": {"id": "somebody"}})).said == ()


@pytest.mark.parametrize(
    "value", [{}, {"type": "event"}, {"type": "event", "payload": []}, {"type": "x"}, [], "x", None]
)
def test_what_is_no_hit_of_umamis_is_refused(value: object) -> None:
    with pytest.raises(Unreadable):
        umami.read(posted(value))


@pytest.mark.parametrize("value", [{}, [{}] * 501])
def test_a_batch_is_a_list_and_bounded(value: object) -> None:
    with pytest.raises(Unreadable, match="list of at most 500"):
        umami.read_batch(posted(value))


def test_goatcounter_takes_page_and_site_from_where_the_script_runs() -> None:
    asked = Asked("p=%2Fb&q=%3Futm_source%3Dx&s=390%2C844%2C3", b"", "https://a.jp/", "stats.jp")

    (said,) = goatcounter.read(asked).said

    assert said.sites == ("goatcounter:stats.jp", "a.jp", "stats.jp")
    assert (said.hit.url, said.hit.width) == ("https://a.jp/b?utm_source=x", 390)


@pytest.mark.parametrize("query", ["p=/&b=1", "p=/&b=149", "p=/&b=x", "p=/&b=-1", "b=0", "p="])
def test_goatcounters_hints_and_path_are_checked(query: str) -> None:
    with pytest.raises(Unreadable):
        goatcounter.read(Asked(query, b"", "https://a.jp/", "a.jp"))


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({}, None),
        ({"e_c": "Videos", "e_a": "Play", "e_n": "x"}, "Videos: Play"),
        ({"e_c": "Videos"}, "Videos"),
        ({"idgoal": "3", "revenue": "5"}, "goal 3"),
        ({"idgoal": "0", "ec_id": "1"}, "order"),
    ],
)
def test_matomos_events_and_goals_are_events(more: dict[str, str], name: str | None) -> None:
    query = urlencode({"idsite": "1", "rec": "1", "url": "https://a.jp/", **more})

    assert hit_in(matomo.read(Asked(query, b""))).name == name


@pytest.mark.parametrize("more", ["&ping=1", "&c_n=ad"])
def test_matomos_heartbeats_and_contents_are_taken_and_not_counted(more: str) -> None:
    assert matomo.read(Asked(f"idsite=1&rec=1&url=//a.jp/{more}", b"")).said == ()


@pytest.mark.parametrize(
    "query", ["", "rec=1&url=//a.jp/", "idsite=1&url=//a.jp/", "idsite=1&rec=1"]
)
def test_matomo_is_told_what_is_missing(query: str) -> None:
    with pytest.raises(Unreadable, match="is missing"):
        matomo.read(Asked(query, b""))


def test_matomos_token_is_not_even_held() -> None:
    heard = matomo.read(Asked(f"idsite=1&rec=1&url=//a.jp/&token_auth={SENTINEL}", b""))

    assert SENTINEL not in repr(heard)


@pytest.mark.parametrize(
    ("read", "asked"),
    [
        (plausible.read, event(u=f"{SENTINEL}:x")),
        (plausible.read, event(n=[SENTINEL])),
        (umami.read, posted({"type": SENTINEL})),
        (umami.read, posted({"type": "event", "payload": {"url": [SENTINEL]}})),
        (goatcounter.read, Asked(f"p=/&b={SENTINEL}", b"")),
        (matomo.read, Asked(f"idsite=1&rec=1&url={SENTINEL}", b"")),
    ],
)
def test_no_refusal_repeats_what_was_sent(read: Callable[[Asked], Heard], asked: Asked) -> None:
    with pytest.raises(Unreadable) as refused:
        read(asked)
    assert SENTINEL not in refused.value.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
JSON_KEYS = ("n", "u", "d", "r", "p", "h", "type", "payload", "url", "hostname", "website", "data")
QUERY_KEYS = ("requests", "idsite", "rec", "e_c", "e_a", "e", "b", "q", "s", "res", "url", "name")
KEYS = st.sampled_from((*JSON_KEYS, *QUERY_KEYS))
LIKELY = st.recursive(
    JSON | st.sampled_from(["event", "pageview", "https://a.jp/", "/b", 1, "1", "390x844"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
    max_leaves=12,
)


QUERIES = st.text() | st.dictionaries(KEYS, st.text()).map(
    lambda sent: urlencode(sent, errors="replace")
)


@pytest.mark.parametrize("dialect", READERS)
@given(
    query=QUERIES,
    body=st.binary() | LIKELY.map(lambda value: json.dumps(value).encode()),
    page=st.text(),
)
def test_anything_is_heard_or_refused_with_a_reason(
    dialect: str, query: str, body: bytes, page: str
) -> None:
    assert is_heard_or_refused(READERS[dialect], Asked(query, body, page, "a.jp"))


def is_heard_or_refused(read: Callable[[Asked], Heard], asked: Asked) -> bool:
    """Tell whether *read* finds hits, or refuses with a status and a reason."""
    try:
        heard = read(asked)
    except Unreadable as refused:
        return refused.status == 400 and bool(refused.message)
    return all(said.sites and said.hit.url for said in heard.said) and all(
        problem.message for problem in heard.problems
    )
