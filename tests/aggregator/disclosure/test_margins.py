"""Margins before the first publication: what to expect, what to leave out, when to leave it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.disclosure.adjust import Drawn, adjust
from aggregator.disclosure.margins import (
    USUAL_SHARES,
    Advice,
    Verdict,
    advice,
    expected,
    plan,
    to_warn_of,
)
from oboro.contributions import PUBLICATION_TABLES
from oboro.policy import Cadence, PublicationPolicy

SIZES = st.integers(0, 10_000_000)
POLICY = PublicationPolicy()


def test_every_table_has_a_share_that_is_usual() -> None:
    assert set(USUAL_SHARES) == set(PUBLICATION_TABLES)


def test_the_margin_shown_is_the_one_that_is_published() -> None:
    for each in expected(POLICY, 100, Cadence.MONTH):
        drawn = Drawn(draws=[500], scale=each.scale, periods=1, once=False)
        published = adjust({each.table: drawn})[each.table]

        assert published.draw_high[0] - published.draws[0] == each.margin


@given(SIZES)
def test_a_margin_that_exceeds_the_figure_is_never_called_publishable(size: int) -> None:
    for each in plan(POLICY, size):
        assert (each.verdict is Verdict.DO_NOT_PUBLISH) == (each.margin >= each.figure)


@given(SIZES)
def test_margins_do_not_follow_the_size_of_the_site(size: int) -> None:
    assert [each.margin for each in plan(POLICY, size)] == [each.margin for each in plan(POLICY, 0)]


@given(SIZES, SIZES)
def test_a_larger_site_is_never_advised_to_publish_more_rarely(one: int, other: int) -> None:
    order = [Cadence.DAY, Cadence.WEEK, Cadence.MONTH, None]
    smaller, larger = (advice(POLICY, size) for size in sorted((one, other)))

    assert order.index(larger.cadence) <= order.index(smaller.cadence)
    if larger.cadence is smaller.cadence:
        assert set(larger.leave_out) <= set(smaller.leave_out)


def test_a_small_site_is_told_what_to_leave_out() -> None:
    assert advice(POLICY, 30) == Advice(
        cadence=Cadence.MONTH, leave_out=("pages", "hours", "languages")
    )


def test_a_policy_is_warned_of_at_its_own_cadence() -> None:
    daily = PublicationPolicy(cadence=Cadence.DAY)

    assert {each.table for each in to_warn_of(daily, 100)} > {"pages", "hours"}
    assert to_warn_of(daily, 100_000) == []


def test_a_table_that_is_not_published_has_no_margin() -> None:
    policy = PublicationPolicy(shares={"totals": Fraction(1)})

    assert [each.table for each in plan(policy, 100)] == ["totals"] * 3


def test_a_size_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no less than 0"):
        plan(POLICY, -1)


def test_the_default_margins_are_those_the_manual_names() -> None:
    margins = {each.table: each.margin for each in expected(POLICY, 0, Cadence.DAY)}

    assert margins == {
        "totals": 60,
        "pages": 44,
        "sources": 30,
        "countries": 37,
        "browsers": 75,
        "systems": 75,
        "devices": 75,
        "hours": 60,
        "languages": 60,
    }
    assert np.isclose(margins["totals"], 20 * np.log(20), atol=1)


@pytest.mark.parametrize(
    ("size", "advised"),
    [
        (1, None),
        (3, Cadence.MONTH),
        (10, Cadence.MONTH),
        (30, Cadence.MONTH),
        (100, Cadence.MONTH),
        (1_000, Cadence.MONTH),
        (3_000, Cadence.WEEK),
        (10_000, Cadence.DAY),
    ],
)
def test_the_manual_names_the_advice_that_is_given(size: int, advised: Cadence | None) -> None:
    given_now = advice(POLICY, size)

    assert given_now.cadence is advised
    assert (given_now.leave_out == ()) == (size >= 100)
    if size in (3, 10):
        assert set(PUBLICATION_TABLES) - set(given_now.leave_out) == {"totals"}
