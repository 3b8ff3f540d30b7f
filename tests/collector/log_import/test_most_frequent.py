"""An import keeps the most frequent pages of a day, and sums the others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from collector.log_import.most_frequent import most_frequent
from oboro.facts import OTHER


def test_the_most_frequent_stay_and_the_others_are_summed() -> None:
    summed = {
        ("page", "/a", ""): [5, 2, 2, 0],
        ("page", "/b", ""): [1, 1, 1, 0],
        ("page", "/c", ""): [1, 0, 1, 0],
        ("entry", "/b", ""): [0, 1, 1, 0],
        ("entry", "/a", ""): [0, 2, 2, 0],
        ("country", "JP", ""): [7, 3, 3, 0],
    }

    assert most_frequent(summed, 1) == {
        ("page", "/a", ""): [5, 2, 2, 0],
        ("page", OTHER, ""): [2, 1, 2, 0],
        ("entry", "/a", ""): [0, 2, 2, 0],
        ("entry", OTHER, ""): [0, 1, 1, 0],
        ("country", "JP", ""): [7, 3, 3, 0],
    }


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(("page", "referrer", "country")),
            st.sampled_from((OTHER, "a", "b", "c", "d")),
            st.just(""),
        ),
        st.lists(st.integers(0, 9), min_size=4, max_size=4),
    ),
    st.integers(1, 6),
)
def test_nothing_is_lost_and_no_topic_has_more_than_its_places(
    summed: dict[tuple[str, str, str], list[int]], most: int
) -> None:
    kept = most_frequent(summed, most)

    for topic in ("page", "referrer", "country"):
        before = [counts for trait, counts in summed.items() if trait[0] == topic]
        after = [counts for trait, counts in kept.items() if trait[0] == topic]
        assert list(map(sum, zip(*before, strict=True))) == list(map(sum, zip(*after, strict=True)))
        named = [trait for trait in kept if trait[0] == topic and trait[1] != OTHER]
        assert topic == "country" or len(named) <= most
