"""The language comes from the address, else from the browser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.language import chosen_language
from oboro.words import LANGUAGES


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [
        (None, "ja", "ja"),
        (None, "ja-JP,en;q=0.5", "ja"),
        (None, "en-GB,ja;q=0.9", "en"),
        (None, "ja;q=0.1,en;q=0.9", "en"),
        (None, "fr", "en"),
        (None, "", "en"),
        ("ja", "en", "ja"),
        ("xx", "ja", "ja"),
    ],
)
def test_the_language_is_chosen(asked: str | None, accepted: str, expected: str) -> None:
    assert chosen_language(asked, accepted) == expected


@given(asked=st.none() | st.text(), accepted=st.text())
def test_whatever_is_sent_leads_to_a_language_there_is(asked: str | None, accepted: str) -> None:
    assert chosen_language(asked, accepted) in LANGUAGES
