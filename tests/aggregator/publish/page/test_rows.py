"""What is shown as clear of the noise is clear of it in a whole table, not row by row."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest

from aggregator.publish.page.rows import noise_limit, shown_tables
from oboro.publication import Figure, PublicKeys, PublishedTable
from tests.support.town_publications import a_publication


def an_empty_table(draws: list[int], scale: Fraction) -> PublishedTable:
    """Return a table in which nobody was counted: all that is there is noise."""
    return PublishedTable(
        name="countries",
        topic="country",
        bound="once",
        l0=1,
        linf=1,
        epsilon=str(1 / scale),
        scale=str(scale),
        mechanism="discrete Laplace",
        key_set=PublicKeys("closed", 1),
        purpose="",
        figures=tuple(
            Figure(f"{n:04}", draw, draw - 37, draw + 37, max(0, draw), 0, 37)
            for n, draw in enumerate(draws)
        ),
    )


@pytest.mark.parametrize("periods", [1, 12])
def test_an_empty_table_seldom_has_a_row_that_seems_to_be_something(periods: int) -> None:
    chance, scale, rows, tables = random.Random(7), Fraction(25, 2), 250, 400

    def noise() -> int:
        first, second = (int(-math.log(1 - chance.random()) * float(scale)) for _ in range(2))
        return first - second

    limit = noise_limit(an_empty_table([0] * rows, scale), periods)
    passed = sum(
        any(sum(noise() for _ in range(periods)) > limit for _ in range(rows))
        for _ in range(tables // periods)
    )

    # At the 5 % that is promised, more than 9 % of 400 tables happen once in a thousand times.
    assert passed <= (0.09 if periods == 1 else 0.2) * tables / periods


def test_names_for_the_rest_stand_below_names() -> None:
    for shown in shown_tables(a_publication()):
        keys = [row.figure.key for row in shown.leading]
        assert [key for key in keys if key.startswith("(") and key != "(direct)"] == [
            key for key in keys[-2:] if key.startswith("(") and key != "(direct)"
        ]


def test_hours_stay_in_their_order_and_every_hour_is_drawn() -> None:
    hours = next(shown for shown in shown_tables(a_publication()) if shown.name == "hours")

    assert hours.chart is not None
    assert [bar.figure.key for bar in hours.chart.bars] == [f"{hour:02}" for hour in range(24)]
