"""What one acknowledged answer stands for, and how a group of them becomes commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from collector.hit_sums import CountedHit, HitSums, add
from collector.spooling.blobs import pack
from collector.spooling.tables import (
    COARSE_EVENTS,
    CONTRIBUTIONS,
    OUTCOMES,
    SpooledTable,
    Sums,
)
from oboro.contributions import Contribution
from oboro.facts import Fact
from oboro.outcomes import OutcomeCount

_SITE = itemgetter(0)
_SiteDays = dict[tuple[str, date], Sums]


class Entry(NamedTuple):
    """Facts, outcomes and contributions that are kept together or not at all.

    *hits* stand for their singles, which are summed without becoming facts.
    *keys* is how many ledger keys the entry may add to those its sites have gathered (0 or 1 for
    one hit, up to their number for several).
    """

    facts: Sequence[Fact]
    outcomes: Sequence[OutcomeCount]
    keys: int = 0
    contributions: Sequence[Contribution] = ()
    hits: Sequence[CountedHit] = ()

    @property
    def sites(self) -> set[str]:
        """The sites that the entry tells of."""
        return {*map(_SITE, self.facts), *map(_SITE, self.outcomes), *map(_SITE, self.hits)}

    def tells_of(self, site: str, day: date) -> bool:
        """Tell whether anything of the entry is of *day* of *site*."""
        of_day = (site, day)
        rows = (self.facts, self.outcomes, self.contributions, self.hits)
        return any(row[:2] == of_day for some in rows for row in some)


def joined(entries: Sequence[Entry]) -> Entry:
    """Return one entry that stands for all of *entries*, which are kept together.

    The keys of several sites cannot be told apart any more: each is given the fewest that any of
    them may have, so that no batch is taken for a larger crowd than it is.
    """
    by_site: Counter[str] = Counter()
    for entry in entries:
        for site in entry.sites - {""}:
            by_site[site] += entry.keys
    return Entry(
        [fact for entry in entries for fact in entry.facts],
        [outcome for entry in entries for outcome in entry.outcomes],
        min(by_site.values(), default=0),
        [each for entry in entries for each in entry.contributions],
        [hit for entry in entries for hit in entry.hits],
    )


class Commit(NamedTuple):
    """The summed rows of one site, day and table out of one group of entries."""

    site: str
    day: date
    table: str
    views: int
    rows: bytes


def commits_of(entries: Iterable[Entry]) -> list[Commit]:
    """Sum *entries* by site, day and table, so that which hit a row came from is gone."""
    hits: dict[tuple[str, date], HitSums] = {}
    facts: _SiteDays = {}
    outcomes: _SiteDays = {}
    contributions: _SiteDays = {}
    for entry in entries:
        for hit in entry.hits:
            together = hits.get(hit[:2])
            if together is None:
                together = hits[hit[:2]] = HitSums()
            together.add(hit)
        for fact in entry.facts:
            add(facts.setdefault(fact[:2], {}), fact[2:5], fact[5:])
        for site, day, outcome, n in entry.outcomes:
            sums = outcomes.setdefault((site, day), {})
            sums.setdefault((outcome,), [0])[0] += n
        for site, day, table, value, n in entry.contributions:
            sums = contributions.setdefault((site, day), {})
            sums.setdefault((table, value), [0])[0] += n
    for site_day, together in hits.items():
        together.into(facts.setdefault(site_day, {}))
    return [
        *_commits(COARSE_EVENTS, facts),
        *_commits(OUTCOMES, outcomes),
        *_commits(CONTRIBUTIONS, contributions),
    ]


def _commits(table: SpooledTable, by_day: _SiteDays) -> list[Commit]:
    return [
        Commit(site, day, table.name, table.views(sums), pack(sums))
        for (site, day), sums in by_day.items()
    ]
