"""Decide which sites are ripe, and sum their commits into batches.

A site is ripe when enough ledger keys have gathered, or when its oldest commit has waited long
enough. How long is known in memory only: no time lies beside the commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from collector.pace import Pace
from collector.spooling.batches import Kept, Sealed
from collector.spooling.blobs import DamagedBlob, pack, rows_in
from collector.spooling.entry import Commit
from collector.spooling.tables import TABLES, Labels, Sums, add_rows
from oboro.randomness import Randomness

ID_BYTES = 16
BATCH_ROWS = 100_000
"""Far below what the store writes as one part, so that a batch is there wholly or not at all."""
FOLDED = 50
"""Commits of one step, for which new ones wait some five milliseconds."""


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


def folds_of(commits: Sequence[Kept]) -> tuple[list[list[Kept]], list[Kept]]:
    """Divide *commits* into steps of `FOLDED` at most that make fewer of them, and the others.

    Little is left then to be sealed in one step, for which new commits have to wait.
    """
    if len(commits) <= FOLDED:
        return [], list(commits)
    steps: list[list[Kept]] = [[]]
    alone: list[Kept] = []
    for several in _by_site(commits):
        for begin in range(0, len(several), FOLDED):
            some = several[begin : begin + FOLDED]
            if len(some) == 1:
                alone += some
                continue
            if len(steps[-1]) + len(some) > FOLDED:
                steps.append([])
            steps[-1] += some
    return [step for step in steps if step], alone


def sealing_of(
    ripe: Sequence[Kept], unripe: Sequence[Kept], randomness: Randomness, pace: Pace
) -> Sealing:
    """Sum the *ripe* commits by day and table, and each *unripe* site's by itself.

    An unripe site keeps one commit for each day and table, so that two hits that came in
    different commits do not lie apart until their site is ripe. *pace* says when to rest.
    """
    damaged: list[Kept] = []
    sealed = _batches(_readable(pace.over(ripe), damaged), randomness, pace)
    gone = [kept for kept in ripe if kept not in damaged] if damaged else list(ripe)
    merged: list[Commit] = []
    for several in _by_site(unripe):
        if len(several) > 1:
            merged += _merged(_readable(pace.over(several), damaged))
            gone += [kept for kept in several if kept not in damaged]
    return Sealing(gone, sealed, merged, damaged)


def _readable(commits: Iterable[Kept], damaged: list[Kept]) -> Iterator[tuple[Kept, _Rows]]:
    for kept in commits:
        try:
            rows = rows_in(TABLES[kept.table], kept.rows)
        except DamagedBlob:
            damaged.append(kept)
        else:
            yield kept, rows


def _batches(
    commits: Iterable[tuple[Kept, _Rows]], randomness: Randomness, pace: Pace
) -> list[Sealed]:
    groups: dict[tuple[str, str], dict[str, Sums]] = {}
    for kept, rows in commits:
        # Each site for itself first: a commit's labels need not be made anew with their site.
        sums = groups.setdefault((kept.day, kept.table), {}).setdefault(kept.site, {})
        add_rows(sums, rows, len(TABLES[kept.table].labels))
    batches = []
    for (day, table), by_site in sorted(groups.items(), key=lambda group: group[0]):
        for piece in pace.over(_pieces(_in_order(by_site, pace))):
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


def _in_order(by_site: dict[str, Sums], pace: Pace) -> Iterator[tuple[Labels, list[int]]]:
    """Return all rows, with their site before their labels, in the order of both.

    Sorted by their first label apart, since sorting all at once would keep the interpreter.
    """
    for site, sums in sorted(by_site.items(), key=itemgetter(0)):
        parts: dict[str, list[tuple[Labels, list[int]]]] = {}
        for labels, counts in pace.over(sums.items()):
            parts.setdefault(labels[0], []).append(((site, *labels), counts))
        for first in pace.over(sorted(parts)):
            yield from sorted(parts[first])


def _pieces(rows: Iterator[tuple[Labels, list[int]]]) -> Iterator[Sums]:
    while piece := dict(islice(rows, BATCH_ROWS)):
        yield piece


def _by_site(commits: Iterable[Kept]) -> list[list[Kept]]:
    groups: dict[tuple[str, str, str], list[Kept]] = {}
    for kept in commits:
        groups.setdefault((kept.site, kept.day, kept.table), []).append(kept)
    return list(groups.values())


def _merged(commits: Iterable[tuple[Kept, _Rows]]) -> list[Commit]:
    first: Kept | None = None
    sums: Sums = {}
    for kept, rows in commits:
        first = first or kept
        add_rows(sums, rows, len(TABLES[kept.table].labels))
    if first is None:
        return []
    table = TABLES[first.table]
    return [
        Commit(first.site, date.fromisoformat(first.day), table.name, table.views(sums), pack(sums))
    ]
