"""The mechanism: what it spends by its own map, and what it really draws."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.disclosure import noise
from aggregator.disclosure.laplace import cumulative, probability
from aggregator.disclosure.noise import Overspent, draw, scale_of, spent

EPSILONS = st.fractions(Fraction(1, 1000), 10, max_denominator=1000)
CHI_SQUARE_Z = 4.0
"""Standard deviations of the chi-square; an honest sampler is beyond once in 30,000 runs."""


@given(st.integers(1, 50), EPSILONS)
def test_the_mechanism_itself_says_that_it_spends_what_was_granted(
    l1: int, epsilon: Fraction
) -> None:
    measurement = noise._measurement(l1, epsilon)

    mapped = Fraction(measurement.map(l1))  # type: ignore[no-untyped-call]  # OpenDP names no types
    assert epsilon * Fraction(999_999, 1_000_000) < mapped <= epsilon


@given(st.integers(1, 50), EPSILONS)
def test_a_scale_that_is_too_small_spends_too_much(l1: int, epsilon: Fraction) -> None:
    assert spent(l1, float(scale_of(l1, epsilon)) / 2) > epsilon
    assert spent(2 * l1, float(scale_of(l1, epsilon)) * 1.001) > epsilon


def test_a_mechanism_that_would_overspend_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = noise._laplace
    monkeypatch.setattr(noise, "_laplace", lambda scale: honest(scale / 2))
    noise._measurement.cache_clear()

    with pytest.raises(Overspent):
        draw([1, 2, 3], l1=8, epsilon=Fraction(77, 100))
    noise._measurement.cache_clear()


@pytest.mark.parametrize(
    ("l1", "epsilon"), [(8, Fraction(11, 20)), (1, Fraction(1, 20)), (1, Fraction(4))]
)
def test_draws_have_exactly_the_probabilities_that_are_stated(l1: int, epsilon: Fraction) -> None:
    scale, draws = scale_of(l1, epsilon), 60_000
    seen = Counter(draw([0] * draws, l1=l1, epsilon=epsilon))
    reach = next(x for x in range(10_000) if probability(x, scale) * draws < 20)
    # Whatever lies further out is one cell: where less than one draw is expected, one too many
    # would look like a wrong distribution.
    near = range(1 - reach, reach)
    expected = [draws * probability(x, scale) for x in near]
    tail = draws * cumulative(-reach, scale)
    observed = [seen.pop(x, 0) for x in near]
    below = sum(count for x, count in seen.items() if x < 0)
    above = sum(count for x, count in seen.items() if x > 0)

    cells = zip([*observed, below, above], [*expected, tail, tail], strict=True)
    squared = sum((o - e) ** 2 / e for o, e in cells)
    freedom = len(expected) + 1
    # Wilson and Hilferty: the cube root of a chi-square over its freedom is nearly normal.
    spread = 2 / (9 * freedom)
    z = ((squared / freedom) ** (1 / 3) - (1 - spread)) / spread**0.5
    assert abs(z) < CHI_SQUARE_Z


def test_noise_is_added_to_each_count_by_itself() -> None:
    counts = [0, 1000, 0, 500_000]
    drawn = np.array([draw(counts, l1=1, epsilon=Fraction(1, 2)) for _ in range(2_000)])
    around = drawn - counts

    assert np.abs(around.mean(axis=0)).max() < 6 * 2.8 / 2_000**0.5
    correlations = np.corrcoef(around.T) - np.eye(4)
    assert np.abs(correlations).max() < 0.12


def test_zeros_are_drawn_like_everything_else() -> None:
    drawn = draw([0] * 1_000, l1=1, epsilon=Fraction(1, 20))

    assert len(drawn) == 1_000
    assert len({count for count in drawn if count != 0}) > 20


def test_no_counts_are_no_draws() -> None:
    assert draw([], l1=1, epsilon=Fraction(1)) == []


@pytest.mark.parametrize("counts", [[-1], [2**60]])
def test_what_is_no_count_is_refused(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="counts are whole"):
        draw(counts, l1=1, epsilon=Fraction(1))


@pytest.mark.parametrize(("l1", "epsilon"), [(0, Fraction(1)), (1, Fraction(0))])
def test_a_sensitivity_or_epsilon_of_nothing_is_refused(l1: int, epsilon: Fraction) -> None:
    with pytest.raises(ValueError, match="sensitivity"):
        draw([1], l1=l1, epsilon=epsilon)
