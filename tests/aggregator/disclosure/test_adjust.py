"""Adjusted figures: they agree, they are never negative, and their intervals hold the truth."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.disclosure.adjust import PARTS, Adjusted, Drawn, adjust, brought_to, common_total
from aggregator.disclosure.noise import draw

DRAWS = st.lists(st.integers(-500, 5_000), min_size=1, max_size=40)
SCALES = st.fractions(Fraction(1, 4), 40, max_denominator=20)
ONCE = st.builds(
    lambda draws, scale, periods: Drawn(draws=draws, scale=scale, periods=periods, once=True),
    DRAWS,
    SCALES,
    st.integers(1, 31),
)


@given(st.lists(ONCE, min_size=1, max_size=5))
def test_what_counts_a_day_once_adds_up_to_one_total(tables: list[Drawn]) -> None:
    adjusted = adjust({str(place): table for place, table in enumerate(tables)})

    assert len({int(table.figures.sum()) for table in adjusted.values()}) == 1


@given(st.lists(ONCE, min_size=1, max_size=4), DRAWS, SCALES)
def test_no_figure_is_negative_and_each_stands_in_its_interval(
    tables: list[Drawn], pages: list[int], scale: Fraction
) -> None:
    drawn = {str(place): table for place, table in enumerate(tables)}
    drawn["pages"] = Drawn(draws=pages, scale=scale, periods=2, once=False)

    for table in adjust(drawn).values():
        assert (table.low >= 0).all()
        assert (table.low <= table.figures).all()
        assert (table.figures <= table.high).all()
        assert (table.draw_low <= table.draws).all()
        assert (table.draws <= table.draw_high).all()


@given(DRAWS, st.integers(0, 200_000))
def test_figures_are_brought_to_exactly_the_total(draws: list[int], total: int) -> None:
    figures = brought_to(np.array(draws, dtype=np.int64), total)

    assert figures.min() >= 0
    assert int(figures.sum()) == total


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=40))
def test_what_agrees_already_is_left_alone(counts: list[int]) -> None:
    draws = np.array(counts, dtype=np.int64)

    assert (brought_to(draws, int(draws.sum())) == draws).all()


def test_a_large_figure_does_not_pay_for_many_absent_keys() -> None:
    draws = np.array([10_000, *([40, -40] * 100)], dtype=np.int64)

    assert brought_to(draws, 10_000)[0] == 10_000


def test_draws_are_published_as_they_were_drawn() -> None:
    drawn = {"pages": Drawn(draws=[-7, 0, 12], scale=Fraction(5), periods=1, once=False)}

    pages = adjust(drawn)["pages"]
    assert pages.draws.tolist() == [-7, 0, 12]
    assert pages.figures.tolist() == [0, 0, 12]


def test_a_sum_of_draws_has_no_positive_bias_and_a_sum_of_figures_has() -> None:
    """Why longer periods are made from draws: fifty absent keys are not visitor-days."""
    weeks = [draw([0] * 200, l1=1, epsilon=Fraction(1, 10)) for _ in range(20)]
    tables = [Drawn(draws=week, scale=Fraction(10), periods=1, once=False) for week in weeks]

    draws = sum(int(adjust({"t": table})["t"].draws.sum()) for table in tables)
    clamped = sum(int(adjust({"t": table})["t"].figures.sum()) for table in tables)
    assert abs(draws) < 6 * 14.2 * 4_000**0.5
    assert clamped > 4_000 * 4


def test_the_total_leans_on_the_table_that_knows_it_best() -> None:
    sure = Drawn(draws=[1_000], scale=Fraction(1), periods=1, once=True)
    unsure = Drawn(draws=[500] * 4, scale=Fraction(200), periods=1, once=True)

    total = common_total([sure, unsure])
    assert total is not None
    assert total.figure == 1_000
    low, high = total.interval()
    assert 990 < low <= high < 1_010


def test_a_total_below_zero_is_none_at_all() -> None:
    table = Drawn(draws=[-30, 5], scale=Fraction(9), periods=1, once=True)

    assert adjust({"t": table})["t"].figures.tolist() == [0, 0]


def test_tables_without_a_total_need_none() -> None:
    assert common_total([]) is None
    assert adjust({}) == {}


@given(st.lists(ONCE, min_size=1, max_size=5))
def test_the_parts_of_the_total_are_all_dealt(tables: list[Drawn]) -> None:
    shifted = [
        Drawn(
            draws=[table.draws[0] + 1, *table.draws[1:]],
            scale=table.scale,
            periods=table.periods,
            once=True,
        )
        for table in tables
    ]
    before, after = common_total(tables), common_total(shifted)

    assert before is not None
    assert after is not None
    assert after.parts - before.parts == PARTS


TRUTH = [4_000, 1_500, 900, 400, 250, *([0] * 40)]
KEPT_APART = 5
"""The first so many of `TRUTH` stand well above their margins."""


@pytest.fixture(scope="module")
def publications() -> list[dict[str, Adjusted]]:
    """Publish the same truth four hundred times, with fresh noise each."""
    made = []
    for _ in range(400):
        tables = {
            "totals": ([sum(TRUTH)], Fraction(1, 20)),
            "countries": (TRUTH, Fraction(2, 25)),
            "devices": ([5_000, 1_500, 550, 0], Fraction(1, 25)),
        }
        made.append(
            adjust(
                {
                    name: Drawn(
                        draws=draw(counts, l1=1, epsilon=epsilon),
                        scale=1 / epsilon,
                        periods=1,
                        once=True,
                    )
                    for name, (counts, epsilon) in tables.items()
                }
            )
        )
    return made


def covered(publications: list[dict[str, Adjusted]], table: str, truth: list[int]) -> float:
    """Return the share of *truth*, the first figures of *table*, that the intervals held."""
    counts = np.array(truth)
    return float(
        np.mean(
            [
                (made[table].low[: len(truth)] <= counts)
                & (counts <= made[table].high[: len(truth)])
                for made in publications
            ]
        )
    )


def test_intervals_hold_the_total_as_often_as_they_say(
    publications: list[dict[str, Adjusted]],
) -> None:
    # 400 tries: 0.95 give or take four standard deviations. The full figure: bench/utility.py.
    assert covered(publications, "totals", [sum(TRUTH)]) > 0.95 - 4 * 0.011


def test_intervals_hold_figures_above_their_margin_as_often_as_they_say(
    publications: list[dict[str, Adjusted]],
) -> None:
    share = covered(publications, "countries", TRUTH[:KEPT_APART])

    assert abs(share - 0.9517) < 4 * 0.0049


def test_intervals_of_absent_keys_hold_no_less(publications: list[dict[str, Adjusted]]) -> None:
    assert covered(publications, "countries", TRUTH) > 0.95 - 4 * 0.0017


def test_the_shared_total_is_better_than_any_one_tables(
    publications: list[dict[str, Adjusted]],
) -> None:
    errors = np.array([int(made["totals"].figures[0]) - sum(TRUTH) for made in publications])
    alone = np.array([int(made["totals"].draws[0]) - sum(TRUTH) for made in publications])

    assert np.mean(errors**2) < np.mean(alone**2)
