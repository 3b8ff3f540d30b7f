"""Every field of every form in which a hit can be sent, each with a mark of its own.

A form's fields are those its reader looks at and those its own product documents. Each is sent in
requests that are counted, and once more with a word that it cannot be.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

_CONSONANTS, _VOWELS = "bdgkmnprstz", "aiueo"
Fields = Mapping[str, Any]
OUTER = {"payload", "hits", "requests"}
"""Fields that hold the others; they are sent as what they cannot be in requests of their own."""
PAGES = {"url", "u", "p", "path"}
"""Fields in which whatever is sent may be a page."""
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; {mark}) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36 {mark}/1.0"
)


class Request(NamedTuple):
    """A request to be sent; *keyed*: by the site's own server, with the site's key."""

    method: str
    path: str
    body: bytes | None
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class Wire:
    """One form: the *module* that reads it, requests that are counted, and how they are written."""

    name: str
    module: str
    counted: Sequence[Fields]
    written: Callable[[dict[str, Any]], Request]

    @property
    def fields(self) -> set[str]:
        """The names of all fields that are sent."""
        return {name for fields in self.counted for name in fields}


class FieldMarks:
    """The marks of one visitor's fields; `marks` tells those that were given out, by field."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.marks: dict[str, bytes] = {}

    def word(self, field: str) -> str:
        """Return a word that stands in *field* alone; it looks like no token."""
        chance = self._chance(field)
        return self._given(
            field, "".join(chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(7))
        )

    def token(self, field: str) -> str:
        """Return what must be masked wherever it stands, also in a path."""
        return self._given(field, self._chance(field).randbytes(16).hex())

    def number(self, field: str, whole: int) -> float:
        """Return a number near *whole* whose decimals are the mark."""
        decimals = self._given(field, str(self._chance(field).randrange(10**8, 10**9)))
        return float(f"{whole}.{decimals}")

    def address(self, field: str) -> str:
        """Return an address of the networks for documentation."""
        chance = self._chance(field)
        groups = (f"{chance.randrange(0x1000, 0x10000):x}" for _ in range(6))
        return self._given(field, "2001:db8:" + ":".join(groups))

    def _chance(self, field: str) -> random.Random:
        return random.Random(f"{self._seed} {field}")

    def _given(self, field: str, mark: str) -> str:
        self.marks[field] = mark.encode()
        return mark


def requests_of(wire: Wire, marks: FieldMarks) -> Iterator[tuple[Request, bool]]:
    """Yield the requests of *wire*, and of each whether it must be counted."""
    for fields in wire.counted:
        yield wire.written(dict(fields)), True
    for name in sorted(OUTER):
        word = marks.word(f"{wire.name} {name}, wrong")
        yield wire.written({**wire.counted[0], name: word}), False
    for name in sorted(wire.fields):
        # A word would be kept as the name of a page; what must be masked is kept nowhere.
        made = marks.token if name in PAGES else marks.word
        wrong = made(f"{wire.name} {name}, wrong")
        holder = next(fields for fields in wire.counted if name in fields)
        yield wire.written({**holder, name: wrong}), False


def wires_of(marks: FieldMarks, site: str) -> list[Wire]:
    """Return every form, filled with *marks*, of hits on *site*."""
    return [
        _native(marks, site),
        _pixel(marks, site),
        _plausible(marks, site),
        _umami(marks, site, keyed=False),
        _umami(marks, site, keyed=True),
        _goatcounter(marks),
        _goatcounter_api(marks),
        _matomo(marks, site),
        _matomo_bulk(marks, site),
        _events(marks, site),
    ]


