"""How the server speaks HTTP: safe headers on all answers, and no echo of what was sent."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from oboro.wire import (
    PAGE_POLICY,
    ValuelessRunner,
    known_hosts,
    plain_errors,
    secure_headers,
)

SENTINEL = "taro@example.jp"


async def page(_: web.Request) -> web.Response:
    return web.Response(text="<p>", content_type="text/html")


async def own_policy(_: web.Request) -> web.Response:
    headers = {"Content-Security-Policy": "default-src 'self'"}
    return web.Response(text="<p>", content_type="text/html", headers=headers)


async def crash(request: web.Request) -> web.Response:
    raise ValueError(request.query["who"])


async def refuse(request: web.Request) -> web.Response:
    raise web.HTTPBadRequest(text=request.query["who"], headers={"X-Who": SENTINEL})


async def read(request: web.Request) -> web.Response:
    return web.Response(body=await request.read())


Raw = Callable[[bytes], Awaitable[bytes]]


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """The address of a server with handlers that go wrong."""
    app = web.Application(middlewares=[plain_errors])
    app.on_response_prepare.append(secure_headers)
    app.add_routes(
        [
            web.get("/page", page),
            web.get("/own", own_policy),
            web.get("/crash", crash),
            web.get("/refuse", refuse),
            web.post("/read", read),
        ]
    )
    runner = ValuelessRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


@pytest.fixture
def raw(url: str) -> Raw:
    """Send bytes as they are and return everything until the server hangs up."""

    async def send(data: bytes) -> bytes:
        host, _, port = url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(data)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    return send


@pytest.mark.parametrize("path", ["/page", "/crash?who=x", "/refuse?who=x", "/nowhere"])
async def test_every_answer_has_the_safe_headers(url: str, path: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url + path) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Server"] == "Oboro"
        assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


async def test_a_page_loads_nothing_from_elsewhere(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url + "/page") as answer:
        assert answer.headers["Content-Security-Policy"] == PAGE_POLICY
        assert "frame-ancestors 'none'" in PAGE_POLICY


async def test_a_page_s_own_policy_stays(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url + "/own") as answer:
        assert answer.headers["Content-Security-Policy"] == "default-src 'self'"


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        (f"/crash?who={SENTINEL}", 500, "500 Internal Server Error\n"),
        (f"/refuse?who={SENTINEL}", 400, "400 Bad Request\n"),
        (f"/{SENTINEL}", 404, "404 Not Found\n"),
    ],
)
async def test_an_error_says_its_status_alone(
    url: str, path: str, status: int, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with aiohttp.ClientSession() as session, session.get(url + path) as answer:
        assert (answer.status, await answer.text()) == (status, text)
        assert SENTINEL not in str(answer.headers)
    assert SENTINEL not in caplog.text
    assert "127.0.0.1" not in caplog.text


async def test_a_crash_is_logged_by_kind_and_place(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with aiohttp.ClientSession() as session, session.get(url + "/crash?who=x"):
        pass
    assert "ValueError at tests/oboro/test_wire.py" in caplog.text


MALFORMED = [
    b"GET /%s HTTP/9.9\r\n\r\n",
    b"%s\r\n\r\n",
    b"\x16\x03\x01%s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX:\x00%s\r\n\r\n",
    b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: %s\r\n\r\n",
    b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n%s\r\n",
    b"POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n",
    b"GET /page HTTP/1.1\r\nHost: a\r\nX-Long: %s" + b"x" * 20_000 + b"\r\n\r\n",
]


@pytest.mark.parametrize("request_", MALFORMED, ids=range(len(MALFORMED)))
async def test_what_is_malformed_is_neither_quoted_nor_logged(
    raw: Raw, request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    answer = await raw(request_ % SENTINEL.encode())
    assert answer.split(b"\r\n")[0].endswith(b" 400 Bad Request")
    assert SENTINEL.encode() not in answer
    assert SENTINEL not in caplog.text
    assert "127.0.0.1" not in caplog.text


@pytest.mark.parametrize(("count", "status"), [(128, b"200"), (129, b"400")])
async def test_a_request_has_128_headers_at_most(raw: Raw, count: int, status: bytes) -> None:
    others = b"".join(b"X-%d: 1\r\n" % n for n in range(count - 2))
    answer = await raw(b"GET /page HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + others + b"\r\n")

    assert answer.split()[1] == status


async def test_an_expectation_that_cannot_be_met_is_not_quoted(raw: Raw) -> None:
    answer = await raw(
        b"POST /read HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: %s\r\n\r\n"
        % SENTINEL.encode()
    )
    assert answer.split(b"\r\n")[0].endswith(b" 417 Expectation Failed")
    assert SENTINEL.encode() not in answer


async def test_a_compressed_body_is_not_unpacked(url: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            url + "/read", data=b"packed", headers={"Content-Encoding": "gzip"}, compress=None
        ) as answer,
    ):
        assert await answer.read() == b"packed"


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "])
async def test_who_does_not_finish_its_headers_is_hung_up_on(begun: bytes) -> None:
    runner = ValuelessRunner(web.Application(), header_seconds=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
    writer.write(begun)
    assert await reader.read() == b""
    writer.close()
    await runner.cleanup()


async def test_who_sends_the_next_headers_ever_so_slowly_is_hung_up_on_too() -> None:
    async with _connected(header_seconds=0.2) as (reader, writer):
        writer.write(b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
        first = await reader.readuntil(b"404 Not Found\n")
        for _ in range(20):
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n" if _ == 0 else b"X-Slow: 1\r\n")
            await asyncio.sleep(0.05)
            if _hung_up_on(reader):
                break
        assert first.startswith(b"HTTP/1.1 404")
        assert _hung_up_on(reader)


async def test_who_sends_a_body_ever_so_slowly_is_hung_up_on_whatever_waits_for_it() -> None:
    async with _connected(body_seconds=0.1) as (reader, writer):
        writer.write(b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(20):
            writer.write(b"x")
            await asyncio.sleep(0.05)
            if _hung_up_on(reader):
                break
        assert _hung_up_on(reader)


async def test_who_breaks_a_body_off_is_no_error_of_the_server(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with _connected() as (_, writer):
        writer.write(b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx")
        await asyncio.sleep(0.05)
        writer.transport.abort()
        await asyncio.sleep(0.05)
    assert not [line for line in caplog.records if line.name == "oboro"]


async def test_a_slow_answer_to_a_whole_request_is_waited_for() -> None:
    async with _connected(body_seconds=0.05) as (reader, writer):
        writer.write(b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("named", "status"),
    [
        ("stats.example.jp", 200),
        ("STATS.example.jp:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("localhost", 200),
        ("elsewhere.example", 421),
        ("stats.example.jp.elsewhere.example", 421),
        ("stats.example.jp:80:80", 421),
        ("", 421),
    ],
)
async def test_a_request_for_another_host_is_not_answered(named: str, status: int) -> None:
    async with _connected(hosts=["stats.example.jp"]) as (reader, writer):
        writer.write(f"GET /page HTTP/1.1\r\nHost: {named}\r\n\r\n".encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 %d " % status)


def _hung_up_on(reader: asyncio.StreamReader) -> bool:
    # Bytes that were on their way when the server closed have its kernel reset the connection.
    return reader.at_eof() or isinstance(reader.exception(), ConnectionError)


async def slowly(request: web.Request) -> web.Response:
    await request.read()
    await asyncio.sleep(0.2)
    return web.Response()


@asynccontextmanager
async def _connected(
    hosts: Sequence[str] = (), **limits: float
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    app = web.Application(middlewares=[*([known_hosts(hosts)] if hosts else []), plain_errors])
    app.add_routes([web.get("/page", page), web.post("/read", read), web.post("/slow", slowly)])
    runner = ValuelessRunner(app, **limits)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
    try:
        yield reader, writer
    finally:
        writer.close()
        await runner.cleanup()


async def test_a_request_that_was_refused_holds_itself_no_longer(url: str) -> None:
    def requests() -> int:
        return sum(isinstance(each, web.Request) for each in gc.get_objects())

    gc.collect()
    before = requests()
    gc.disable()
    try:
        async with aiohttp.ClientSession(headers={"Connection": "close"}) as session:
            for _ in range(5):
                async with session.post(f"{url}/nowhere", data=b"x" * 30_000) as missing:
                    assert missing.status == 404
                async with session.post(f"{url}/page", data=b"x" * 30_000) as not_allowed:
                    assert not_allowed.status == 405
        await asyncio.sleep(0.2)
        assert requests() <= before
    finally:
        gc.enable()
