"""Events that a site's own servers send with its key: what is believed, what is refused, and why.

They go over a real socket; the time at the server is noon in Tokyo.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from collector.dialects import events
from collector.dialects.said import Asked
from collector.intake import network_of
from collector.unreadable import Unreadable
from oboro.outcomes import Outcome
from tests.support.arrivals import CHROME
from tests.support.edge import KEY, Answer, Edge, an_edge
from tests.support.workspace import NOON, a_site

EVENT: dict[str, Any] = {
    "url": "https://example.jp/a",
    "opted_out": False,
    "address": "192.0.2.77",
    "agent": CHROME,
}
COUNTED = b'{"late":[]}'
BEARER = {"Authorization": f"Bearer {KEY}"}
LAST_NIGHT = "2026-03-03T23:59:00+09:00"


@pytest_asyncio.fixture
async def edge() -> AsyncIterator[Edge]:
    async with an_edge(site=a_site(aliases=("b.jp",), known_as=("umami:94db1cb1",))) as edge:
        yield edge


async def send(edge: Edge, body: Any, path: str = "/api/events", **headers: str) -> Answer:
    return await edge.ask("POST", path, json.dumps(body).encode(), **{**BEARER, **headers})


def says(answer: Answer) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(answer.body)
    return document


async def test_with_a_key_address_agent_language_hints_and_time_are_those_of_the_visitor(
    edge: Edge,
) -> None:
    answer = await send(
        edge,
        {
            **EVENT,
            "language": "ja",
            "at": "2026-03-04T10:00:00+09:00",
            "hints": {"Sec-CH-UA-Platform-Version": '"15.0.0"', "Cookie": "geheim"},
            "type": "download",
            "target": "/plan.pdf",
        },
        User_Agent="python-requests/2.32",
        Accept_Language="en",
    )

    (arrival,) = edge.ingest.taken
    assert (answer.status, answer.body) == (202, COUNTED)
    assert (arrival.network, arrival.agent) == (network_of("192.0.2.0"), CHROME)
    assert (arrival.language, arrival.at) == ("ja", datetime(2026, 3, 4, 1, 0, tzinfo=UTC))
    assert arrival.hints == {"sec-ch-ua-platform-version": '"15.0.0"'}
    assert (arrival.site, arrival.kind, arrival.target) == ("example.jp", "download", "/plan.pdf")


async def test_an_event_without_a_time_is_of_now_and_an_unknown_address_may_be_null(
    edge: Edge,
) -> None:
    await send(edge, {**EVENT, "address": None})

    (arrival,) = edge.ingest.taken
    assert (arrival.at, arrival.network) == (NOON, b"")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", f"Basic {KEY}", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", KEY, "Bearer geheim"],
)
@pytest.mark.parametrize("path", ["/api/events", "/api/v0/count"])
async def test_without_a_good_key_nothing_is_taken(
    edge: Edge, path: str, authorization: str
) -> None:
    answer = await send(edge, EVENT, path, Authorization=authorization)

    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "oboro site-key new" in says(answer)["error"]
    assert b"geheim" not in answer.body
    assert (edge.ingest.taken, edge.ingest.refused) == ([], [Outcome.INVALID])


@pytest.mark.parametrize("site", ["other.jp", "umami:1"])
async def test_a_key_writes_for_its_own_site_alone(edge: Edge, site: str) -> None:
    answer = await send(edge, [{**EVENT, "site": "b.jp"}, {**EVENT, "site": site}])

    assert answer.status == 403
    (item,) = says(answer)["items"]
    assert (item["index"], item["field"]) == (1, "site")
    assert "another site" in item["error"]
    assert edge.ingest.taken == []


async def test_of_a_batch_with_a_mistake_nothing_is_kept_and_each_mistake_is_told(
    edge: Edge,
) -> None:
    without_state = {name: value for name, value in EVENT.items() if name != "opted_out"}
    answer = await send(
        edge,
        [
            EVENT,
            without_state,
            {**EVENT, "opted_out": "geheim"},
            {**EVENT, "address": "geheim"},
            {**EVENT, "agent": " "},
            {**EVENT, "at": "2026-03-04T12:00:00"},
            {**EVENT, "url": 5},
            {**EVENT, "hints": ["geheim"]},
            5,
        ],
    )

    told = [(item["index"], item["field"]) for item in says(answer)["items"]]
    assert answer.status == 400
    assert told == [
        (1, "opted_out"),
        (2, "opted_out"),
        (3, "address"),
        (4, "agent"),
        (5, "at"),
        (6, "url"),
        (7, "hints"),
        (8, "opted_out"),
    ]
    assert "true or false" in says(answer)["items"][0]["error"]
    assert b"geheim" not in answer.body
    assert edge.ingest.taken == []
    assert edge.ingest.refused == [Outcome.INVALID] * 8


@pytest.mark.parametrize("missing", ["opted_out", "address", "agent", "url"])
async def test_what_is_missing_is_named(edge: Edge, missing: str) -> None:
    answer = await send(edge, {name: value for name, value in EVENT.items() if name != missing})

    (item,) = says(answer)["items"]
    assert (answer.status, item["index"], item["field"]) == (400, 0, missing)
    assert item["error"].startswith(f"{missing} is missing")
    assert edge.ingest.taken == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b'"a"', b"[]", b"[{]", b"\xff", b"[%s]" % b",".join([b"{}"] * 501)]
)
async def test_a_body_that_is_no_event_and_no_list_of_up_to_500_is_refused(
    edge: Edge, body: bytes
) -> None:
    answer = await edge.ask("POST", "/api/events", body, **BEARER)

    assert answer.status == 400
    assert says(answer)["error"]
    assert edge.ingest.taken == []


async def test_a_body_may_have_a_mebibyte_and_no_more(edge: Edge) -> None:
    event = json.dumps({**EVENT, "title": "x" * 1800})
    batch = f"[{','.join([event] * 480)}]".encode()
    taken = await edge.ask("POST", "/api/events", batch, **BEARER)
    refused = await edge.ask(
        "POST", "/api/events", b"", **{**BEARER, "Content_Length": str(events.LONGEST + 1)}
    )

    assert (taken.status, len(edge.ingest.taken)) == (202, 480)
    assert (refused.status, refused.headers["Connection"]) == (413, "close")


@pytest.mark.parametrize(
    "opted_out",
    [
        {**EVENT, "opted_out": True},
        {"opted_out": True},
        {"opted_out": True, "url": 5, "address": {"no": "address"}, "site": "other.jp"},
    ],
)
async def test_who_has_opted_out_is_answered_like_anybody_and_leaves_nothing(
    edge: Edge, opted_out: dict[str, Any]
) -> None:
    alone = await send(edge, opted_out)
    assert edge.ingest.untouched
    assert edge.ingest.waited == 1
    in_a_batch = await send(edge, [EVENT, opted_out])
    assert len(edge.ingest.taken) == 1

    assert alone == in_a_batch == await send(edge, EVENT)
    assert (alone.status, alone.body) == (202, COUNTED)


@pytest.mark.parametrize(
    "objection", [{"Cookie": "oboro-optout=1"}, {"Sec_GPC": "1"}, {"DNT": "1"}]
)
@pytest.mark.parametrize("full", [False, True])
async def test_an_objection_that_a_server_hands_on_in_its_headers_counts(
    edge: Edge, objection: dict[str, str], full: bool
) -> None:
    edge.ingest.full = full
    objected = await send(edge, EVENT, **objection)
    assert edge.ingest.untouched

    assert objected == await send(edge, EVENT)


@pytest.mark.parametrize("objection", [{"Cookie": "oboro-optout=1"}, {"DNT": "1"}])
@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("/api/events", {"Authorization": "Bearer geheim"}, 401),
        ("/api/v0/count", {"Authorization": ""}, 401),
        ("/api/events", {"Content_Encoding": "gzip"}, 415),
        ("/api/send", {"Content_Encoding": "gzip"}, 415),
        ("/api/events", {"Content_Length": "1048577"}, 413),
        ("/api/batch", {"Content_Length": "1048577"}, 413),
    ],
)
async def test_an_objection_is_not_even_tallied_where_its_request_is_refused(
    edge: Edge, objection: dict[str, str], path: str, more: dict[str, str], status: int
) -> None:
    objected = await send(edge, EVENT, path, **more, **objection)
    assert edge.ingest.untouched

    assert objected == await send(edge, EVENT, path, **more)
    assert (objected.status, edge.ingest.refused) == (status, [Outcome.INVALID])


async def test_what_cannot_be_kept_is_to_be_sent_again(edge: Edge) -> None:
    edge.ingest.full = True

    answer = await send(edge, [EVENT, EVENT])

    assert (answer.status, "Retry-After" in answer.headers) == (503, True)
    assert edge.ingest.untouched


async def test_events_of_a_day_that_is_over_are_late_and_the_rest_counts(edge: Edge) -> None:
    first_minute = "2026-03-04T00:00:00+09:00"
    answer = await send(
        edge, [{**EVENT, "at": LAST_NIGHT}, {**EVENT, "at": first_minute}, {**EVENT, "at": 0}]
    )

    assert (answer.status, says(answer)) == (202, {"late": [0, 2]})
    assert [arrival.late for arrival in edge.ingest.taken] == [True, False, True]
    # It is tallied where it came, so that no day that is closed changes.
    assert [arrival.at for arrival in edge.ingest.taken] == [NOON, NOON - timedelta(hours=12), NOON]


async def test_a_clock_that_is_a_little_ahead_says_now_and_one_far_ahead_is_refused(
    edge: Edge,
) -> None:
    ahead = await send(edge, {**EVENT, "at": (NOON + timedelta(minutes=4)).timestamp()})
    far = await send(edge, {**EVENT, "at": (NOON + timedelta(minutes=6)).isoformat()})

    assert (ahead.status, [arrival.at for arrival in edge.ingest.taken]) == (202, [NOON])
    (item,) = says(far)["items"]
    assert (far.status, item["field"]) == (400, "at")
    assert "future" in item["error"]


@pytest.mark.parametrize(
    "at",
    [True, "yesterday", -1, 1e300, [], "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)
async def test_a_time_that_is_none_is_told(edge: Edge, at: Any) -> None:
    answer = await send(edge, {**EVENT, "at": at})

    (item,) = says(answer)["items"]
    assert (answer.status, item["field"]) == (400, "at")


async def test_no_page_may_send_events_with_a_key(edge: Edge) -> None:
    asked = await edge.ask("OPTIONS", "/api/events", Origin="https://example.jp")
    sent = await send(edge, EVENT, Origin="https://example.jp")

    assert asked.status == 405
    assert "Access-Control-Allow-Origin" not in sent.headers


GOAT: dict[str, Any] = {"path": "/a", "opted_out": False, "ip": "192.0.2.77", "user_agent": CHROME}
UMAMI: dict[str, Any] = {
    "hostname": "example.jp",
    "url": "/a",
    "opted_out": False,
    "ip": "192.0.2.77",
    "userAgent": CHROME,
}


def umami(**changed: Any) -> dict[str, Any]:
    return {"type": "event", "payload": {**UMAMI, **changed}}


async def test_goatcounters_hits_are_taken_with_a_key_and_mistakes_told_by_their_place(
    edge: Edge,
) -> None:
    good = await send(edge, {"hits": [{**GOAT, "size": [390, 844, 3]}]}, "/api/v0/count")
    some = await send(
        edge,
        {
            "hits": [
                {**GOAT, "created_at": "2026-03-04T01:00:00Z"},
                {"path": "/a", "ip": "", "user_agent": CHROME},
                {**GOAT, "created_at": LAST_NIGHT},
                {**GOAT, "opted_out": True, "path": 5},
                {**GOAT, "bot": 5},
            ]
        },
        "/api/v0/count",
    )
    none = await send(edge, {"hits": []}, "/api/v0/count")

    assert (good.status, good.body) == (202, b'{"status":"ok"}')
    assert (some.status, sorted(says(some)["errors"])) == (400, ["1", "2", "4"])
    assert "opted_out" in says(some)["errors"]["1"]
    assert none.status == 400
    one, two, late = edge.ingest.taken
    assert (one.width, one.url, one.network) == (
        390,
        "https://example.jp/a",
        network_of("192.0.2.0"),
    )
    assert (two.at, late.late) == (datetime(2026, 3, 4, 1, 0, tzinfo=UTC), True)


async def test_with_a_key_umamis_payload_is_believed_and_must_carry_the_opt_out(edge: Edge) -> None:
    sent = await send(edge, umami(timestamp=NOON.timestamp() - 60), "/api/send")
    without = await send(edge, umami(opted_out=None), "/api/send")
    late = await send(edge, umami(timestamp=0), "/api/send")
    batch = await send(
        edge,
        [umami(website="94db1cb1"), umami(opted_out=None), umami(opted_out=True, ip=5)],
        "/api/batch",
    )
    other = await send(edge, [umami(hostname="other.jp")], "/api/batch")

    assert (sent.status, without.status, late.status, other.status) == (200, 400, 400, 403)
    assert b"opted_out" in without.body
    assert [each["index"] for each in says(batch)["details"]] == [1]
    first, _, last = edge.ingest.taken
    assert (first.at, first.agent) == (NOON - timedelta(seconds=60), CHROME)
    assert first.network == last.network == network_of("192.0.2.0")


async def test_without_a_key_umamis_word_is_not_taken(edge: Edge) -> None:
    for authorization in ("", "Bearer somebody-elses-token"):
        await send(edge, umami(), "/api/send", User_Agent="Firefox", Authorization=authorization)

    assert {arrival.agent for arrival in edge.ingest.taken} == {"Firefox"}
    assert {arrival.network for arrival in edge.ingest.taken} == {network_of("127.0.0.1")}


async def test_a_bad_key_that_looks_like_ours_is_told_to_umamis_sender(edge: Edge) -> None:
    answer = await send(edge, umami(), "/api/send", Authorization="Bearer oboro_wrong")

    assert answer.status == 401
    assert edge.ingest.taken == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
FIELDS = st.sampled_from(("site", "url", "opted_out", "at", "hints", "name", "props", *EVENT))


@given(st.dictionaries(FIELDS, VALUES))
def test_any_event_is_read_or_refused_with_the_field_that_is_wrong(changed: dict[str, Any]) -> None:
    body = json.dumps([{**EVENT, **changed}]).encode()
    opted_out = {**EVENT, **changed}["opted_out"]
    taken: int | None = None
    with suppress(Unreadable):
        taken = len(events.read(Asked("", body, site="example.jp")).said)

    if opted_out is True:
        assert taken == 0
    elif opted_out is False:
        assert taken in (1, None)
    else:
        assert taken is None
