"""Decide which sites are ripe, and sum their commits into batches.

A site is ripe when enough ledger keys have gathered, or when its oldest commit has waited long
enough. How long is known in memory only: no time lies beside the commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from collector.spooling.batches import Kept, Sealed
from collector.spooling.blobs import DamagedBlob, pack, rows_in
from collector.spooling.entry import Commit
from collector.spooling.tables import TABLES, Sums, add_rows
from oboro.randomness import Randomness

ID_BYTES = 16
BATCH_ROWS = 100_000
"""Far below what the store writes as one part, so that a batch is there wholly or not at all."""


_Rows = list[tuple[Any, ...]]
"""Labels and counts of a table, one after the other."""


class Gathered(NamedTuple):
    """What a site has in the spool: how many keys, and since when (monotonic seconds)."""

    keys: int
    since: float

    def __add__(self, other: object) -> Gathered:
        if not isinstance(other, Gathered):
            return NotImplemented
        return Gathered(self.keys + other.keys, min(self.since, other.since))


class Ripening:
    """How far each site is from being sealed; in memory only."""

    def __init__(self, *, keys: int, seconds: float) -> None:
        self._keys = keys
        self._seconds = seconds
        self._sites: dict[str, Gathered] = {}

    def add(self, sites: Iterable[str], keys: int, at: float) -> None:
        """Note a commit of *sites* that may stand for *keys* more of each."""
        self.put_back(dict.fromkeys(sites, Gathered(keys, at)))

    def take_ripe(self, at: float) -> dict[str, Gathered]:
        """Return the ripe sites, whose gathering begins again."""
        ripe = {
            site: gathered
            for site, gathered in self._sites.items()
            if gathered.keys >= self._keys or at - gathered.since >= self._seconds
        }
        for site in ripe:
            del self._sites[site]
        return ripe

    def put_back(self, sites: dict[str, Gathered]) -> None:
        """Take *sites* back whose sealing failed, beside what came since."""
        for site, gathered in sites.items():
            before = self._sites.get(site)
            self._sites[site] = gathered if before is None else before + gathered

    @property
    def unripe(self) -> set[str]:
        """The sites that have commits and were not taken as ripe."""
        return set(self._sites)


class Sealing(NamedTuple):
    """What one tick does to the commits of some sites."""

    gone: list[Kept]
    batches: list[Sealed]
    merged: list[Commit]
    damaged: list[Kept]


def sealing_of(ripe: Sequence[Kept], unripe: Sequence[Kept], randomness: Randomness) -> Sealing:
    """Sum the *ripe* commits by day and table, and each *unripe* site's by itself.

    An unripe site keeps one commit for each day and table, so that two hits that came in
    different commits do not lie apart until their site is ripe.
    """
    damaged: list[Kept] = []
    sealed = _batches(_readable(ripe, damaged), randomness)
    gone = [kept for kept in ripe if kept not in damaged] if damaged else list(ripe)
    merged: list[Commit] = []
    for several in _by_site(unripe):
        if len(several) > 1:
            read = _readable(several, damaged)
            merged += _merged(read)
            gone += [kept for kept, _ in read]
    return Sealing(gone, sealed, merged, damaged)


def _readable(commits: Iterable[Kept], damaged: list[Kept]) -> list[tuple[Kept, _Rows]]:
    read = []
    for kept in commits:
        try:
            read.append((kept, rows_in(TABLES[kept.table], kept.rows)))
        except DamagedBlob:
            damaged.append(kept)
    return read


def _batches(commits: Iterable[tuple[Kept, _Rows]], randomness: Randomness) -> list[Sealed]:
    groups: dict[tuple[str, str], dict[str, Sums]] = {}
    for kept, rows in commits:
        # Each site for itself first: a commit's labels need not be made anew with their site.
        sums = groups.setdefault((kept.day, kept.table), {}).setdefault(kept.site, {})
        add_rows(sums, rows, len(TABLES[kept.table].labels))
    batches = []
    for (day, table), by_site in sorted(groups.items(), key=lambda group: group[0]):
        whole = {
            (site, *labels): counts
            for site, sums in by_site.items()
            for labels, counts in sums.items()
        }
        for piece in _pieces(whole):
            views = TABLES[table].views_by_site(piece)
            batches.append(
                Sealed(
                    randomness.bytes(ID_BYTES),
                    table,
                    date.fromisoformat(day),
                    len(piece),
                    views,
                    pack(piece),
                )
            )
    return batches


def _pieces(sums: Sums) -> Iterable[Sums]:
    rows = iter(sorted(sums.items()))
    while piece := dict(islice(rows, BATCH_ROWS)):
        yield piece


def _by_site(commits: Iterable[Kept]) -> list[list[Kept]]:
    groups: dict[tuple[str, str, str], list[Kept]] = {}
    for kept in commits:
        groups.setdefault((kept.site, kept.day, kept.table), []).append(kept)
    return list(groups.values())


def _merged(commits: Sequence[tuple[Kept, _Rows]]) -> list[Commit]:
    if not commits:
        return []
    first = commits[0][0]
    table = TABLES[first.table]
    sums: Sums = {}
    for _, rows in commits:
        add_rows(sums, rows, len(table.labels))
    return [
        Commit(first.site, date.fromisoformat(first.day), table.name, table.views(sums), pack(sums))
    ]
