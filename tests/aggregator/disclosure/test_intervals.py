"""Intervals hold the truth as often as they say, for every truth, and are never absurd."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.disclosure.intervals import Interval, never_negative, plain
from aggregator.disclosure.laplace import Noise, Term, noise_of

NOISES = st.builds(
    lambda scale, times: noise_of(Term(scale, times)),
    st.fractions(Fraction(1, 10), 60, max_denominator=20),
    st.integers(1, 31),
)


def held(truth: int, noise: Noise, interval: Interval, errors: np.ndarray) -> float:
    """Return how probable it is that the interval of *truth* plus noise holds *truth*.

    *interval* is that of *truth* plus each of *errors*, which are all there are.
    """
    holds = (interval.low <= truth) & (truth <= interval.high)
    return float(noise.upper[np.abs(errors)][holds].sum())


def all_errors(noise: Noise) -> np.ndarray:
    """Return every value that *noise* takes."""
    most = len(noise.upper) - 1
    return np.arange(-most, most + 1, dtype=np.int64)


@given(NOISES, st.integers(0, 2_000))
def test_every_count_is_held_with_the_stated_probability(noise: Noise, truth: int) -> None:
    """Not sampled: summed over every value the noise can take."""
    errors = all_errors(noise)
    # What discreteness adds at most: the probability at the edges that are just within.
    edge = 2 * float(noise.upper[noise.one_sided()])

    for intervals in (never_negative, plain):
        probable = held(truth, noise, intervals(truth + errors, noise), errors)
        assert 0.95 - 1e-9 <= probable <= 0.95 + edge + 0.002


@pytest.mark.parametrize("truth", [0, 1, 20, 33, 38, 44, 60, 5_000])
def test_at_the_default_policy_pages_are_held_between_95_and_95_5_of_100(truth: int) -> None:
    noise = noise_of(Term(Fraction(160, 11)))
    errors = all_errors(noise)

    probable = held(truth, noise, never_negative(truth + errors, noise), errors)
    assert 0.95 <= probable <= 0.955


@given(NOISES, st.lists(st.integers(-3_000, 3_000), min_size=1, max_size=50))
def test_an_interval_is_never_empty_nor_negative_and_holds_its_draw(
    noise: Noise, drawn: list[int]
) -> None:
    draws = np.array(drawn, dtype=np.int64)
    low, high = never_negative(draws, noise)

    assert (low >= 0).all()
    assert (low <= np.maximum(draws, 0)).all()
    assert (np.maximum(draws, 0) <= high).all()


@given(NOISES)
def test_a_larger_draw_never_has_a_lower_interval(noise: Noise) -> None:
    low, high = never_negative(np.arange(-3_000, 3_000, dtype=np.int64), noise)

    assert (np.diff(low) >= 0).all()
    assert (np.diff(high) >= 0).all()


def test_far_from_zero_the_interval_is_the_usual_one() -> None:
    noise = noise_of(Term(Fraction(20)))
    draws = np.array([5_000], dtype=np.int64)

    for low, high in (never_negative(draws, noise), plain(draws, noise)):
        assert (low.tolist(), high.tolist()) == ([4_940], [5_060])
