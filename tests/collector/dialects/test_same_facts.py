"""The same visit, told in each dialect as its documentation says, leaves the same facts.

The visit: from a search to a page, to a second page, a declared event there, and a third page
that is not loaded anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import pytest

from oboro.facts import UNKNOWN
from tests.support.arrivals import CHROME
from tests.support.counted import Sums, counted, without
from tests.support.edge import KEY, an_edge
from tests.support.workspace import a_site

SITE = a_site(events=("signup", "form: sent"), campaigns=("spring",))
HOST = "https://example.jp"
SEARCH = "https://www.google.com/"
FIRST = "/kurashi/gomi.html?utm_source=x&utm_campaign=spring"
PAGES = (FIRST, "/kurashi/", "/news/1")

Request = tuple[str, str, bytes]


def native() -> Iterable[Request]:
    for path, referrer in zip(PAGES, (SEARCH, HOST, HOST), strict=True):
        yield posted("/api/hit", {"site": "example.jp", "url": HOST + path, "referrer": referrer})
        here = {"site": "example.jp", "url": HOST + path}
        yield posted("/api/hit", {**here, "type": "engagement", "engaged": 4, "scroll": 80})
        if path == PAGES[1]:
            yield posted("/api/hit", {**here, "name": "signup"})


def plausible() -> Iterable[Request]:
    for path, referrer in zip(PAGES, (SEARCH, HOST + FIRST, HOST + FIRST), strict=True):
        common = {"u": HOST + path, "d": "example.jp", "r": referrer, "v": 36}
        yield posted("/api/event", {"n": "pageview", **common})
        yield posted("/api/event", {"n": "engagement", "sd": 80, "e": 4000, "p": None, **common})
        if path == PAGES[1]:
            yield posted("/api/event", {"n": "signup", "p": {"plan": "x"}, **common})


def plausible_by_its_api() -> Iterable[Request]:
    for path, referrer in zip(PAGES, (SEARCH, "", ""), strict=True):
        common = {"url": HOST + path, "domain": "www.example.jp", "referrer": referrer}
        yield posted("/api/event", {"name": "pageview", **common})
        if path == PAGES[1]:
            props = json.dumps({"plan": "x"})
            yield posted("/api/event", {"name": "signup", "props": props, **common})


def umami_payloads() -> Iterable[dict[str, Any]]:
    for path, referrer in zip(PAGES, (SEARCH, FIRST, PAGES[1]), strict=True):
        common = {
            "website": "94db1cb1-74f4-4a40-ad6c-962362670409",
            "hostname": "example.jp",
            "language": "ja",
            "title": "ごみ",
            "url": path,
            "referrer": referrer,
        }
        yield {"type": "event", "payload": common}
        if path == PAGES[1]:
            yield {"type": "event", "payload": {**common, "name": "signup", "data": {"a": 1}}}
    yield {"type": "identify", "payload": {"website": "94db1cb1", "id": "somebody"}}


def umami() -> Iterable[Request]:
    for payload in umami_payloads():
        yield posted("/api/send", payload)


def umami_in_a_batch() -> Iterable[Request]:
    yield posted("/api/batch", list(umami_payloads()))


def goatcounter() -> Iterable[Request]:
    for path, referrer in zip(PAGES, (SEARCH, HOST, HOST), strict=True):
        page, _, search = path.partition("?")
        query = {"p": page, "t": "ごみ", "r": referrer, "q": search and f"?{search}", "b": "0"}
        yield "POST", f"/count?{urlencode(query)}", b""
        if path == PAGES[1]:
            yield "GET", f"/count?{urlencode({'p': 'signup', 'e': 'true', 'rnd': '1x2'})}", b""


def matomo_queries() -> Iterable[str]:
    for path, referrer in zip(PAGES, (SEARCH, HOST + FIRST, HOST + PAGES[1]), strict=True):
        common = {"idsite": "3", "rec": "1", "url": HOST + path, "urlref": referrer, "h": "9"}
        yield urlencode({"action_name": "ごみ", "_id": "0123456789abcdef", **common})
        yield urlencode({"ping": "1", **common})
        if path == PAGES[1]:
            yield urlencode({"ca": "1", "e_c": "form", "e_a": "sent", "e_n": "signup", **common})


def matomo() -> Iterable[Request]:
    for query in matomo_queries():
        yield "GET", f"/matomo.php?{query}", b""


def matomo_by_beacon() -> Iterable[Request]:
    for query in matomo_queries():
        yield "POST", "/piwik.php", f"{query}&send_image=0".encode()


def matomo_in_bulk() -> Iterable[Request]:
    requests = [f"?{query}" for query in matomo_queries()]
    yield posted("/matomo.php", {"requests": requests, "token_auth": "0" * 32})


STATED = {"opted_out": False, "language": "ja,en;q=0.5"}
"""What a site's own server says of the visitor, besides address and agent."""


