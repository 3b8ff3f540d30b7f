"""Only our own pages may have a browser change something."""

from __future__ import annotations

import pytest

from dashboards.same_origin import is_same_origin

HOST = {"Host": "127.0.0.1:8000"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://127.0.0.1:8000"}, True),
        ({"Origin": "http://127.0.0.1:9000"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://["}, False),
        ({}, True),
    ],
)
def test_the_browser_tells_where_a_form_comes_from(headers: dict[str, str], expected: bool) -> None:
    assert is_same_origin({**HOST, **headers}) is expected
