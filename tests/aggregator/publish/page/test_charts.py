"""Bars and their margins stay within the plot, in the order of their values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.publish.page.charts import columns, reaches
from oboro.publication import Figure

FIGURES = st.lists(
    st.builds(
        lambda figure, margin: Figure(
            "k", figure, figure - margin, figure + margin,
            figure, max(0, figure - margin), figure + margin,
        ),
        st.integers(0, 10**8),
        st.integers(0, 10**5),
    ),
    max_size=60,
)  # fmt: skip


@given(figures=FIGURES)
def test_a_lying_bar_ends_within_its_margin_and_within_the_plot(figures: list[Figure]) -> None:
    for reach in reaches(figures):
        assert 0 <= reach.low <= reach.length <= reach.high <= 100


@given(figures=FIGURES)
def test_a_standing_bar_ends_within_its_margin_and_within_the_plot(figures: list[Figure]) -> None:
    for bar in columns(figures).bars:
        assert 0 <= bar.high <= bar.top <= bar.low <= 100
        assert 0 <= bar.x <= bar.cap_from <= bar.middle <= bar.cap_to <= bar.x + bar.width + 0.01
        assert bar.x + bar.width <= 100.01
