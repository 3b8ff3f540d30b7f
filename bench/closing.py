"""Measure what closing a day of a million hits takes, and what a hit takes on the disk.

``python -m bench.closing [HITS]``. A day of made-up visitors goes through the real pipeline and
reaches the store in 1,440 batches, as a day under load does. Then it is compacted and closed.
Beside the closing, as references in the same run: reading the day's rows once, and copying them
as they are into another table. Then a year's days of two small sites are closed in one go.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from aggregator.closing import Closing
from aggregator.day_state import SiteDay
from aggregator.days import Days
from bench.crossings import a_place
from collector.arrival import Arrival
from collector.compaction import Compaction
from collector.demo.visits import hits_of
from collector.log_import.pipelines import counting_by
from collector.log_import.sieve import Page
from collector.spooling.file import SpoolFile
from collector.spooling.outbox import Outbox
from oboro.day_locks import DayLocks
from oboro.facts import Fact, summed
from oboro.migrate import migrate
from oboro.operations import quiet
from oboro.randomness import SystemRandomness
from oboro.settings import Settings
from oboro.store import Store

DAY = date(2026, 6, 3)
HITS = 1_000_000
BATCHES = 1_440
SMALL_DAYS = 396
SMALL_ROWS = 300
COLUMNS = (*Fact._fields, "batch")


class Nothing:
    """A collector of which nothing is on its way."""

    async def end_visits(self, site: str, day: date) -> None:
        """There is none."""

    async def pending(self, site: str, day: date) -> bool:
        """Nothing is."""
        return False

    def release(self, day: date) -> bool:
        """Nothing holds the day."""
        return True


def main(hits: int) -> int:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data_dir=Path(name))
        with closing(Store.open(settings)) as store:
            migrate(store)
            one_large_day(store, settings, hits)
            many_small_days(store)
    return 0


def one_large_day(store: Store, settings: Settings, hits: int) -> None:
    """Count a day of *hits*, compact it and close it."""
    host = a_place(1).site.host
    counted = filled(store, hits)
    print(f"{counted:,} page views in {BATCHES:,} batches")
    show(store, "rows as they came", "coarse_events", counted)
    copy = another_day(store, host)
    begun = time.perf_counter()
    closed(store, copy)
    print(f"  a copy of the day closed as it came in {time.perf_counter() - begun:.2f} s")
    spool = SpoolFile.open(settings.data_dir / "spool.db", SystemRandomness())
    with ThreadPoolExecutor(1) as thread:
        compaction = Compaction(store, Outbox(spool, thread), DayLocks(), settings=settings)
        begun = time.perf_counter()
        compaction.compact_now()
        print(f"  compacted in {time.perf_counter() - begun:.2f} s")
        thread.submit(spool.close).result()
    show(store, "rows without batches", "coarse_events", counted)
    before = by_topic(store)
    begun = time.perf_counter()
    store.query("SELECT sum(views), uniqExact(topic, value, value2) FROM coarse_events")
    reading = time.perf_counter() - begun
    store.command("CREATE TABLE copied AS statistics")
    begun = time.perf_counter()
    store.command("INSERT INTO copied SELECT * EXCEPT (node, batch) FROM coarse_events")
    copying = time.perf_counter() - begun
    store.command("DROP TABLE copied SYNC")
    begun = time.perf_counter()
    closed(store, {(host, DAY): counted})
    seconds = time.perf_counter() - begun
    print(
        f"  closed in {seconds:.2f} s: {seconds / reading:.1f} times one reading of its rows "
        f"({reading:.2f} s), {seconds / copying:.1f} times one copy of them ({copying:.2f} s)"
    )
    show(store, "sums", "statistics", counted)
    same = by_topic(store) == before
    print(f"  totals of {len(before)} topics in every metric: {'equal' if same else 'DIFFER'}")
    assert same


def many_small_days(store: Store) -> None:
    """Close a little over a year of two small sites at once."""
    hosts = ("a.example", "b.example")
    days = [date(2025, 5, 1) + timedelta(days=n) for n in range(SMALL_DAYS)]
    for begin in range(0, SMALL_DAYS, 30):
        rows = [
            (host, day, "page", f"/{n}/", "", n, 1, 1, 0, bytes(16))
            for day in days[begin : begin + 30]
            for host in hosts
            for n in range(SMALL_ROWS)
        ]
        store.insert("coarse_events", COLUMNS, rows)
    wanted = {(host, day): SMALL_ROWS for host in hosts for day in days}
    begun, cpu = time.perf_counter(), time.process_time()
    closed(store, wanted)
    print(
        f"{len(wanted)} site-days of {SMALL_ROWS} rows closed in "
        f"{time.perf_counter() - begun:.1f} s ({time.process_time() - cpu:.1f} s of the processor)"
    )


def closed(store: Store, wanted: Mapping[SiteDay, int]) -> None:
    """Close *wanted*, given with their rows, as the job does."""
    days = Days(store)
    days.begin_closing(list(wanted))
    todays = {site: day + timedelta(days=1) for site, day in wanted}
    done = Closing(store, days, DayLocks(), Nothing()).sum_up(wanted, todays, quiet)
    assert sorted(done.closed) == sorted(wanted)


def another_day(store: Store, host: str) -> dict[SiteDay, int]:
    """Copy the rows of the day to the next one; return it, with how many there are."""
    after = DAY + timedelta(days=1)
    store.command(
        "INSERT INTO coarse_events SELECT * REPLACE (day + 1 AS day) FROM coarse_events AS c "
        "WHERE c.day = {day:Date}",
        {"day": DAY},
    )
    ((rows,),) = store.query(
        "SELECT count() FROM coarse_events WHERE day = {day:Date}", {"day": after}
    )
    assert rows
    return {(host, after): rows}


def filled(store: Store, hits: int) -> int:
    """Count a day of about *hits* in the pipeline; return how many page views it became."""
    place = a_place(hits)
    counting = counting_by(Settings())(place.site)
    counted = 0
    pages = sorted(hits_of(place, DAY, 1), key=lambda page: page.at)
    for batch in cut(pages, BATCHES):
        facts: list[Fact] = []
        for page in batch:
            taken = counting.pipeline.take(arrival_of(page, place.site.host))
            facts += taken.facts
        facts += counting.pipeline.tick(datetime.fromtimestamp(batch[-1].at, UTC))
        counted += sum(fact.views for fact in facts if fact.topic == "total")
        id_ = SystemRandomness().bytes(16)
        store.insert("coarse_events", COLUMNS, [(*fact, id_) for fact in summed(facts)])
    return counted


def cut(pages: Sequence[Page], parts: int) -> Iterator[Sequence[Page]]:
    """Yield *pages* in *parts* of about the same length."""
    for n in range(parts):
        if part := pages[n * len(pages) // parts : (n + 1) * len(pages) // parts]:
            yield part


def arrival_of(page: Page, host: str) -> Arrival:
    """Return *page* as it would have arrived."""
    return Arrival(
        site=host,
        at=datetime.fromtimestamp(page.at, UTC),
        network=page.network,
        agent=page.agent,
        language=page.language,
        url=page.url,
        referrer=page.referrer,
        width=page.width,
    )


def by_topic(store: Store) -> list[tuple[object, ...]]:
    """Return the totals that reports read, by topic."""
    return store.query(
        "SELECT topic, sum(views), sum(visits), sum(visitors), sum(events), "
        "uniqExact(value, value2) FROM facts_kept WHERE day = {day:Date} "
        "GROUP BY topic ORDER BY topic",
        {"day": DAY},
    )


def show(store: Store, what: str, table: str, counted: int) -> None:
    """Print how many rows *table* has and what they take on the disk."""
    ((rows, size),) = store.query(
        "SELECT sum(rows), sum(bytes_on_disk) FROM system.parts "
        "WHERE active AND database = currentDatabase() AND table = {table:String} "
        "AND partition = toString({day:Date})",
        {"table": table, "day": DAY},
    )
    print(f"  {what}: {rows:,} rows, {size / counted:.3f} bytes a page view ({size:,} bytes)")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else HITS))
