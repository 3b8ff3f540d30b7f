"""Bars stay within the plot, and say what their values say."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dashboards.charts import bar_chart
from oboro.axis import scale

COUNTS = st.integers(0, 10**9)


@given(values=st.lists(COUNTS, max_size=400), before=st.lists(COUNTS, max_size=400))
def test_every_bar_stands_within_the_plot(values: list[int], before: list[int]) -> None:
    for bar in bar_chart(values, before).bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= 100.01
        assert 0 <= bar.y <= 100
        assert abs(bar.y + bar.height - 100) < 0.02
        assert bar.haze_x >= 0
        assert bar.haze_x + bar.haze_width <= 100.01


@given(values=st.lists(COUNTS, min_size=2, max_size=60))
def test_a_larger_value_never_has_a_shorter_bar(values: list[int]) -> None:
    heights = {value: bar.height for value, bar in zip(values, bar_chart(values).bars, strict=True)}

    ordered = [heights[value] for value in sorted(heights)]
    assert ordered == sorted(ordered)


@given(values=st.lists(COUNTS, min_size=1, max_size=60))
def test_something_never_looks_like_nothing(values: list[int]) -> None:
    bars = bar_chart(values).bars

    assert [bar.height > 0 for bar in bars] == [value > 0 for value in values]


@given(most=COUNTS)
def test_the_scale_has_few_even_steps_and_holds_the_largest_value(most: int) -> None:
    ticks = scale(most)

    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= 5
    assert len({after - tick for tick, after in pairwise(ticks)}) == 1


@given(bars=st.integers(1, 1100), most=st.integers(2, 10))
def test_labels_are_few_and_name_bars_that_there_are(bars: int, most: int) -> None:
    labels = bar_chart([1] * bars, labels=most).labels

    assert 1 <= len(labels) <= most
    assert all(0 <= label.index < bars for label in labels)
