"""The mechanism is measured as it is configured, and a broken one does not pass."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from aggregator.attack.bundle import Bundle
from aggregator.attack.mechanism import audited
from aggregator.disclosure.noise import draw
from tests.aggregator.attack.releases import Publisher

MAY = ("2026-05-01", "2026-05-31")
DRAWS = 40_000


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """One honest publication."""
    publisher = Publisher(rng=np.random.default_rng(5))
    return publisher.publish({MAY: publisher.draw(MAY)})


def test_the_programs_own_mechanism_stands(bundle: Bundle) -> None:
    assert list(audited([bundle], draws=DRAWS)) == []


def test_tables_that_state_the_same_are_measured_once(bundle: Bundle) -> None:
    told: list[str] = []

    list(audited([bundle, bundle], progress=told.append, draws=100))

    stated = {(table.l0, table.epsilon) for table in bundle.publication.tables}
    assert len(told) == len(stated)


def test_a_mechanism_with_half_the_noise_does_not_pass(bundle: Bundle) -> None:
    def halved(counts: Sequence[int], *, l1: int, epsilon: Fraction) -> Sequence[int]:
        return draw(counts, l1=l1, epsilon=2 * epsilon)

    found = list(audited([bundle], halved, draws=DRAWS))

    assert len(found) == len(bundle.publication.tables)
    assert {finding.attack for finding in found} == {"mechanism"}


def test_a_mechanism_that_forgets_l0_does_not_pass_where_there_is_one(bundle: Bundle) -> None:
    def forgetful(counts: Sequence[int], *, l1: int, epsilon: Fraction) -> Sequence[int]:
        return draw(counts, l1=1, epsilon=epsilon)

    found = list(audited([bundle], forgetful, draws=DRAWS))

    assert {finding.says.split(":")[0] for finding in found} == {"pages"}
