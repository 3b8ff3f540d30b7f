"""Send everything a browser, a script or an attacker could send, with marks in all of it."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tests.privacy.taint.marks import Marks
from tests.privacy.taint.wires import FieldMarks, Request, requests_of, wires_of

SITE = "example.jp"
_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; {mark}) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36 {mark}/1.0"
)
ANSWER_SECONDS = 10
ANSWERS = {200, 202, 204, 400, 403, 404}
"""What a server in good health answers to fields: counted, unreadable, of another site."""


class Visitor:
    """One visitor with *marks*, in front of the server at *url*; *key* is the site's."""

    def __init__(self, url: str, marks: Marks, key: str = "") -> None:
        place = urlsplit(url)
        self._place = place.hostname or "", place.port or 0
        self._marks = marks
        self._key = key

    def read(self, page: str) -> int:
        """Send the hit of an ordinary browser that reads *page*; returns the answer's status."""
        return self._post({"site": SITE, "url": f"https://{SITE}{page}"}, self._browser())

    def send_everything(self) -> list[int]:
        """Send each kind of request once, good and bad; returns the statuses of all answers."""
        said = [self._post(hit, self._headers()) for hit in self._hits()]
        said += [self._get(path) for path in self._addresses()]
        said += [
            self._request("POST", path, body, self._headers())
            for path, body in self._other_dialects()
        ]
        said += [self._tell(path, body) for path, body in self._told_by_servers()]
        said += [self._post_bytes(body, self._headers()) for body in self._broken_bodies()]
        said += [self._object(path, headers) for path, headers in self._objections()]
        said += [self._raw(request) for request in self._broken_requests()]
        return said

    def send_fields(self, marks: FieldMarks) -> Iterator[int]:
        """Send every field of every form with its mark of *marks*; yields the answers' statuses."""
        for wire in wires_of(marks, SITE):
            for request, must_count in requests_of(wire, marks):
                status = self.send(request)
                assert not must_count or status in (200, 202, 204, 503), f"{wire.name}: {status}"
                yield status

    def send(self, request: Request) -> int:
        """Send *request* as this visitor's browser, or as the site's own server."""
        headers = self._headers()
        if request.keyed:
            headers["Authorization"] = f"Bearer {self._key}"
            del headers["Cookie"]
        return self._request(request.method, request.path, request.body, headers)

    def _hits(self) -> Iterator[dict[str, Any]]:
        m = self._marks
        marked = f"?q={m.query}&utm_campaign={m.campaign}&utm_source={m.campaign}#{m.fragment}"
        for path in (
            f"/contact/{m.mail}",
            f"/contact/{quote(m.mail, safe='')}",
            f"/tel/{m.telephone}",
            f"/reset/{m.token}",
            f"/citizen/{m.number}/form",
            "/",
        ):
            yield {
                "site": SITE,
                "url": f"https://{m.userinfo}:{m.userinfo}@{SITE}{path}{marked}",
                "referrer": f"https://search.example/{m.referrer_path}?q={m.referrer_query}",
                "title": m.title,
                "width": 1440,
                "props": {m.prop: m.prop},
                m.unknown_field: m.unknown_field,
            }
        yield {"site": SITE, "url": f"https://{SITE}/", "name": m.event, "props": {"plan": m.prop}}
        yield {"site": m.unknown_site, "url": f"https://{m.unknown_site}/{m.query}"}
        yield {"site": SITE, "url": f"https://{SITE}/", "referrer": f"https://{SITE}/{m.token}"}
        yield {"site": SITE, "url": f"javascript:{m.query}"}
        yield {"site": SITE, "url": f"https://{SITE}/\x00{m.query}"}
        yield {"site": SITE, "url": [m.query], "width": m.query}

    def _addresses(self) -> Iterator[str]:
        m = self._marks
        hit = {
            "site": SITE,
            "url": f"https://{SITE}/{m.token}?q={m.query}",
            "referrer": f"https://a.example/{m.referrer_path}",
            "title": m.title,
            m.unknown_field: m.query,
        }
        yield f"/pixel.gif?{urlencode(hit)}"
        yield f"/pixel.gif?site={m.unknown_site}&url={m.query}"
        yield f"/pixel.gif?{m.query}=%ff%00{m.query}"
        yield f"/{m.query}/{m.token}?{m.query}={m.mail}"
        yield f"/privacy/{m.unknown_site}?{m.query}"
        yield f"/sites/{m.unknown_site}?from={m.query}"
        yield f"/t.js?{m.query}"

    def _other_dialects(self) -> Iterator[tuple[str, bytes]]:
        m = self._marks
        page = f"https://{SITE}/contact/{m.mail}?q={m.query}&utm_campaign={m.campaign}#{m.fragment}"
        referrer = f"https://search.example/{m.referrer_path}?q={m.referrer_query}"
        common = {"referrer": referrer, m.unknown_field: m.unknown_field}
        props = {m.prop: m.prop}
        for name in ("pageview", m.event, "engagement"):
            hit = {"name": name, "domain": SITE, "url": page, "props": props, **common}
            yield "/api/event", json.dumps(hit).encode()
        payload = {"website": m.unknown_site, "hostname": SITE, "url": page, "title": m.title}
        claims = {"ip": m.address, "userAgent": m.agent, "id": m.cookie, "data": props}
        for kind in ("event", "identify", m.event):
            hit = {"type": kind, "payload": {**payload, **claims, **common}}
            yield "/api/send", json.dumps(hit).encode()
            yield "/api/batch", json.dumps([hit, m.broken_body]).encode()
        counter = {"p": f"/reset/{m.token}", "r": referrer, "t": m.title, "q": f"?q={m.query}"}
        yield f"/count?{urlencode(counter)}", b""
        yield f"/count?{urlencode({'p': m.event, 'e': '1'})}", b""
        matomo = {"idsite": "1", "rec": "1", "url": page, "urlref": referrer, "e_c": m.event}
        matomo |= {"_id": m.cookie, "uid": m.mail, "cip": m.address, "token_auth": m.authorization}
        yield f"/matomo.php?{urlencode(matomo)}", b""
        yield "/piwik.php", urlencode(matomo).encode()
        bulk = {"requests": [f"?{urlencode(matomo)}", m.broken_body], "token_auth": m.token}
        yield "/matomo.php", json.dumps(bulk).encode()

    def _told_by_servers(self) -> Iterator[tuple[str, Any]]:
        """Yield what the site's own server says of this visitor, with its key."""
        m = self._marks
        visitor = {"opted_out": False, "language": m.language, m.unknown_field: m.unknown_field}
        agent = _AGENT.format(mark=m.agent)
        hints = {"Sec-CH-UA": m.agent, "Sec-CH-UA-Platform": m.agent, m.unknown_header: m.cookie}
        stated = {**visitor, "address": m.address6, "agent": agent, "hints": hints}
        events = [{**hit, **stated} for hit in self._hits()]
        for event in events:
            yield "/api/events", event
        yield "/api/events", events[:6]
        yield "/api/events", [events[0], {**events[0], "opted_out": True}, m.broken_body]
        yield "/api/events", {**events[0], "opted_out": True, "at": m.query}
        yield "/api/events", {**events[0], "opted_out": m.query}
        yield "/api/events", {**events[0], "address": m.query, "at": m.query}
        yield "/api/events", {**events[0], "at": 0}
        payload = {**visitor, "hostname": SITE, "url": f"/reset/{m.token}?q={m.query}"}
        payload |= {"ip": m.address, "userAgent": agent, "title": m.title, "id": m.cookie}
        hit = {"type": "event", "payload": payload}
        yield "/api/send", hit
        yield "/api/batch", [hit, {**hit, "payload": {**payload, "timestamp": m.query}}]
        counted = {**visitor, "path": f"/reset/{m.token}", "query": m.query, "session": m.cookie}
        counted |= {"ip": m.address, "user_agent": agent, "title": m.title, "location": m.query}
        yield "/api/v0/count", {"hits": [counted, {**counted, "created_at": m.query}]}

    def _broken_bodies(self) -> Iterator[bytes]:
        mark = self._marks.broken_body
        yield f'{{"site": "{SITE}", "url": "{mark}'.encode()
        yield f"{mark}".encode("utf-16")
        yield f'{{"{mark}": "{mark}"}}'.encode()
        yield b"[" * 2000 + mark.encode()
        yield mark.encode() * 20_000

    def _objections(self) -> Iterator[tuple[str, dict[str, str]]]:
        for header in ({"Sec-GPC": "1"}, {"DNT": "1"}, {"Cookie": "oboro-optout=1"}):
            yield "/api/hit", {**self._headers(), **header}
        yield f"/opt-out?site={SITE}&back={self._marks.query}", self._headers()
        yield f"/opt-in?site={SITE}", self._headers()

    def _broken_requests(self) -> Iterator[bytes]:
        mark = self._marks.broken_request.encode()
        host = b"Host: localhost\r\n"
        yield b"GET /" + mark + b" HTTP/9.9\r\n" + host + b"\r\n"
        yield mark.upper() + b" /api/hit HTTP/1.1\r\n" + host + b"\r\n"
        yield b"POST /api/hit HTTP/1.1\r\n" + host + mark + b" no colon\r\n\r\n"
        yield b"GET /" + mark + b"\x00 HTTP/1.1\r\n" + host + b"\r\n"
        yield b"GET / HTTP/1.1\r\n" + host + b"X-Long: " + mark * 2000 + b"\r\n\r\n"
        yield b"\x16\x03\x01" + mark + b"\r\n\r\n"
        yield (
            b"POST /api/hit HTTP/1.1\r\n" + host + b"Content-Length: 4\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n" + mark + b"\r\n\r\n"
        )

    def _browser(self) -> dict[str, str]:
        m = self._marks
        return {
            "User-Agent": _AGENT.format(mark=m.agent),
            "Accept-Language": f"ja-JP-{m.language},ja;q=0.8,{m.language};q=0.1",
            "Content-Type": "application/json",
            "X-Forwarded-For": f"{m.address6}, {m.address}",
        }

    def _headers(self) -> dict[str, str]:
        m = self._marks
        return {
            **self._browser(),
            "Forwarded": f"for={m.forwarded};by={m.forwarded};proto=https",
            "X-Real-IP": m.real_ip,
            "CF-Connecting-IP": m.real_ip,
            "True-Client-IP": m.real_ip,
            "Cookie": f"session={m.cookie}; {m.cookie}=1",
            "Authorization": f"Bearer {m.authorization}",
            "Referer": f"https://{SITE}/{m.token}?{m.referrer_query}",
            "Origin": f"https://{SITE}",
            f"X-{m.unknown_header}": m.unknown_header,
            "If-None-Match": f'"{m.cookie}"',
        }

    def _tell(self, path: str, body: Any) -> int:
        headers = {**self._headers(), "Authorization": f"Bearer {self._key}"}
        # A server hands nothing of its own visitors' cookies on, or all would be an objection.
        del headers["Cookie"]
        return self._request("POST", path, json.dumps(body).encode(), headers)

    def _post(self, hit: Mapping[str, Any], headers: Mapping[str, str]) -> int:
        return self._post_bytes(json.dumps(hit).encode(), headers)

    def _post_bytes(self, body: bytes, headers: Mapping[str, str]) -> int:
        return self._request("POST", "/api/hit", body, headers)

    def _object(self, path: str, headers: Mapping[str, str]) -> int:
        body = json.dumps({"site": SITE, "url": f"https://{SITE}/{self._marks.query}"}).encode()
        return self._request("POST", path, body, headers)

    def _get(self, path: str) -> int:
        return self._request("GET", path, None, self._headers())

    def _request(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> int:
        connection = http.client.HTTPConnection(*self._place, timeout=ANSWER_SECONDS)
        with closing(connection):
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            answer.read()
            return answer.status

    def _raw(self, request: bytes) -> int:
        """Send bytes that are no good request; returns 0 when the server only hangs up."""
        with socket.create_connection(self._place, timeout=ANSWER_SECONDS) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            try:
                said = connection.makefile("rb").readline().split()
            except ConnectionError:
                return 0
        return int(said[1]) if len(said) > 1 and said[1].isdigit() else 0