def _page(marks: FieldMarks, form: str, site: str) -> str:
    """Return the address of a page with a mark in each part that may hold one."""
    token = marks.token(f"{form} url, path")
    query = urlencode(
        {
            name: marks.word(f"{form} url, {name}")
            for name in ("q", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
        }
    )
    return f"https://{site}/reset/{token}?{query}#{marks.word(f'{form} url, fragment')}"


def _elsewhere(marks: FieldMarks, field: str) -> str:
    return f"https://search.example/{marks.word(field)}?q={marks.word(f'{field}, query')}"


def _words(marks: FieldMarks, form: str, *names: str) -> dict[str, Any]:
    return {name: marks.word(f"{form} {name}") for name in names}


def _props(marks: FieldMarks, field: str) -> dict[str, str]:
    return {
        marks.word(f"{field}, name"): marks.word(f"{field}, value"),
        "plan": marks.word(f"{field}, plan"),
    }


def _json_to(path: str, *, keyed: bool = False) -> Callable[[dict[str, Any]], Request]:
    return lambda fields: Request("POST", path, json.dumps(fields).encode(), keyed)


def _query_of(path: str) -> Callable[[dict[str, Any]], Request]:
    return lambda fields: Request("GET", f"{path}?{urlencode(fields)}", None)


def _hits(marks: FieldMarks, form: str, site: str) -> list[dict[str, Any]]:
    view = {
        "site": site,
        "url": _page(marks, form, site),
        "referrer": _elsewhere(marks, f"{form} referrer"),
        "title": marks.word(f"{form} title"),
        "width": marks.number(f"{form} width", 1440),
        "props": _props(marks, f"{form} props"),
        "automated": False,
    }
    return [
        view,
        {**view, "type": "event", "name": marks.word(f"{form} name")},
        {**view, "type": "outbound", "target": _elsewhere(marks, f"{form} target")},
        {**view, "search": marks.word(f"{form} search")},
        {
            **view,
            "type": "engagement",
            "engaged": marks.number(f"{form} engaged", 41),
            "scroll": marks.number(f"{form} scroll", 63),
        },
    ]


def _native(marks: FieldMarks, site: str) -> Wire:
    return Wire("native", "native", _hits(marks, "native", site), _json_to("/api/hit"))


def _pixel(marks: FieldMarks, site: str) -> Wire:
    view = {
        "site": site,
        "url": _page(marks, "pixel", site),
        "referrer": _elsewhere(marks, "pixel referrer"),
        "width": "1440",
        **_words(marks, "pixel", "title", "search"),
    }
    event = {**view, "name": marks.word("pixel name")}
    return Wire("pixel", "native", [view, event], _query_of("/pixel.gif"))


def _plausible(marks: FieldMarks, site: str) -> Wire:
    # The tracker's short names and the API's long ones are fields of their own.
    def named(form: str, name: str, url: str, domain: str, referrer: str, props: str) -> Fields:
        return {
            name: "pageview",
            url: _page(marks, form, site),
            domain: site,
            referrer: _elsewhere(marks, f"{form} {referrer}"),
            props: _props(marks, f"{form} {props}"),
        }

    short = named("plausible, short", "n", "u", "d", "r", "p")
    long = named("plausible", "name", "url", "domain", "referrer", "props")
    meta = {**long, "meta": json.dumps(_props(marks, "plausible meta"))}
    del meta["props"]
    also = {
        **_words(marks, "plausible", "v", "revenue", "screen_width", "interactive"),
        "hashMode": 0,
    }
    reading = {"e": marks.number("plausible e", 41_000), "sd": marks.number("plausible sd", 63)}
    link = {"url": _elsewhere(marks, "plausible link")}
    return Wire(
        "plausible",
        "plausible",
        [
            {**short, "h": 0},
            {**short, "n": "engagement", **reading},
            {**long, **also},
            {**meta, "m": _props(marks, "plausible m")},
            {**long, "name": marks.word("plausible name")},
            {**long, "name": "Outbound Link: Click", "props": link},
        ],
        _json_to("/api/event"),
    )


def _umami(marks: FieldMarks, site: str, *, keyed: bool) -> Wire:
    form = "umami with a key" if keyed else "umami"
    view = {
        "type": "event",
        "url": _page(marks, form, site),
        "referrer": _elsewhere(marks, f"{form} referrer"),
        "screen": "1440x900",
        "data": _props(marks, f"{form} data"),
        "ip": marks.address(f"{form} ip"),
        "userAgent": AGENT.format(mark=marks.word(f"{form} userAgent")),
        **_words(marks, form, "website", "link", "pixel", "hostname", "title", "tag", "id"),
        **_words(marks, form, "language", "browser", "os", "device", "cache"),
        **({"opted_out": False} if keyed else _words(marks, form, "opted_out", "timestamp")),
    }

    def written(fields: dict[str, Any]) -> Request:
        kind = fields.pop("type")
        payload = fields.pop("payload", fields)
        body = json.dumps({"type": kind, "payload": payload}).encode()
        return Request("POST", "/api/send", body, keyed)

    return Wire(form, "umami", [view, {**view, "name": marks.word(f"{form} name")}], written)


def _goatcounter(marks: FieldMarks) -> Wire:
    view = {
        "p": f"/reset/{marks.token('goatcounter p')}",
        "r": _elsewhere(marks, "goatcounter r"),
        "q": f"?q={marks.word('goatcounter q')}",
        "s": "1440,900,1",
        "b": "0",
        "e": "false",
        **_words(marks, "goatcounter", "t", "rnd"),
    }
    event = {**view, "p": marks.word("goatcounter p, event"), "e": "true"}
    return Wire("goatcounter", "goatcounter", [view, event], _query_of("/count"))


def _goatcounter_api(marks: FieldMarks) -> Wire:
    form = "goatcounter's api"
    view = {
        "opted_out": False,
        "path": f"/reset/{marks.token(f'{form} path')}",
        "ref": _elsewhere(marks, f"{form} ref"),
        "query": f"?q={marks.word(f'{form} query')}",
        "size": [1440, 900, 1],
        "bot": 0,
        "ip": marks.address(f"{form} ip"),
        "created_at": None,
        "event": False,
        "user_agent": AGENT.format(mark=marks.word(f"{form} user_agent")),
        **_words(marks, form, "title", "language", "location", "session", "host"),
    }
    event = {**view, "path": marks.word(f"{form} path, event"), "event": True}

    def written(fields: dict[str, Any]) -> Request:
        hits = fields.pop("hits", [fields])
        return Request("POST", "/api/v0/count", json.dumps({"hits": hits}).encode(), keyed=True)

    return Wire(form, "goatcounter_api", [view, event], written)


def _matomo_hits(marks: FieldMarks, form: str, site: str) -> list[Fields]:
    view = {
        "rec": "1",
        "url": _page(marks, form, site),
        "urlref": _elsewhere(marks, f"{form} urlref"),
        "res": "1440x900",
        "cip": marks.address(f"{form} cip"),
        "_cvar": json.dumps({"1": [marks.word(f"{form} _cvar"), "x"]}),
        "uadata": json.dumps({"model": marks.word(f"{form} uadata")}),
        **_words(marks, form, "idsite", "action_name", "_id", "uid", "cid", "rand", "apiv", "ua"),
        **_words(marks, form, "lang", "cookie", "h", "m", "s", "pdf", "qt", "java", "ag", "fla"),
        **_words(marks, form, "pv_id", "gt_ms", "cs", "dimension1", "cvar", "country", "region"),
        **_words(marks, form, "city", "lat", "long", "cdt", "token_auth", "new_visit", "_idts"),
        **_words(marks, form, "_idvc", "_viewts", "_ref", "_refts", "_rcn", "_rck", "ca"),
        **_words(marks, form, "send_image", "search_cat", "search_count", "ec_id", "revenue"),
        **_words(marks, form, "pf_net", "pf_srv", "pf_tfr", "pf_dm1", "pf_dm2", "pf_onl"),
    }
    return [
        view,
        {**view, **_words(marks, form, "e_c", "e_a", "e_n", "e_v", "c_n", "c_p", "c_t", "c_i")},
        {**view, **_words(marks, form, "idgoal")},
        {**view, **_words(marks, form, "search")},
        {**view, "link": _elsewhere(marks, f"{form} link")},
        {**view, "download": f"https://{site}/{marks.token(f'{form} download')}.pdf"},
        {**view, **_words(marks, form, "ping")},
    ]


def _matomo(marks: FieldMarks, site: str) -> Wire:
    hits = _matomo_hits(marks, "matomo", site)
    return Wire("matomo", "matomo", hits, _query_of("/matomo.php"))


def _matomo_bulk(marks: FieldMarks, site: str) -> Wire:
    form = "matomo in bulk"

    def written(fields: dict[str, Any]) -> Request:
        token = fields.get("token_auth", "")
        bulk = {"requests": fields.pop("requests", [fields]), "token_auth": token}
        return Request("POST", "/matomo.php", json.dumps(bulk).encode())

    return Wire(form, "matomo", _matomo_hits(marks, form, site), written)


def _events(marks: FieldMarks, site: str) -> Wire:
    form = "events"
    stated = {
        "opted_out": False,
        "address": marks.address(f"{form} address"),
        "at": None,
        "hints": {
            name: marks.word(f"{form} {name}") for name in ("Sec-CH-UA", "Sec-CH-UA-Platform", "X")
        },
        "agent": AGENT.format(mark=marks.word(f"{form} agent")),
        **_words(marks, form, "language"),
    }
    counted = [{**hit, **stated} for hit in _hits(marks, form, site)]
    return Wire(form, "events", counted, _json_to("/api/events", keyed=True))
