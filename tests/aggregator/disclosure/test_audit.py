"""The audit of what is really drawn: quiet about the mechanism, loud about a broken one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from aggregator.disclosure.audit import audit
from aggregator.disclosure.noise import draw
from oboro.contributions import PUBLICATION_TABLES
from oboro.policy import PublicationPolicy

EPSILON = Fraction(11, 20)
DRAWS = 40_000


@pytest.mark.parametrize("table", ["totals", "pages"])
def test_the_mechanism_as_configured_spends_no_more_than_it_states(table: str) -> None:
    policy = PublicationPolicy()
    l1, epsilon = PUBLICATION_TABLES[table].l0(policy.distinct), policy.epsilon_of(table)

    found = audit(
        lambda counts: draw(counts, l1=l1, epsilon=epsilon), l1=l1, epsilon=epsilon, draws=DRAWS
    )

    assert found.epsilon <= epsilon
    assert found.closeness > 0.7, "the audit has no power left"


@pytest.mark.parametrize(
    ("bug", "l1", "spends"),
    [("half the noise", 8, 2 * EPSILON), ("a forgotten L0", 1, EPSILON)],
)
def test_too_little_noise_is_found_out(bug: str, l1: int, spends: Fraction) -> None:
    def broken(counts: Sequence[int]) -> Sequence[int]:
        return draw(counts, l1=l1, epsilon=spends)

    assert audit(broken, l1=8, epsilon=EPSILON, draws=DRAWS).closeness > 1, bug


def test_noise_that_is_a_quarter_too_small_is_found_out() -> None:
    def broken(counts: Sequence[int]) -> Sequence[int]:
        return draw(counts, l1=8, epsilon=EPSILON * Fraction(4, 3))

    assert audit(broken, l1=8, epsilon=EPSILON, draws=DRAWS).closeness > 1


def test_no_noise_at_all_is_found_out() -> None:
    found = audit(lambda counts: list(counts), l1=1, epsilon=EPSILON, draws=DRAWS)

    assert found.closeness > 1.5
