"""A change compares only what is over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboards.operators.comparison import changes


def views(*counts: int | None) -> list[dict[str, int | None]]:
    """Return figures of one metric."""
    return [{"views": count} for count in counts]


def test_what_is_not_over_is_left_out_of_both_spans() -> None:
    found = changes(views(15, 15, 1), views(10, 10, 90), 2, ["views"])["views"]

    assert (found.value, found.over, found.whole) == (0.5, 2, False)


def test_nothing_before_is_no_comparison() -> None:
    assert changes(views(5), views(0), 1, ["views"])["views"].value is None
    assert changes(views(5), [], 1, ["views"])["views"].value is None


def test_a_metric_that_is_not_available_has_no_change() -> None:
    assert changes(views(None), views(None), 1, ["views"])["views"].value is None


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=40), st.integers(0, 40))
def test_what_comes_after_the_compared_part_changes_nothing(counts: list[int], over: int) -> None:
    over = min(over, len(counts))
    later = [*counts[:over], *(1 for _ in counts[over:])]

    assert changes(views(*counts), views(*counts), over, ["views"]) == changes(
        views(*later), views(*counts), over, ["views"]
    )
