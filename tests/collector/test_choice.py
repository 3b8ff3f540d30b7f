"""The opt-out sets its cookie, forgets the visitor once, and leads back to the notice only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from collector.choice import from_our_own_page
from tests.support.arrivals import CHROME
from tests.support.edge import Edge, an_edge

FORM = b"site=example.jp"


@pytest_asyncio.fixture
async def edge() -> AsyncIterator[Edge]:
    async with an_edge() as edge:
        yield edge


async def test_the_opt_out_sets_a_cookie_that_identifies_nobody(edge: Edge) -> None:
    answer = await edge.ask("POST", "/opt-out", FORM, Sec_Fetch_Site="same-origin")

    assert (answer.status, answer.headers["Location"]) == (303, "/privacy/example.jp?set=1")
    assert answer.headers["Set-Cookie"] == (
        "oboro-optout=1; Max-Age=34560000; Path=/; SameSite=Lax"
    )


async def test_the_opt_out_forgets_the_visitor_once_and_counts_nothing(edge: Edge) -> None:
    await edge.ask("POST", "/opt-out", FORM, User_Agent=CHROME, Accept_Language="ja")

    (arrival,) = edge.ingest.forgotten
    assert (arrival.network, arrival.agent, arrival.language) == (
        bytes((127, 0, 0, 0)),
        CHROME,
        "ja",
    )
    assert (edge.ingest.taken, edge.ingest.refused) == ([], [])


async def test_the_opt_in_takes_every_name_of_the_cookie_back(edge: Edge) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(b"POST /opt-in?site=example.jp HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.close()

    set_cookies = [line for line in head.split("\r\n") if line.startswith("Set-Cookie")]
    assert "Location: /privacy/example.jp\r\n" in head
    assert all('=""; ' in line and "Max-Age=0; Path=/" in line for line in set_cookies)
    assert {line.split(": ")[1].split("=")[0] for line in set_cookies} == {
        "oboro-optout",
        "__Host-oboro-optout",
        "__Secure-oboro-optout",
    }


@pytest.mark.parametrize(
    ("domain", "begins"),
    [
        ("", "__Host-oboro-optout=1; "),
        ("example.jp", "__Secure-oboro-optout=1; Domain=example.jp; "),
    ],
)
async def test_behind_an_encrypting_proxy_the_cookie_is_stricter(domain: str, begins: str) -> None:
    proxies = (ip_network("127.0.0.0/8"),)
    async with an_edge(cookie_domain=domain, trusted_proxies=proxies) as edge:
        answer = await edge.ask("POST", "/opt-out", FORM, X_Forwarded_Proto="https")

    assert answer.headers["Set-Cookie"].startswith(begins)
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")


@pytest.mark.parametrize(
    "body",
    [b"", b"site=unknown.example", b"site=//evil.example", b"site=https://evil.example", b"\xff"],
)
async def test_only_a_notice_of_our_own_is_gone_back_to(edge: Edge, body: bytes) -> None:
    answer = await edge.ask("POST", "/opt-out", body)

    assert (answer.status, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize(("lang", "query"), [("en", "lang=en&set=1"), ("//x", "set=1")])
async def test_the_notice_keeps_the_language_it_was_read_in(
    edge: Edge, lang: str, query: str
) -> None:
    answer = await edge.ask("POST", "/opt-out", f"{FORM.decode()}&lang={lang}".encode())

    assert answer.headers["Location"] == f"/privacy/example.jp?{query}"


@pytest.mark.parametrize("path", ["/opt-out", "/opt-in"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
    ],
)
async def test_another_sites_page_cannot_choose_for_the_visitor(
    edge: Edge, path: str, headers: dict[str, str]
) -> None:
    answer = await edge.ask("POST", path, FORM, **headers)

    assert (answer.status, "Set-Cookie" in answer.headers) == (403, False)
    assert edge.ingest.untouched


def test_a_proxy_that_changes_the_host_does_not_stand_in_the_way() -> None:
    headers = CIMultiDict(
        {"Host": "127.0.0.1:8000", "Origin": "https://a.jp", "Sec-Fetch-Site": "same-origin"}
    )

    assert from_our_own_page(headers)


@given(st.text(), st.text())
def test_an_origin_is_our_own_only_if_it_is_our_host(origin: str, host: str) -> None:
    headers = CIMultiDict({"Origin": origin, "Host": host})

    assert (
        not from_our_own_page(headers)
        or origin.lower().endswith(f"//{host.lower()}")
        or any(mark in origin for mark in "/?#\t\r\n")
    )
