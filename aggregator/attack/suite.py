"""All attacks, in one call: what runs before each publication and behind ``oboro attack``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from aggregator.attack.bundle import Bundle, Finding
from aggregator.attack.keys import rows_that_tell
from aggregator.attack.leaks import beside_the_figures
from aggregator.attack.noise import weak_noise
from aggregator.attack.statement import stated_bounds
from aggregator.attack.subtraction import contradictions
from aggregator.attack.tables import tables_apart

Attack = Callable[[Sequence[Bundle], Mapping[str, Set[str]]], Iterator[Finding]]

ATTACKS: tuple[Attack, ...] = (
    stated_bounds,
    rows_that_tell,
    beside_the_figures,
    contradictions,
    tables_apart,
    weak_noise,
)


def attack(bundles: Sequence[Bundle], public: Mapping[str, Set[str]]) -> list[Finding]:
    """Return all that the attacks find in *bundles*, given the *public* keys of some tables."""
    return [finding for each in ATTACKS for finding in each(bundles, public)]
