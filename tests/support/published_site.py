"""A generated site as publications see it: key-days and the pages each read, in Zipf's proportions.

How many different pages a key-day reads is geometric, 2.5 on average; which, follows Zipf's law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oboro.closed_lists import CLOSED_LISTS

Integers = NDArray[np.int64]

PAGES_A_DAY = 2.5
_DEEPEST = 60
_FALL: Mapping[str, float] = {
    "sources": 1.6,
    "countries": 2.4,
    "browsers": 1.6,
    "systems": 1.4,
    "devices": 1.2,
    "hours": 0.4,
    "languages": 2.2,
}
"""How steeply the shares of each closed table fall with the rank of a key."""


@dataclass(frozen=True, slots=True)
class Site:
    """*read* has a row per key-day: the pages it read in order, by number, then -1."""

    pages: int
    read: Integers
    closed: Mapping[str, Integers]

    @property
    def key_days(self) -> int:
        """How many visitor-days there are."""
        return len(self.read)

    def page_counts(self, distinct: int | None = None) -> Integers:
        """Return on how many key-days each page is among the first *distinct*; all of None."""
        read = self.read[:, :distinct]
        return np.bincount(read[read >= 0], minlength=self.pages)


def generated(key_days: int, pages: int, rng: np.random.Generator) -> Site:
    """Return a site of so many key-days and listed pages."""
    depth = np.minimum(rng.geometric(1 / PAGES_A_DAY, key_days), min(_DEEPEST, pages))
    cumulative = np.cumsum(1 / np.arange(1, pages + 1))
    read = np.full((key_days, int(depth.max())), -1, dtype=np.int64)
    for place in range(read.shape[1]):
        missing = np.flatnonzero(depth > place)
        while len(missing):
            drawn = np.searchsorted(cumulative, rng.random(len(missing)) * cumulative[-1])
            repeated = (read[missing, :place] == drawn[:, None]).any(axis=1)
            read[missing[~repeated], place] = drawn[~repeated]
            missing = missing[repeated]
    closed = {
        name: _dealt(key_days, len(CLOSED_LISTS[name]), fall, rng) for name, fall in _FALL.items()
    }
    return Site(pages, read, {"totals": np.array([key_days]), **closed})


def _dealt(key_days: int, keys: int, fall: float, rng: np.random.Generator) -> Integers:
    shares = 1 / np.arange(1, keys + 1) ** fall
    return rng.multinomial(key_days, shares / shares.sum()).astype(np.int64)
