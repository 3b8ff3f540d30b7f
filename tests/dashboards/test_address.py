"""Links stay on this server, whatever a value holds."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from dashboards.address import Address

VALUES = st.text(min_size=1).filter(lambda text: not text.isspace())


@given(path=st.text(), value=VALUES)
def test_a_link_never_leads_to_another_host(path: str, value: str) -> None:
    link = Address("/sites/example.jp", {}).to(path, focus=value)

    split = urlsplit(link)
    assert (split.scheme, split.netloc) == ("", "")
    assert link.startswith("/")
    assert not link.startswith(("//", "/\\"))


@given(value=VALUES)
def test_a_value_comes_back_as_it_was(value: str) -> None:
    link = Address("/sites/example.jp", {"period": "7d"}).here(focus=f"page:{value}")

    assert parse_qs(urlsplit(link).query, keep_blank_values=True) == {
        "period": ["7d"],
        "focus": [f"page:{value}"],
    }


def test_a_parameter_is_taken_out_by_none() -> None:
    address = Address("/sites/example.jp", {"focus": "page:/", "lang": "ja"})

    assert address.here(focus=None) == "/sites/example.jp?lang=ja"


def test_the_language_goes_along_only_when_it_was_chosen() -> None:
    assert Address("/", {"lang": "ja", "period": "7d"}).to("/sites/a.jp") == "/sites/a.jp?lang=ja"
    assert Address("/", {"period": "7d"}).to("/sites/a.jp") == "/sites/a.jp"
