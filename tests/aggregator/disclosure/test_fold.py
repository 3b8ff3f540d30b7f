"""Folding counts over public keys: nothing is lost, nothing is added, no key comes from data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.disclosure.fold import fold, public_keys
from oboro.facts import OTHER

NAMES = st.sampled_from(["/", "/a", "/b", "/c", "/d", OTHER])
COUNTS = st.dictionaries(NAMES, st.integers(0, 1_000))


@given(COUNTS, st.lists(NAMES))
def test_nothing_is_lost_and_nothing_is_added(counts: dict[str, int], listed: list[str]) -> None:
    assert sum(fold(counts, public_keys(listed))) == sum(counts.values())


@given(COUNTS, st.lists(NAMES))
def test_keys_come_from_the_list_alone(counts: dict[str, int], listed: list[str]) -> None:
    keys = public_keys(listed)

    assert set(keys) == {*listed, OTHER}
    assert len(fold(counts, keys)) == len(keys) == len(fold({}, keys))


@given(COUNTS, st.sets(NAMES, max_size=4), st.lists(NAMES))
def test_one_unit_changes_all_figures_together_by_no_more_than_the_keys_it_stood_under(
    counts: dict[str, int], added: set[str], listed: list[str]
) -> None:
    keys = public_keys(listed)
    more = {key: counts.get(key, 0) + (key in added) for key in {*counts, *added}}

    changes = [
        after - before for before, after in zip(fold(counts, keys), fold(more, keys), strict=True)
    ]
    assert sum(map(abs, changes)) <= len(added)


def test_what_is_under_no_key_and_finds_no_other_is_an_error() -> None:
    with pytest.raises(ValueError, match="under no public key"):
        fold({"24": 1}, ["00", "01"])


def test_a_key_that_stands_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="twice"):
        fold({}, ["/a", "/a"])
