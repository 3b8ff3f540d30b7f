"""Publications: one form in bytes, read back as it was written, and nothing else accepted."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oboro.publication import Figure, NotAPublication, Publication, decode, encode
from tests.support.publications import a_publication, a_table

FIGURES = st.builds(
    Figure,
    key=st.text(),
    **{name: st.integers(-(2**40), 2**40) for name in Figure.__struct_fields__[1:]},
)


@given(st.lists(FIGURES, max_size=5), st.none() | st.text("0123456789abcdef"), st.text())
def test_what_is_read_is_what_was_written(
    figures: list[Figure], previous: str | None, site: str
) -> None:
    publication = a_publication(a_table("pages", *figures), previous=previous, site=site)

    written = encode(publication)

    assert decode(written) == publication
    assert encode(decode(written)) == written


def test_a_publication_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        a_publication().site = "other.jp"  # type: ignore[misc] # that is what must fail


@pytest.mark.parametrize("field", Publication.__struct_fields__)
def test_a_missing_part_is_refused(field: str) -> None:
    parts = msgspec.json.decode(encode(a_publication()))
    del parts[field]

    if field == "format":
        assert decode(msgspec.json.encode(parts)) == a_publication()
        return
    with pytest.raises(NotAPublication, match=field):
        decode(msgspec.json.encode(parts))


def test_a_part_that_does_not_belong_there_is_refused() -> None:
    parts = msgspec.json.decode(encode(a_publication()))
    parts["tables"][0]["rows_counted"] = 7

    with pytest.raises(NotAPublication, match="rows_counted"):
        decode(msgspec.json.encode(parts))


def test_another_format_is_refused_with_both_named() -> None:
    with pytest.raises(NotAPublication, match="format 2, this program reads format 1"):
        decode(encode(a_publication(format=2)))


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b"\xff", b'{"site":"\xff"}'])
def test_other_bytes_are_refused(written: bytes) -> None:
    with pytest.raises(NotAPublication):
        decode(written)
