"""Language, screen and place: any input becomes one of few values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.coarsen.language import language
from collector.coarsen.place import BUNDLED, check_country_database, open_places
from collector.coarsen.screen import CLASSES, screen
from oboro.errors import UsageError
from oboro.facts import OTHER, UNKNOWN


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en;q=0.5, fr;q=0.7", "fr"),
        ("EN-us", "en"),
        ("*", UNKNOWN),
        ("", UNKNOWN),
        ("en;q=0", UNKNOWN),
        ("en;q=x, ja;q=0.1", "ja"),
        ("qzx", OTHER),
        ("zh-Hans-CN;q=1.0", "zh"),
    ],
)
def test_the_preferred_language_is_its_primary_tag(accepted: str, tag: str) -> None:
    assert language(accepted) == tag


@given(st.text() | st.from_regex(r"[a-z]{2,4}(-[a-z]+)?(;q=[0-9.]+)?(,.*)?"))
def test_any_header_becomes_a_tag_or_nothing_finer(accepted: str) -> None:
    assert language(accepted) in (UNKNOWN, OTHER) or re.fullmatch("[a-z]{2,3}", language(accepted))


@pytest.mark.parametrize(
    ("width", "name"),
    [(1, "0-575"), (575, "0-575"), (576, "576-767"), (768, "768-1199"), (1200, "1200-1919"),
     (1920, "1920+"), (0, UNKNOWN), (-3, UNKNOWN), (10**30, UNKNOWN), (None, UNKNOWN)],
)  # fmt: skip
def test_a_width_falls_into_a_class(width: int | None, name: str) -> None:
    assert screen(width) == name


@given(st.integers())
def test_there_are_five_classes_of_screens(width: int) -> None:
    assert screen(width) in (*CLASSES, UNKNOWN)


@pytest.mark.parametrize(
    ("network", "country"),
    [
        (bytes((133, 11, 0, 0)), "JP"),
        (bytes((8, 8, 8, 0)), "US"),
        (bytes((10, 0, 0, 0)), UNKNOWN),
        (bytes.fromhex("2a00145040010000") + bytes(8), "IE"),
        (b"", UNKNOWN),
        (b"abc", UNKNOWN),
    ],
)
def test_the_bundled_database_knows_countries(network: bytes, country: str) -> None:
    assert BUNDLED.exists(), "make setup builds it"

    assert open_places(None).country_of(network) in (country, "NL" if country == "IE" else country)


@given(st.binary(min_size=4, max_size=4) | st.binary(min_size=16, max_size=16) | st.binary())
def test_any_network_becomes_a_country_code_or_unknown(network: bytes) -> None:
    country = open_places(None).country_of(network)

    assert country == UNKNOWN or re.fullmatch("[A-Z]{2}", country)


@pytest.mark.parametrize("content", [None, b"", b"not a database"])
def test_a_database_that_cannot_be_used_is_named_with_what_to_do(
    tmp_path: Path, content: bytes | None
) -> None:
    named = tmp_path / "country.mmdb"
    if content is not None:
        named.write_bytes(content)

    with pytest.raises(UsageError, match=r"country\.mmdb .*OBORO_COUNTRY_DATABASE"):
        open_places(named)
    assert check_country_database(named)[0] is False


def test_without_the_bundled_database_every_country_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.coarsen.place.BUNDLED", tmp_path / "missing.mmdb")

    works, says = check_country_database(None)

    assert open_places(None).country_of(bytes((8, 8, 8, 0))) == UNKNOWN
    assert not works
    assert "make setup" in says
