"""A hit is read, or refused in a sentence that says what to do and repeats nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.dialects.native import Hit, hit_in_json, hit_in_query
from collector.unreadable import Unreadable

SENTINEL = "geheim-7d1f"


def test_a_hit_is_read_from_json() -> None:
    body = {
        "site": "example.jp",
        "url": "https://example.jp/a",
        "referrer": "https://x.com/",
        "title": "市役所",
        "width": 390.5,
        "name": "download",
        "props": {"a": [1]},
        "later": True,
    }

    assert hit_in_json(json.dumps(body).encode()) == Hit(
        site="example.jp",
        url="https://example.jp/a",
        referrer="https://x.com/",
        title="市役所",
        width=390.5,
        name="download",
        props={"a": [1]},
    )


def test_a_hit_is_read_from_the_pixels_query() -> None:
    hit = hit_in_query(f"site=example.jp&url={quote('https://example.jp/市')}&width=390&x=1")

    assert hit == Hit(site="example.jp", url="https://example.jp/市", width=390)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'"x"', "not a JSON object"),
        (b"{", "not JSON"),
        (b"site=example.jp&url=/", "not JSON"),
        (b'{"site": "\xff"}', "not JSON"),
        (b"[" * 60_000, "not"),
        (b'{"props":' * 9_000, "not JSON"),
        (b'{"url": "/"}', "site is missing"),
        (b'{"site": "a"}', "url is missing"),
        (b'{"site": "", "url": "/"}', "site is missing"),
        (b'{"site": 7, "url": "/"}', "site cannot be read"),
        (b'{"site": null, "url": "/"}', "site cannot be read"),
        (b'{"site": "a", "url": ["/"]}', "url cannot be read"),
        (b'{"site": "a", "url": "file:///a"}', "url cannot be read"),
        (b'{"site": "a", "url": "/", "width": "390"}', "width cannot be read"),
        (b'{"site": "a", "url": "/", "props": []}', "props cannot be read"),
        (b'{"site": "a", "url": "/", "referrer": {}}', "referrer cannot be read"),
        (b'{"site": "a", "url": "/\\u0000"}', "url holds a control character"),
        (b'{"site": "a", "url": "/%00"}', "url holds a control character"),
        (b'{"site": "a", "url": "/%0d%0aX"}', "url holds a control character"),
        (b'{"site": "a\\u0000", "url": "/"}', "site holds a control character"),
        (b'{"site": "a", "url": "/", "referrer": "\\u001b[2J"}', "referrer holds"),
        (b'{"site": "a", "url": "/", "title": "\\u0000"}', "title holds"),
        (b'{"site": "' + b"a" * 254 + b'", "url": "/"}', "site is longer"),
    ],
)
def test_what_is_no_hit_is_told_what_to_do(body: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as refused:
        hit_in_json(body)
    assert refused.value.status == 400


def test_an_encoded_line_break_in_a_query_is_usual() -> None:
    assert hit_in_json(b'{"site": "a", "url": "/form?text=a%0D%0Ab"}').site == "a"


@pytest.mark.parametrize(
    "body",
    [
        {"site": SENTINEL},
        {"site": "a", "url": SENTINEL},
        {"site": "a", "url": f"/{SENTINEL}\x00"},
        {"site": "a", "url": "/", "width": SENTINEL},
        {"site": "a", "url": "/", "props": {SENTINEL: [SENTINEL]}, "name": [SENTINEL]},
        {SENTINEL: SENTINEL},
        [SENTINEL],
        SENTINEL,
    ],
)
def test_no_refusal_repeats_what_was_sent(body: object) -> None:
    with pytest.raises(Unreadable) as refused:
        hit_in_json(json.dumps(body).encode())
    assert SENTINEL not in refused.value.message
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ is (refused.value.__context__ is not None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def is_hit_or_refused(read: Callable[[], Hit]) -> bool:
    """Tell whether *read* gives a hit, or refuses with a status and a reason."""
    try:
        hit = read()
    except Unreadable as refused:
        return refused.status == 400 and bool(refused.message)
    return bool(hit.site and hit.url)


FIELDS = ("site", "url", "referrer", "title", "width", "name")


@given(
    st.binary()
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_any_body_is_a_hit_or_refused_with_a_reason(body: bytes) -> None:
    assert is_hit_or_refused(lambda: hit_in_json(body))


@given(
    st.text()
    | st.dictionaries(st.sampled_from(FIELDS), st.text()).map(
        lambda sent: urlencode(sent, errors="replace")
    )
)
def test_any_query_is_a_hit_or_refused_with_a_reason(query: str) -> None:
    assert is_hit_or_refused(lambda: hit_in_query(query))
