"""How much of what happened an attacker's trails give back."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

from tests.privacy.linkage.linker import Trail, trail


class Score(NamedTuple):
    """Shares between 0 and 1.

    *rebuilt*: of the visitor-days with two page views or more, those whose trail was named page
    for page. *differing*: the same of those who read two different pages or more, whose trails
    say more than how often somebody read one page. *right*: of the pairs of page views the
    attacker linked, those that were one visitor's. *found*: of the pairs that were one visitor's,
    those linked. *happened*: of the pairs of a page and something that happened, such as a file
    that was fetched, those that were one visitor's.
    """

    rebuilt: float
    right: float
    found: float
    trails: int
    claimed: int
    differing: float
    happened: float = 0.0


def score(really: Sequence[Trail], claimed: Sequence[Trail]) -> Score:
    """Compare *claimed* trails with those that *really* were.

    Page views of one page on one day are alike, so a trail counts as rebuilt if any visitor-day
    had exactly its pages; each real trail can be hit once.
    """
    real, said = _several(really), _several(claimed)
    real_pairs, said_pairs = _pairs(real), _pairs(said)
    common = (real_pairs & said_pairs).total()
    return Score(
        rebuilt=_share((real & said).total(), real.total()),
        right=_share(common, said_pairs.total()),
        found=_share(common, real_pairs.total()),
        trails=real.total(),
        claimed=said.total(),
        differing=_share((real & said).total() - _same(real & said), real.total() - _same(real)),
    )


def rebuilt(really: Sequence[Trail], claimed: Sequence[Trail]) -> int:
    """Return how many trails of two page views or more were *claimed* as they were."""
    return (_several(really) & _several(claimed)).total()


def dealt_at_random(really: Sequence[Trail], seed: int) -> list[Trail]:
    """Deal each day's page views to trails of the true lengths, blindly: what chance alone hits."""
    chance = random.Random(seed)
    pages: dict[date, list[str]] = {}
    for day, some in really:
        pages.setdefault(day, []).extend(some)
    for day in sorted(pages):
        chance.shuffle(pages[day])
    return [trail(day, [pages[day].pop() for _ in some]) for day, some in really]


def _several(trails: Iterable[Trail]) -> Counter[Trail]:
    return Counter(one for one in trails if len(one[1]) > 1)


def _same(trails: Counter[Trail]) -> int:
    """Return how many of *trails* are of one page that was read several times."""
    return sum(n for (_, pages), n in trails.items() if len(set(pages)) == 1)


def _pairs(trails: Counter[Trail]) -> Counter[tuple[date, str, str]]:
    pairs: Counter[tuple[date, str, str]] = Counter()
    for (day, pages), n in trails.items():
        for first, second in combinations(pages, 2):
            pairs[day, first, second] += n
    return pairs


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
