"""Hold crossings back in memory until a crowd stands behind each: then write it in one lump.

A lump is all that gathered behind one pair, written as one fact on the day of the hit that made
it a crowd: at least *k* visitor-days, at least *keys* different keys of that day among them.
Then the pair begins again from nothing. So every increment that is ever written is a crowd,
whatever an attacker compares, and what is still gathering is never known.

Words of anybody's own (what was looked for, where a link led) gather alike, as pairs of one value.

The visitors of a crossing are counted by firsts, as its topic says, so each key adds at most one
a day to a pair; their number is the number of visitor-days, and nothing remembers whose they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import date

from collector.changes import Changes
from collector.topics import Pair
from collector.traits import Trait
from oboro.facts import Fact
from oboro.topics import TOPICS, Counted

Gathered = tuple[int, int, int, date, int, int]
"""Views, visits and visitors behind a pair since its last lump; how many keys of which day; events.

The keys are those of the last day on which the pair gathered anything.
"""

_VISITORS_UNTOLD = frozenset(
    topic.name for topic in TOPICS.values() if topic.visitors is Counted.NONE
)
"""Topics whose visitor-days make a crowd of them, and are no figure of theirs."""


class Gathering:
    """The pairs of every site that gather."""

    def __init__(self, *, k: int = 10, keys: int = 3, pairs: int = 500_000) -> None:
        self._k = k
        self._keys = keys
        self._pairs = pairs
        self.sites: dict[str, dict[Trait, Gathered]] = {}
        """What gathers behind each pair, by site."""
        self.full: set[tuple[str, date]] = set()
        """Days of sites on which there was no room for a new pair, which therefore is not kept."""

    def add(self, site: str, day: date, pairs: Iterable[Pair], changes: Changes) -> list[Fact]:
        """Add *pairs* to what gathers; return the lumps of those that this makes a crowd."""
        gathering = self.sites.get(site)
        if gathering is None:
            gathering = {}
            changes.put(self.sites, site, gathering)
        lumps: list[Fact] = []
        room = -1
        for trait, views, visits, first, events in pairs:
            before = gathering.get(trait)
            visitors = keys = first
            if before is not None:
                views += before[0]
                visits += before[1]
                visitors += before[2]
                events += before[5]
                if before[3] == day:
                    keys += before[4]
            else:
                # Counted once for all the pairs of a hit, and only if any is new.
                room = self._pairs - self.size() if room < 0 else room
                if room <= 0:
                    self.full.add((site, day))
                    continue
            if visitors >= self._k and keys >= self._keys:
                if before is not None:
                    changes.remove(gathering, trait)
                told = 0 if trait[0] in _VISITORS_UNTOLD else visitors
                lumps.append(Fact(site, day, *trait, views, visits, told, events))
            else:
                if before is None:
                    room -= 1
                after = (views, visits, visitors, day, keys, events)
                changes.put_over(gathering, trait, before, after)
        return lumps

    def take_over(
        self, sites: dict[str, dict[Trait, Gathered]], full: Set[tuple[str, date]]
    ) -> None:
        """Go on with what gathered elsewhere."""
        self.sites = sites
        self.full |= full

    def keep(self, sites: Set[str]) -> None:
        """Let go of all that gathers of other sites; it is never written."""
        for site in self.sites.keys() - sites:
            del self.sites[site]

    def size(self) -> int:
        """Return how many pairs gather."""
        return sum(map(len, self.sites.values()))
