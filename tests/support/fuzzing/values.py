"""Values that a field or a header may hold and that somebody may not have thought of."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

TEXTS = (
    "", " ", "\x00", "\x7f", "\r\nX: y", "\n", "a\tb", "../../etc/passwd",
    "%00", "%0d%0a", "%", "%zz",
    "%E3%81", "\ud800", "\udfff\ud800", "朧", "\u202e", "\ufeff", "🗾", "é",
    "e\u0301", "ﬁ", "İ", "ß",
    "null", "NaN", "-0", "1e999", "0x1F", "true", "[]", "{}", "'; DROP TABLE days; --", "<script>",
    "{{7*7}}", "${jndi:x}", "http://", "https://", "https://[", "https://[::1",
    "http://[::1]:99999/",
    "https://example.jp:0/", "https://user:pass@example.jp/", "//example.jp", "\\\\example.jp\\a",
    "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "about:blank", "xn--", "xn--a",
    "https://xn--/", "https://例え.jp/ページ", "https://example.jp/?a=" + "b" * 3000, "/" * 300,
    "a" * 70, "a" * 300, "a" * 5000, ".", "..", "...", "example.jp", "example.jp.", "EXAMPLE.JP",
    "www." * 40 + "jp", "1.2.3.4", "::ffff:1.2.3.4", "1.2.3.4:80", "unknown", "_hidden", "for=",
)  # fmt: skip
THINGS: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, 0.1, 1e308, -1e308, [],
    {}, [[]], [None] * 50, {"": ""}, {"a": {"b": {"c": {}}}}, *TEXTS,
)  # fmt: skip


def text(draw: random.Random) -> str:
    """Return a text, sometimes two together or one of any characters."""
    chance = draw.random()
    if chance < 0.6:
        return draw.choice(TEXTS)
    if chance < 0.8:
        return draw.choice(TEXTS) + draw.choice(TEXTS)
    return "".join(
        chr(draw.choice((draw.randrange(256), draw.randrange(0x3000)))) for _ in range(9)
    )


def thing(draw: random.Random) -> Any:
    """Return a value of any type that JSON has."""
    return draw.choice(THINGS) if draw.random() < 0.7 else text(draw)


def deep(draw: random.Random) -> bytes:
    """Return JSON that is nested further than most readers go."""
    return draw.choice((b"[", b'{"a":')) * draw.choice((50, 1_000, 30_000))


def altered(document: Any, draw: random.Random) -> Any:
    """Return *document* with something in it replaced, taken away or added."""
    if isinstance(document, dict) and document:
        changed = dict(document)
        name = draw.choice(list(changed))
        match draw.randrange(4):
            case 0:
                del changed[name]
            case 1:
                changed[text(draw)] = thing(draw)
            case _:
                inner = changed[name]
                nested = isinstance(inner, dict | list) and draw.random() < 0.7
                changed[name] = altered(inner, draw) if nested else thing(draw)
        return changed
    if isinstance(document, list) and document:
        some = list(document)
        some[draw.randrange(len(some))] = altered(some[0], draw)
        return some * 2 if len(some) < 4 and draw.random() < 0.2 else some
    return thing(draw)


def as_json(document: Any) -> bytes:
    """Return *document* as JSON, halves of characters and numbers without end as they come."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def scrambled(data: bytes, draw: random.Random) -> bytes:
    """Return *data* with a few bytes changed, put in or cut away."""
    some = bytearray(data)
    for _ in range(draw.randrange(1, 6)):
        at = draw.randrange(len(some) + 1)
        how: Callable[[], None] = draw.choice(
            (
                lambda at=at: some.insert(at, draw.randrange(256)),
                lambda at=at: some.__delitem__(slice(at, at + draw.randrange(1, 9))),
                lambda at=at: some.__setitem__(slice(at, at + 1), bytes((draw.randrange(256),))),
                lambda at=at: some.__setitem__(slice(at, at), some[at : at + 40]),
            )
        )
        how()
    return bytes(some)
