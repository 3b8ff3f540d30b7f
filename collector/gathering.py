"""Hold crossings back in memory until a crowd stands behind each: then write it in one lump.

A lump is all that gathered behind one pair, written as one fact on the day of the hit that made
it a crowd: at least *k* visitor-days, at least *keys* different keys of that day among them.
Then the pair begins again from nothing. So every increment that is ever written is a crowd,
whatever an attacker compares, and what is still gathering is never known.

The visitors of a crossing are counted by firsts, as its topic says, so each key adds at most one
a day to a pair; their number is the number of visitor-days, and nothing remembers whose they are.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from collector.changes import Changes
from collector.topics import Pair
from oboro.facts import Fact


class Gathered(NamedTuple):
    """What stands behind a pair since its last lump; *keys* of them are of *day*."""

    views: int
    visits: int
    visitors: int
    day: date
    keys: int


Trait = tuple[str, str, str]


class Gathering:
    """The pairs of every site that gather."""

    def __init__(self, *, k: int = 10, keys: int = 3, pairs: int = 500_000) -> None:
        self._k = k
        self._keys = keys
        self._pairs = pairs
        self._sites: dict[str, dict[Trait, Gathered]] = {}
        self.full: set[tuple[str, date]] = set()
        """Days of sites on which there was no room for a new pair, which therefore is not kept."""

    def add(self, site: str, day: date, pair: Pair, changes: Changes) -> Fact | None:
        """Add *pair* to what gathers; return the lump if this makes it a crowd."""
        trait, (views, visits, visitors) = pair[:3], pair[3:]
        gathering = self._sites.get(site)
        if gathering is None:
            gathering = {}
            changes.put(self._sites, site, gathering)
        before = gathering.get(trait)
        keys = visitors
        if before is None:
            if self.size() >= self._pairs:
                self.full.add((site, day))
                return None
        else:
            views += before.views
            visits += before.visits
            visitors += before.visitors
            if before.day == day:
                keys += before.keys
        # Only a first makes a crowd larger.
        if pair.visitors and visitors >= self._k and keys >= self._keys:
            if before is not None:
                changes.remove(gathering, trait)
            return Fact(site, day, *trait, views, visits, visitors, 0)
        changes.put(gathering, trait, Gathered(views, visits, visitors, day, keys))
        return None

    def drop(self, site: str | None = None) -> None:
        """Let go of all that gathers, of one site or of all; it is never written."""
        if site is None:
            self._sites.clear()
        else:
            self._sites.pop(site, None)

    def sites(self) -> list[str]:
        """Return the sites of which anything gathers."""
        return [site for site, gathering in self._sites.items() if gathering]

    def size(self) -> int:
        """Return how many pairs gather."""
        return sum(map(len, self._sites.values()))
