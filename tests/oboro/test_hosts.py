"""Hosts: one form for a site, whatever a browser or a person writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oboro.errors import UsageError
from oboro.hosts import checked_host, known_form


@pytest.mark.parametrize(
    "written",
    ["example.jp", "EXAMPLE.jp", "www.example.jp", "example.jp:8443", "example.jp.", " example.jp"],
)
def test_one_site_has_one_form(written: str) -> None:
    assert known_form(written) == "example.jp"


def test_a_host_in_japanese_is_known_by_its_wire_form() -> None:
    assert known_form("www.総務省.jp") == "xn--lhr645fjve.jp"


@given(st.text() | st.text("wW.:0a-ä。"))
def test_any_text_has_a_form_and_the_form_is_its_own(text: str) -> None:
    form = known_form(text)
    assert known_form(form) == form


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a b",
        "https://",
        "https://a b/",
        "//a.jp",
        "ftp://a.jp/",
        "-a.jp",
        "a..jp",
        "ä" * 99,
    ],
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        checked_host(text)


@pytest.mark.parametrize(
    "written", ["https://example.jp/", "HTTP://www.example.jp:8080", " https://example.jp// "]
)
def test_the_address_of_a_first_page_is_taken_for_its_host(written: str) -> None:
    assert checked_host(written) == "example.jp"


@pytest.mark.parametrize("rest", ["/kurashi/", "?a=1", "/#top"])
def test_the_address_of_another_page_is_refused_with_the_host_to_give(rest: str) -> None:
    with pytest.raises(UsageError, match=r"its host alone is asked for: example\.jp"):
        checked_host(f"https://www.example.jp{rest}")