def by_a_server() -> Iterable[Request]:
    visitor = {**STATED, "address": "127.0.0.1", "agent": CHROME}
    events = [{**json.loads(body), **visitor} for _, _, body in native()]
    yield posted("/api/events", events[0])
    yield posted("/api/events", events[1:])


def umami_by_a_server() -> Iterable[Request]:
    visitor = {**STATED, "ip": "127.0.0.1", "userAgent": CHROME}
    hits = [
        {"type": each["type"], "payload": {**each["payload"], **visitor}}
        for each in umami_payloads()
    ]
    yield posted("/api/send", hits[0])
    yield posted("/api/batch", hits[1:])


def goatcounter_by_its_api() -> Iterable[Request]:
    visitor = {**STATED, "ip": "127.0.0.1", "user_agent": CHROME}
    hits: list[dict[str, Any]] = []
    for path, referrer in zip(PAGES, (SEARCH, HOST, HOST), strict=True):
        page, _, query = path.partition("?")
        hits.append({"path": page, "query": query, "title": "ごみ", "ref": referrer, **visitor})
        if path == PAGES[1]:
            hits.append({"path": "signup", "event": True, **visitor})
    yield posted("/api/v0/count", {"no_sessions": False, "hits": hits})


def posted(path: str, body: Any) -> Request:
    return "POST", path, json.dumps(body).encode()


BROWSER = {
    "User_Agent": CHROME,
    "Accept_Language": "ja,en;q=0.5",
    "Referer": f"{HOST}/kurashi/",
    "Content_Type": "text/plain;charset=UTF-8",
}
SERVER = {
    "User_Agent": "python-requests/2.32",
    "Authorization": f"Bearer {KEY}",
    "Content_Type": "application/json",
}


async def told(requests: Iterable[Request], headers: dict[str, str] = BROWSER) -> Sums:
    """Send *requests* as a browser on the site's pages does; return what they add up to."""
    async with an_edge(site=SITE) as edge:
        for method, path, body in requests:
            answer = await edge.ask(method, path, body, **headers)
            assert answer.status in (200, 202, 204), (path, answer)
        return counted(edge.ingest.taken, SITE)


@pytest.mark.parametrize(
    "dialect",
    [
        plausible,
        plausible_by_its_api,
        umami,
        umami_in_a_batch,
        goatcounter,
        matomo,
        matomo_by_beacon,
        matomo_in_bulk,
    ],
)
async def test_the_same_visit_leaves_the_same_facts_in_every_dialect(
    dialect: Callable[[], Iterable[Request]],
) -> None:
    expected = await told(native())

    found = await told(dialect())

    # Matomo's events have a category, which is part of what they are called here.
    renamed = {
        (topic, "signup" if value == "form: sent" else value): counts
        for (topic, value), counts in found.items()
    }
    # Only some trackers tell how long and how far a page is read.
    told_by_all = expected if ("time", "10-29") in found else without(expected, "time", "scroll")
    assert renamed == told_by_all
    assert expected["total", ""] == (3, 1, 1, 1)
    assert expected["event", "signup"] == (0, 1, 1, 1)
    assert expected["source", "Google"] == (3, 1, 1, 0)
    assert expected["campaign", "spring"] == (3, 1, 1, 0)


@pytest.mark.parametrize("dialect", [by_a_server, umami_by_a_server, goatcounter_by_its_api])
async def test_the_same_visit_told_by_the_sites_own_server_leaves_the_same_facts(
    dialect: Callable[[], Iterable[Request]],
) -> None:
    expected = await told(native())

    found = await told(dialect(), SERVER)

    told_by_all = expected if ("time", "10-29") in found else without(expected, "time", "scroll")
    assert found == told_by_all


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/send", {"type": "event", "payload": {"url": "/", "hostname": "example.jp"}}),
        ("/count?p=/&s=390,844,3", None),
        ("/matomo.php?idsite=1&rec=1&url=https%3A%2F%2Fexample.jp%2F&res=390x844", None),
    ],
)
async def test_the_screen_is_told_where_a_dialect_tells_it(path: str, body: Any) -> None:
    if body is not None:
        body["payload"]["screen"] = "390x844"
    requests = [posted(path, body) if body else ("GET", path, b"")]

    assert ("screen", "0-575") in await told(requests)
    assert ("screen", UNKNOWN) in without(await told(native()), "total")
