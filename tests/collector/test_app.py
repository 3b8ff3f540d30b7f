"""The routes over a real socket: what is taken, what is refused, and what an objection changes."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
import pytest_asyncio

from collector.app import PIXEL
from collector.body import LONGEST
from oboro.outcomes import Outcome
from tests.support.arrivals import CHROME
from tests.support.edge import Edge, an_edge

HIT = json.dumps({"site": "example.jp", "url": "https://example.jp/a", "width": 390}).encode()
PIXEL_PATH = "/pixel.gif?site=example.jp&url=" + quote("https://example.jp/a", safe="")
OBJECTIONS = [
    {"Cookie": "oboro-optout=1"},
    {"Cookie": "a=b; __Host-oboro-optout=1"},
    {"Sec-GPC": "1"},
    {"DNT": "1"},
]


@pytest_asyncio.fixture
async def edge() -> AsyncIterator[Edge]:
    async with an_edge() as edge:
        yield edge


async def test_a_hit_is_taken_with_what_its_headers_say(edge: Edge) -> None:
    answer = await edge.ask(
        "POST",
        "/api/hit",
        HIT,
        Content_Type="text/plain;charset=UTF-8",
        User_Agent=CHROME,
        Accept_Language="ja",
        Sec_Purpose="prefetch",
    )

    (arrival,) = edge.ingest.taken
    assert (answer.status, answer.body) == (202, b"")
    assert (arrival.site, arrival.url, arrival.width) == ("example.jp", "https://example.jp/a", 390)
    assert (arrival.agent, arrival.language) == (CHROME, "ja")
    assert arrival.network == bytes((127, 0, 0, 0))
    assert arrival.hints == {"sec-purpose": "prefetch"}


async def test_pages_of_other_origins_may_send_hits(edge: Edge) -> None:
    asked = await edge.ask("OPTIONS", "/api/hit", Origin="https://example.jp")
    sent = await edge.ask("POST", "/api/hit", HIT, Origin="https://example.jp")

    assert asked.status == 204
    assert asked.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert sent.headers["Access-Control-Allow-Origin"] == "*"


async def test_the_pixel_takes_a_hit_and_is_never_kept_by_a_cache(edge: Edge) -> None:
    answer = await edge.ask("GET", PIXEL_PATH)

    assert (answer.status, answer.body) == (200, PIXEL)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "image/gif"
    assert [arrival.url for arrival in edge.ingest.taken] == ["https://example.jp/a"]


async def test_an_unknown_site_is_told_and_counted_as_such(edge: Edge) -> None:
    answer = await edge.ask("POST", "/api/hit", b'{"site": "geheim.example", "url": "/"}')

    assert answer.status == 404
    assert b"oboro site add" in answer.body
    assert b"geheim" not in answer.body


async def told(edge: Edge, body: bytes = HIT, **headers: str) -> tuple[int, str]:
    """Send a hit that cannot be read, and return its status and what the answer says."""
    answer = await edge.ask("POST", "/api/hit", body, **headers)
    assert edge.ingest.refused == [Outcome.INVALID]
    assert edge.ingest.taken == []
    return answer.status, json.loads(answer.body)["error"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"site": "example.jp"}', b'{"site": "a", "url": "/%00"}', b"\xff"]
)
async def test_a_body_that_is_no_hit_is_refused(edge: Edge, body: bytes) -> None:
    status, says = await told(edge, body)

    assert (status, bool(says)) == (400, True)


async def test_a_body_of_a_megabyte_is_refused_before_it_is_read(edge: Edge) -> None:
    status, says = await told(edge, b"x" * 1_000_000)

    assert (status, str(LONGEST) in says) == (413, True)


async def test_a_body_in_pieces_is_refused_once_it_is_too_long(edge: Edge) -> None:
    piece = b"%x\r\n%s\r\n" % (LONGEST, b"x" * LONGEST)
    head = b"POST /api/hit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    answer = await edge.send(head + piece, pause=0.05, then=piece)

    assert answer.status == 413
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip", "geheim"])
async def test_a_compressed_body_is_refused_unopened(edge: Edge, encoding: str) -> None:
    status, says = await told(edge, gzip.compress(HIT), Content_Encoding=encoding)

    assert (status, "geheim" in says) == (415, False)


async def test_a_body_that_does_not_arrive_is_given_up(edge: Edge) -> None:
    answer = await edge.ask("POST", "/api/hit", b"{", Content_Length="100")

    assert answer.status == 408
    assert answer.headers["Connection"] == "close"
    assert edge.ingest.refused == [Outcome.INVALID]


async def test_a_body_whose_pieces_do_not_fit_counts_nothing(edge: Edge) -> None:
    head = b"POST /api/hit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    answer = await edge.send(head + b"5\r\nabc", pause=0.05, then=b"de\r\ngeheim\r\n")

    assert (answer.status in (400, 408), b"geheim" in answer.body) == (True, False)
    assert edge.ingest.taken == []


async def test_a_body_that_breaks_off_counts_nothing(edge: Edge) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(b"POST /api/hit HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    # The next one is taken, and it alone.
    await edge.ask("POST", "/api/hit", HIT)
    assert len(edge.ingest.taken) == 1


async def test_without_room_nothing_is_taken_and_the_sender_may_come_again(edge: Edge) -> None:
    edge.ingest.full = True

    for answer in (await edge.ask("POST", "/api/hit", HIT), await edge.ask("GET", PIXEL_PATH)):
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert edge.ingest.untouched


@pytest.mark.parametrize("objection", OBJECTIONS)
@pytest.mark.parametrize("full", [False, True])
async def test_an_objection_is_answered_like_a_hit_and_leaves_nothing(
    edge: Edge, objection: dict[str, str], full: bool
) -> None:
    edge.ingest.full = full
    objected = [
        await edge.ask("POST", "/api/hit", HIT, **objection),
        await edge.ask("GET", PIXEL_PATH, **objection),
    ]
    assert edge.ingest.untouched

    counted = [await edge.ask("POST", "/api/hit", HIT), await edge.ask("GET", PIXEL_PATH)]

    assert objected == counted
    assert edge.ingest.waited == (0 if full else 2)


@pytest.mark.parametrize("body", [b"", b"{", b'{"site": "unknown.example", "url": "/"}', b"\xff"])
async def test_what_somebody_who_objects_sends_is_not_even_read(edge: Edge, body: bytes) -> None:
    objected = await edge.ask("POST", "/api/hit", body, DNT="1")

    assert objected == await edge.ask("POST", "/api/hit", HIT)
    assert len(edge.ingest.taken) == 1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"x" * 1_000_000, {}),
        (HIT, {"Content_Encoding": "gzip"}),
        (b"{", {"Content_Length": "9"}),
    ],
)
async def test_the_bounds_of_a_body_are_the_same_for_somebody_who_objects(
    edge: Edge, body: bytes, headers: dict[str, str]
) -> None:
    objected = await edge.ask("POST", "/api/hit", body, DNT="1", **headers)
    assert edge.ingest.untouched

    assert objected == await edge.ask("POST", "/api/hit", body, **headers)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/hit"), ("PUT", "/api/hit"), ("POST", "/pixel.gif"), ("PUT", "/pixel.gif")],
)
async def test_no_other_method_counts(edge: Edge, method: str, path: str) -> None:
    answer = await edge.ask(method, f"{path}?site=example.jp&url=/")

    assert answer.status == 405
    assert edge.ingest.untouched


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"POST /api/hit HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/hit HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nx",
        b"POST /api/hit HTTP/1.1\r\nHost: a\r\nCookie: \x00\r\n\r\n",
        b"GET /pixel.gif?site=\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /pixel.gif?site=%00&url=%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /pixel.gif?site=%ff&url=%fe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /pixel.gif?\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /pixel.gif HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_malformed_is_the_senders_mistake(edge: Edge, raw: bytes) -> None:
    answer = await edge.send(raw)

    assert 400 <= answer.status < 500
    assert edge.ingest.taken == []
