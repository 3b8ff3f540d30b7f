"""Make requests up, from nearly right ones of every route to bytes that are none; by their seed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from tests.support.fuzzing.values import altered, as_json, deep, scrambled, text, thing

HOST = "example.jp"
_PAGE = f"https://{HOST}/news/1"
_ROUTE = re.compile(r"`(GET|POST|OPTIONS) (/[^`]*)`")
_BODIES: Mapping[str, Any] = {
    "/api/hit": {
        "site": HOST, "url": _PAGE, "referrer": "https://www.google.com/",
        "title": "t", "width": 390,
        "name": "signup", "props": {"plan": "x"}, "engaged": 3.5, "scroll": 40, "type": "view",
    },
    "/api/event": {
        "n": "pageview", "u": _PAGE, "d": HOST, "r": None, "h": 1, "p": {"a": "b"}, "v": 1,
        "name": "pageview", "url": _PAGE, "domain": HOST, "props": '{"a":"b"}',
    },
    "/api/send": {
        "type": "event",
        "payload": {
            "website": HOST, "hostname": HOST, "url": "/news/1", "referrer": "", "title": "t",
            "screen": "390x844", "language": "ja", "name": "x", "data": {"a": 1},
        },
    },
    "/matomo.php": {"requests": [f"?idsite={HOST}&rec=1&url={quote(_PAGE)}"], "token_auth": "x"},
}  # fmt: skip
_QUERIES: Mapping[str, Mapping[str, str]] = {
    "/pixel.gif": {"site": HOST, "url": _PAGE, "referrer": "", "width": "390", "name": "x"},
    "/count": {"p": "/news/1", "t": "t", "r": "", "s": "390,844,2", "q": "a=b", "e": "true"},
    "/matomo.php": {
        "idsite": HOST, "rec": "1", "url": _PAGE, "urlref": "",
        "action_name": "t", "res": "390x844",
        "e_c": "a", "e_a": "b", "search": "x", "link": _PAGE, "download": _PAGE, "ping": "1",
    },
}  # fmt: skip
_FORMS: Mapping[str, Mapping[str, str]] = {
    "/opt-out": {"site": HOST, "lang": "ja"},
    "/opt-in": {"site": HOST, "lang": "en"},
    "/sites": {"host": "a.jp", "timezone": "UTC", "zone": "UTC"},
}
_AGENTS = tuple(
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0"
    for n in range(110, 140)
)
_ODD_HEADERS = (
    "User-Agent", "Accept-Language", "X-Forwarded-For", "Forwarded",
    "X-Real-IP", "Cookie", "Origin",
    "Referer", "Content-Type", "Sec-CH-UA", "Sec-CH-UA-Platform-Version", "Sec-Purpose", "DNT",
    "Sec-GPC", "Accept", "X-Forwarded-Proto", "If-None-Match", "Range", "If-Modified-Since",
    "Access-Control-Request-Headers", "Authorization", "X-Umami-Cache",
)  # fmt: skip
_TAIL = b"\r\n\r\n"


class Input(NamedTuple):
    """Bytes for the server; one that is *whole* is answered, and others may follow it."""

    data: bytes
    whole: bool


def documented_routes() -> Sequence[tuple[str, str]]:
    """Return method and path of each route in ``docs/http.md``, which a test keeps complete."""
    page = Path(__file__).parents[3] / "docs/http.md"
    found = _ROUTE.findall(page.read_text("utf-8"))
    # The tracker's own routes are what strangers send most; the pages cost the most.
    return sorted(set(found))


class Fuzz:
    """An endless row of inputs; the same *seed* gives the same."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        routes = documented_routes()
        hits = [(m, p) for m, p in routes if self._body_path(p) in (*_BODIES, *_QUERIES)]
        # Asking first, which takes nothing in, is one of twenty.
        asking = [route for route in hits if route[0] == "OPTIONS"]
        taking = [route for route in hits if route[0] != "OPTIONS"]
        self._counting = taking * (20 * len(asking) // len(taking)) + asking
        self._others = [route for route in routes if route not in hits]

    def next(self) -> Input:
        """Return the next input."""
        chance = self._draw.random()
        if chance < 0.02:
            return Input(self._no_request(), whole=False)
        request = self._request(self._counting if chance < 0.99 else self._others)
        if chance < 0.05:
            return Input(scrambled(request, self._draw), whole=False)
        return Input(request, whole=True)

    @staticmethod
    def _body_path(path: str) -> str:
        same = {"/piwik.php": "/matomo.php", "/api/batch": "/api/send"}
        return same.get(path, path)

    def _request(self, routes: Sequence[tuple[str, str]]) -> bytes:
        draw = self._draw
        method, path = draw.choice(routes)
        known = self._body_path(path)
        target, body = self._path(path), b""
        if known in _QUERIES and (method == "GET" or draw.random() < 0.3):
            target += "?" + self._query(_QUERIES[known])
        elif draw.random() < 0.05:
            target += "?" + self._query(
                {"a": "b", "lang": "ja", "from": "2026-01-01", "by": "page"}
            )
        if method == "POST":
            body = self._body(known, path)
        if draw.random() < 0.03:
            method = draw.choice(
                ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")
            )
        return self._written(method, target, body)

    def _path(self, path: str) -> str:
        draw = self._draw
        filled = (
            path.replace("{host}", HOST).replace("{name}", "a.css").replace("{path}", "index.html")
        )
        if draw.random() < 0.9 and "{" not in path:
            return filled
        if "{" in path and draw.random() < 0.5:
            return filled
        part = quote(text(draw)[:500], safe=draw.choice(("", "/%.:")), errors="replace")
        return re.sub(r"\{\w+\}", lambda _: part, path) if "{" in path else f"{filled}/{part}"

    def _query(self, values: Mapping[str, str]) -> str:
        draw = self._draw
        pairs = dict(values)
        for _ in range(draw.choice((0, 0, 0, 1, 1, 2, 4))):
            pairs[draw.choice([*pairs, text(draw)])] = text(draw)
        if draw.random() < 0.2 and pairs:
            del pairs[draw.choice(list(pairs))]
        query = urlencode(pairs, errors="replace")
        if draw.random() < 0.1:
            query = quote(scrambled(query.encode(), draw), safe="%&=+?/;")
        return query

    def _body(self, known: str, path: str) -> bytes:
        draw = self._draw
        if known in _FORMS:
            return self._query(_FORMS[known]).encode()
        document = _BODIES.get(known, {"a": 1})
        if path == "/api/batch":
            document = [document] * draw.choice((1, 2, 40))
        for _ in range(draw.choice((0, 0, 0, 1, 1, 1, 2, 5))):
            document = altered(document, draw)
        body = as_json(document)
        chance = draw.random()
        if chance < 0.1:
            return scrambled(body, draw)
        return deep(draw) if chance < 0.102 else body

    def _written(self, method: str, target: str, body: bytes) -> bytes:
        draw = self._draw
        headers = {
            "Host": "127.0.0.1",
            "User-Agent": draw.choice(_AGENTS),
            "Accept-Language": draw.choice(("ja", "en")),
            "X-Forwarded-For": f"10.0.{draw.randrange(100)}.1",
            "Content-Type": draw.choice(("text/plain", "application/json")),
            # Changing what is declared here is refused to other sites' pages.
            "Sec-Fetch-Site": "cross-site",
            "Origin": "https://elsewhere.example",
        }
        if draw.random() < 0.15:
            headers[draw.choice(_ODD_HEADERS)] = _in_header(draw)
        if draw.random() < 0.02:
            headers["Content-Encoding"] = draw.choice(("gzip", "br", "identity", ""))
        if body or method == "POST":
            headers["Content-Length"] = str(len(body))
        lines = [f"{method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join(lines).encode("utf-8", "surrogatepass") + _TAIL + body

    def _no_request(self) -> bytes:
        draw = self._draw
        hit = self._written("POST", "/api/hit", as_json(_BODIES["/api/hit"]))
        chunked = b"POST /api/hit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        match draw.randrange(9):
            case 0:
                return draw.randbytes(draw.randrange(1, 400))
            case 1:
                return hit[: draw.randrange(1, len(hit))]
            case 2:
                return chunked + draw.choice(
                    (b"5\r\nabc", b"zz\r\n", b"-1\r\n\r\n", b"f" * 40 + b"\r\n")
                )
            case 3:
                return b"GET /" + b"a" * draw.choice((5_000, 9_000, 70_000)) + b" HTTP/1.1\r\n\r\n"
            case 4:
                many = b"".join(b"X-%d: y\r\n" % n for n in range(draw.choice((50, 500, 5_000))))
                return b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + many + b"\r\n"
            case 5:
                return draw.choice(
                    (
                        b"GET /healthz\r\n\r\n",
                        b"GET /healthz HTTP/0.9\r\n\r\n",
                        b"GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n",
                        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                        b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
                        b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
                        b"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
                    )
                )
            case 6:
                both = b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"
                return hit.replace(b"Content-Type", both + b"Content-Type") + b"0\r\n\r\n"
            case 7:
                wrong = str(thing(draw)).encode("utf-8", "replace")[:200].replace(b"\n", b"")
                return re.sub(rb"Content-Length: \d+", lambda _: b"Content-Length: " + wrong, hit)
            case _:
                return chunked + b"3;" + b"a" * draw.choice((10, 70_000)) + b"\r\nabc\r\n0\r\n\r\n"


def _in_header(draw: random.Random) -> str:
    value = text(draw)
    if draw.random() < 0.3:
        value = ", ".join((value, "10.0.0.1", 'for="[2001:db8::1]:80";by=_x', text(draw)))
    if draw.random() < 0.02:
        value *= 50
    # A line break would end the header: raw bytes are the other kind of input.
    return value.replace("\r", "").replace("\n", "").replace("\x00", "")
