"""The distribution of the noise, against its closed form and against sums done term by term."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.disclosure.laplace import (
    Term,
    cumulative,
    half_width,
    noise_of,
    probability,
    quantile,
    variance,
)

SCALES = st.fractions(Fraction(1, 10), 200, max_denominator=50)
LEVELS = st.floats(0.001, 0.999)


@given(SCALES, st.integers(0, 300))
def test_the_transform_gives_the_closed_form_back(scale: Fraction, x: int) -> None:
    noise = noise_of(Term(scale))

    kept = noise.upper[x] if x < len(noise.upper) else 0.0
    assert kept == pytest.approx(probability(x, scale), abs=1e-13)
    assert noise.beyond(x + 1) == pytest.approx(1 - cumulative(x, scale), abs=1e-12)


@given(SCALES, st.integers(-400, 400))
def test_probabilities_add_up_to_the_cumulative_ones(scale: Fraction, x: int) -> None:
    stepped = cumulative(x, scale) - cumulative(x - 1, scale)

    assert stepped == pytest.approx(probability(x, scale), abs=1e-12)


@given(SCALES, LEVELS)
def test_a_quantile_is_the_smallest_number_that_holds_its_level(
    scale: Fraction, level: float
) -> None:
    x = quantile(level, scale)

    assert cumulative(x - 1, scale) < level <= cumulative(x, scale)


@given(SCALES)
def test_the_half_width_of_one_draw_is_that_of_the_closed_form(scale: Fraction) -> None:
    width = half_width([scale])

    def within(w: int) -> float:
        return 1 - 2 * (1 - cumulative(w, scale))

    assert within(width) >= 0.95 - 1e-9
    assert width == 0 or within(width - 1) < 0.95 + 1e-9


@given(st.lists(st.fractions(Fraction(1, 2), 12, max_denominator=9), min_size=2, max_size=5))
def test_the_half_width_of_a_sum_is_that_of_the_convolved_terms(scales: list[Fraction]) -> None:
    reach = 600
    span = np.arange(-reach, reach + 1)
    convolved = np.array([1.0])
    for scale in scales:
        convolved = np.convolve(convolved, [probability(int(x), scale) for x in span])
    middle = len(convolved) // 2

    def within(w: int) -> float:
        return float(convolved[middle - w : middle + w + 1].sum())

    width = half_width(scales)
    assert within(width) >= 0.95 - 1e-9
    assert width == 0 or within(width - 1) < 0.95 + 1e-9


def test_weights_stretch_the_noise() -> None:
    scale = Fraction(7, 2)
    stretched = noise_of(Term(scale, 1, 3))

    assert stretched.upper[3] == pytest.approx(probability(1, scale), abs=1e-13)
    assert stretched.upper[4] == pytest.approx(0, abs=1e-13)


@pytest.mark.parametrize("scale", [Fraction(5_000), Fraction(400_000)])
def test_a_very_wide_margin_is_given_a_step_wider_and_no_more(scale: Fraction) -> None:
    noise = noise_of(Term(scale))

    assert noise.step > 1
    exact = quantile(0.975, scale)
    assert exact <= noise.half_width() <= exact + 3 * noise.step


def test_the_variance_is_that_of_the_probabilities() -> None:
    scale = Fraction(160, 11)
    summed = 2 * sum(x * x * probability(x, scale) for x in range(1, 2_000))

    assert variance(scale) == pytest.approx(summed)
    assert Term(scale, 30, 2).variance == pytest.approx(120 * summed)


def test_noise_without_a_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="scale above 0"):
        noise_of(Term(Fraction(0)))
    with pytest.raises(ValueError, match="one term or more"):
        noise_of()
