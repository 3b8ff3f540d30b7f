"""Does the noise that this program draws protect as well as the publications state?

The attacks on bundles measure noise that was drawn; this draws anew, on counts of its own, with the
bounds and the epsilon that each table states, and measures what one visitor-day would cost. Nothing
of a site is touched, and nothing is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Protocol

from aggregator.attack.bundle import Bundle, Finding
from aggregator.disclosure import noise
from aggregator.disclosure.audit import Audit, audit

ATTACK = "mechanism"
DRAWS = 100_000
"""In each of two worlds; enough to find out noise that is a tenth too small."""


class Mechanism(Protocol):
    """What `aggregator.disclosure.noise.draw` is."""

    def __call__(self, counts: Sequence[int], *, l1: int, epsilon: Fraction) -> Sequence[int]: ...


def audited(
    bundles: Sequence[Bundle],
    mechanism: Mechanism | None = None,
    progress: Callable[[str], None] = lambda _: None,
    draws: int = DRAWS,
) -> Iterator[Finding]:
    """Find tables for which *mechanism* (by default the program's) draws too little noise.

    Tables that state the same are measured once; *progress* is told each table's name.
    """
    measured: dict[tuple[int, Fraction], Audit] = {}
    for bundle in bundles:
        for table in bundle.publication.tables:
            l1, epsilon = table.l0 * table.linf, Fraction(table.epsilon)
            if (l1, epsilon) not in measured:
                progress(table.name)
                measured[l1, epsilon] = measure(l1, epsilon, mechanism or noise.draw, draws)
            if (found := measured[l1, epsilon]).closeness > 1:
                says = (
                    f"{table.name}: a visitor-day costs at least {found.epsilon:.3g}, and "
                    f"{table.epsilon} is stated: the program draws too little noise"
                )
                yield Finding(bundle.name, ATTACK, says)


def measure(
    l1: int, epsilon: Fraction, mechanism: Mechanism = noise.draw, draws: int = DRAWS
) -> Audit:
    """Return what a visitor-day that changes a table by *l1* costs, with *epsilon* stated."""

    def draw(counts: Sequence[int]) -> Sequence[int]:
        return mechanism(counts, l1=l1, epsilon=epsilon)

    return audit(draw, l1=l1, epsilon=epsilon, draws=draws)
