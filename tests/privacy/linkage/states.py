"""What lies in the data directory at each stage, after a real log came in hit by hit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from collector.admission import admit
from collector.arrival import Arrival
from collector.coarsen.place import open_places
from collector.coarsener import Coarsener
from collector.compaction import Compaction
from collector.gathering import Gathering
from collector.ledger import Ledger
from collector.pipeline import Pipeline
from collector.spool import Spool
from collector.writer import Writer
from oboro.clock import ManualClock
from oboro.day_locks import DayLocks
from oboro.randomness import SeededRandomness
from oboro.settings import Settings
from oboro.sites import Site
from oboro.store import Store
from tests.privacy.linkage.replay import History, replay
from tests.privacy.linkage.rows import Bundle, by_day, in_store, pending_in, sealed_in


@dataclass(frozen=True)
class Live:
    """The stages of one live replay.

    *pending*: what lay unsealed in the spool before each tick, one entry for each. *hourly*: what
    the store held right before each hourly sum, that hour's batches and the sum of the day so
    far. *full*: the spool when the store was away all the time. *before* and *after*: the store
    around a sum that had never come before.
    """

    arrivals: list[Arrival]
    history: History
    pending: list[list[Bundle]]
    hourly: list[list[Bundle]]
    full: list[Bundle]
    before: list[Bundle]
    after: list[Bundle]


def a_pipeline(site: Site, settings: Settings) -> Pipeline:
    """Return a pipeline like a server's, whose secrets are the same each time."""
    return Pipeline(
        catalog_site_for=lambda _host: site,
        coarsener=Coarsener(open_places(settings.country_database)),
        admit=admit,
        ledger=Ledger(randomness=SeededRandomness(2)),
        gathering=Gathering(
            k=settings.gathering_k, keys=settings.gathering_keys, pairs=settings.gathering_pairs
        ),
    )


async def unsealed(
    directory: Path, site: Site, arrivals: list[Arrival]
) -> tuple[History, list[Bundle]]:
    """Return the spool as it would be if no tick ever came: every commit by itself.

    A running server never lets it come to this: commits stay apart until the next tick.
    """
    spool, _, history = await _taken(directory, site, arrivals, None)
    bundles = pending_in(directory / "spool.db")
    await spool.close()
    return history, bundles


async def live(directory: Path, site: Site, arrivals: list[Arrival], store: Store) -> Live:
    """Take *arrivals* as a running server does, and look at each stage."""
    pending: list[list[Bundle]] = []
    path = directory / "spool.db"
    spool, clock, history = await _taken(
        directory, site, arrivals, lambda: pending.append(pending_in(path))
    )
    sealed = list(sealed_in(path).values())
    settings, locks = Settings(data_dir=directory), DayLocks()
    writer = Writer(spool, store, locks, clock=clock, settings=settings)
    compaction = Compaction(store, spool.outbox, locks, settings=settings)
    await writer.step()
    before = in_store(store, site.host)
    await asyncio.to_thread(compaction.compact_now)
    after = in_store(store, site.host)
    full = pending_in(path) + sealed
    await spool.close()
    return Live(arrivals, history, pending, _before_each_sum(sealed), full, before, after)


def _before_each_sum(batches: list[Bundle]) -> list[list[Bundle]]:
    """Return what the store holds before each sum, if each hour's batches are summed at its end."""
    by_hour: dict[tuple[date, str], list[Bundle]] = {}
    for batch in batches:
        hours = batch.of("hour")
        if hours:
            by_hour.setdefault((batch.day, max(hours)), []).append(batch)
    return [
        [
            *some,
            *by_day(
                batch
                for (other, earlier), several in by_hour.items()
                if other == day and earlier < hour
                for batch in several
            ).values(),
        ]
        for (day, hour), some in sorted(by_hour.items())
    ]


async def _taken(
    directory: Path, site: Site, arrivals: list[Arrival], before_tick: Callable[[], None] | None
) -> tuple[Spool, ManualClock, History]:
    directory.mkdir(exist_ok=True)
    clock = ManualClock(arrivals[0].at)
    # Each hit is a commit of its own, as on a site on which no two come within milliseconds.
    settings = Settings(data_dir=directory, commit_hits=1)
    spool = Spool.open(
        directory / "spool.db", randomness=SeededRandomness(1), clock=clock, settings=settings
    )
    history = await replay(arrivals, a_pipeline(site, settings), spool, clock, before_tick)
    return spool, clock, history
