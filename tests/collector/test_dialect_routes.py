"""Other products' trackers over a real socket: their answers, and whose word is not taken."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio

from collector.app import PIXEL
from oboro.outcomes import Outcome
from tests.support.arrivals import CHROME
from tests.support.edge import Answer, Edge, an_edge
from tests.support.workspace import a_site

PAGE = "https://example.jp/a"
OBJECTIONS = [{"Cookie": "oboro-optout=1"}, {"Sec-GPC": "1"}, {"DNT": "1"}]


def plausible(**changed: Any) -> bytes:
    return json.dumps({"n": "pageview", "u": PAGE, "d": "example.jp", **changed}).encode()


def umami(**changed: Any) -> bytes:
    payload = {"hostname": "example.jp", "url": "/a", **changed}
    return json.dumps({"type": "event", "payload": payload}).encode()


MATOMO = f"idsite=1&rec=1&url={quote(PAGE, safe='')}"
HITS: dict[str, tuple[str, str, bytes]] = {
    "plausible": ("POST", "/api/event", plausible()),
    "umami": ("POST", "/api/send", umami()),
    "umami batch": ("POST", "/api/batch", b"[%s]" % umami()),
    "goatcounter": ("POST", "/count?p=/a", b""),
    "goatcounter image": ("GET", "/count?p=/a", b""),
    "matomo": ("GET", f"/matomo.php?{MATOMO}", b""),
    "matomo without answer": ("GET", f"/matomo.php?{MATOMO}&send_image=0", b""),
    "matomo beacon": ("POST", "/matomo.php", MATOMO.encode()),
    "piwik": ("GET", f"/piwik.php?{MATOMO}", b""),
}
PATHS = ["/api/event", "/api/send", "/api/batch", "/count", "/matomo.php", "/piwik.php"]


@pytest_asyncio.fixture
async def edge() -> AsyncIterator[Edge]:
    async with an_edge(site=a_site(known_as=("matomo:7", "umami:94db1cb1"))) as edge:
        yield edge


async def ask(edge: Edge, name: str, **headers: str) -> Answer:
    method, path, body = HITS[name]
    return await edge.ask(method, path, body, Referer="https://example.jp/", **headers)


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        ("plausible", 202, b"ok"),
        ("umami", 200, b'{"cache":"","sessionId":"","visitId":"","disabled":false}'),
        ("umami batch", 200, b'{"errors":0,"details":[],"cache":""}'),
        ("goatcounter", 200, PIXEL),
        ("goatcounter image", 200, PIXEL),
        ("matomo", 200, PIXEL),
        ("matomo without answer", 204, b""),
        ("matomo beacon", 204, b""),
        ("piwik", 200, PIXEL),
    ],
)
async def test_each_tracker_gets_the_answer_it_expects(
    edge: Edge, name: str, status: int, body: bytes
) -> None:
    answer = await ask(edge, name, User_Agent=CHROME)

    assert (answer.status, answer.body) == (status, body)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    (arrival,) = edge.ingest.taken
    assert (arrival.site, arrival.url.removeprefix("https://example.jp")) == ("example.jp", "/a")
    assert arrival.agent == CHROME


@pytest.mark.parametrize("name", HITS)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("objection", OBJECTIONS)
async def test_an_objection_is_answered_like_a_hit_and_leaves_nothing(
    edge: Edge, name: str, objection: dict[str, str], full: bool
) -> None:
    edge.ingest.full = full
    objected = await ask(edge, name, Origin="https://example.jp", **objection)
    assert edge.ingest.untouched
    assert edge.ingest.waited == (0 if full else 1)

    assert objected == await ask(edge, name, Origin="https://example.jp")


@pytest.mark.parametrize("path", ["/api/event", "/api/send", "/api/batch", "/matomo.php"])
@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff"])
async def test_what_somebody_who_objects_sends_is_not_even_read(
    edge: Edge, path: str, body: bytes
) -> None:
    objected = await edge.ask("POST", path, body, DNT="1")
    counted = {each[1]: each[2] for each in HITS.values() if each[0] == "POST"}[path]

    assert objected == await edge.ask("POST", path, counted)


@pytest.mark.parametrize("path", PATHS)
async def test_pages_of_other_origins_may_send(edge: Edge, path: str) -> None:
    answer = await edge.ask("OPTIONS", path, Origin="https://example.jp")

    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://example.jp"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]


async def test_umamis_own_header_may_be_sent(edge: Edge) -> None:
    answer = await edge.ask("OPTIONS", "/api/send", Origin="https://example.jp")

    assert "x-umami-cache" in answer.headers["Access-Control-Allow-Headers"]


async def test_an_origin_that_is_none_is_not_repeated(edge: Edge) -> None:
    answer = await edge.ask("POST", "/matomo.php", MATOMO.encode(), Origin="null;geheim")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("name", "method", "path", "body"),
    [
        ("plausible", "POST", "/api/event", plausible(d="elsewhere.jp")),
        ("umami", "POST", "/api/send", umami(hostname="elsewhere.jp")),
        ("umami batch", "POST", "/api/batch", b"[%s]" % umami(hostname="elsewhere.jp")),
        ("matomo", "GET", "/matomo.php?idsite=1&rec=1&url=//elsewhere.jp/", b""),
    ],
)
async def test_an_unknown_site_is_told(
    edge: Edge, name: str, method: str, path: str, body: bytes
) -> None:
    answer = await edge.ask(method, path, body)

    assert answer.status == 404
    assert b"oboro site add" in answer.body
    assert b"elsewhere" not in answer.body


async def test_goatcounter_is_told_in_its_header(edge: Edge) -> None:
    unknown = await edge.ask("GET", "/count?p=/a", Referer="https://elsewhere.jp/")
    empty = await edge.ask("GET", "/count")

    assert (unknown.status, unknown.body) == (404, PIXEL)
    assert "oboro site add" in unknown.headers["X-Goatcounter"]
    assert (empty.status, empty.headers["X-Goatcounter"][:12]) == (400, "p is missing")
    assert edge.ingest.refused == [Outcome.INVALID]


async def test_plausible_is_told_by_field(edge: Edge) -> None:
    answer = await edge.ask("POST", "/api/event", plausible(u=""))

    assert answer.status == 400
    assert list(json.loads(answer.body)["errors"]) == ["url"]


async def test_a_site_is_found_by_the_name_another_product_has_for_it(edge: Edge) -> None:
    await edge.ask("GET", "/matomo.php?idsite=7&rec=1&url=//staging.example/a")
    await edge.ask("POST", "/api/send", umami(website="94db1cb1", hostname="staging.example"))

    assert [arrival.site for arrival in edge.ingest.taken] == ["matomo:7", "umami:94db1cb1"]


async def test_what_cannot_be_read_of_a_batch_is_told_and_the_rest_is_counted(edge: Edge) -> None:
    batch = b'[%s, {"type": "event"}, %s, 7]' % (umami(), umami(hostname="elsewhere.jp"))
    answer = await edge.ask("POST", "/api/batch", batch)

    told = json.loads(answer.body)
    assert (answer.status, told["errors"]) == (200, 3)
    assert sorted(each["index"] for each in told["details"]) == [1, 2, 3]
    assert [arrival.site for arrival in edge.ingest.taken] == ["example.jp", "elsewhere.jp"]
    assert edge.ingest.refused == [Outcome.INVALID] * 2


async def test_what_cannot_be_read_of_a_bulk_is_told(edge: Edge) -> None:
    body = json.dumps({"requests": [f"?{MATOMO}", "?idsite=1", 7], "token_auth": "geheim"})
    answer = await edge.ask("POST", "/matomo.php", body.encode())

    assert (answer.status, json.loads(answer.body)["invalid"]) == (400, 2)
    assert len(edge.ingest.taken) == 1
    assert b"geheim" not in answer.body


async def test_whatever_a_client_says_of_address_agent_and_time_is_not_believed(
    edge: Edge,
) -> None:
    claims = {"ip": "203.0.113.9", "userAgent": "curl/8", "timestamp": 1}
    query = f"{MATOMO}&cip=203.0.113.9&cdt=1&ua=curl&token_auth={'0' * 32}"
    await edge.ask("POST", "/api/send", umami(**claims), User_Agent=CHROME)
    await edge.ask("GET", f"/matomo.php?{query}", User_Agent=CHROME)
    await ask(edge, "plausible", User_Agent=CHROME, X_Forwarded_For="203.0.113.9")
    await ask(edge, "plausible", User_Agent=CHROME)

    assert {(each.network, each.agent, each.at) for each in edge.ingest.taken} == {
        (edge.ingest.taken[-1].network, CHROME, edge.ingest.taken[-1].at)
    }
    assert len(edge.ingest.taken) == 4


async def test_a_script_that_knows_it_is_automated_is_marked(edge: Edge) -> None:
    await edge.ask("GET", "/count?p=/a&b=152")

    assert edge.ingest.taken[0].hints == {"automated": "1"}


@pytest.mark.parametrize("name", HITS)
async def test_without_room_the_sender_may_come_again(edge: Edge, name: str) -> None:
    edge.ingest.full = True

    answer = await ask(edge, name)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert edge.ingest.untouched


@pytest.mark.parametrize("path", ["/api/event", "/api/send", "/api/batch"])
async def test_a_dialect_that_posts_is_not_asked_for(edge: Edge, path: str) -> None:
    assert (await edge.ask("GET", path)).status == 405
