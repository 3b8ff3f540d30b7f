"""Send the pages of a log through the pipeline by the log's own clock, in the order of time.

Logs are nearly sorted only: a server writes a line when the answer ends, and rotated files come
in any order. So the lines are put in order before they are replayed, by a stable sort of all of
them while they fit into memory; a larger log is read again in stretches of whole hours, each
sorted by itself. Nothing but facts ever leaves the memory on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter

from collector.arrival import Arrival
from collector.kind import Kind
from collector.log_import.day_sums import DaySums, SummedDay
from collector.log_import.sieve import Days, Page, Tally
from collector.pipeline import Pipeline
from oboro.clock import day_begins
from oboro.sites import Site

HOUR = 3600
_TICK_SECONDS = 3600
_IN_ORDER = itemgetter(0)


class Replay:
    """One site's log on its way through a pipeline of its own."""

    def __init__(
        self, site: Site, pipeline: Pipeline, tally: Tally, *, distinct_values: int = 10_000
    ) -> None:
        self._site = site
        self._pipeline = pipeline
        self._tally = tally
        self._days = Days(site.zone)
        self._sums = DaySums(site.host, distinct_values)
        self._next_tick = 0
        self._left: set[date] = set()
        self.replayed = 0
        """How many pages are through."""

    def take(self, pages: list[Page]) -> Iterator[SummedDay]:
        """Replay *pages*, none of which is older than those before; yields days that are over."""
        pages.sort(key=_IN_ORDER)
        take, sums = self._pipeline.take_into, self._sums
        host, count, day_of = self._site.host, self._tally.add, self._days.of
        before = self.replayed
        for number, page in enumerate(pages):
            at, network, agent, url, referrer, language, width, engaged, scroll, event = page
            if at >= self._next_tick:
                self.replayed = before + number
                yield from self._tick(at)
            moment = datetime.fromtimestamp(at, UTC)
            arrival = Arrival(
                site=host,
                at=moment,
                network=network,
                agent=agent,
                language=language,
                url=url,
                referrer=referrer,
                width=width,
                kind=Kind.ENGAGEMENT if scroll else Kind.VIEW,
                engaged=engaged,
                scroll=scroll,
            )
            if event is not None:
                arrival = replace(arrival, kind=Kind.EVENT, name=event.name, props=event.props)
            count(take(arrival, sums), day_of(at))
        self.replayed = before + len(pages)

    def end(self) -> Iterator[SummedDay]:
        """End every visit, drop what is still gathering, and yield the days that are left."""
        self._sums.add(self._pipeline.stop(datetime.fromtimestamp(self._next_tick, UTC)))
        # Days of which every line was refused have outcomes only.
        for day in sorted({*self._sums.days(), *self._tally.by_day} - self._left):
            yield self._leave(day)

    def _tick(self, at: int) -> Iterator[SummedDay]:
        moment = datetime.fromtimestamp(at, UTC)
        self._sums.add(self._pipeline.tick(moment))
        self._next_tick = at + _TICK_SECONDS
        today = self._days.of(at)
        midnight = day_begins(today + timedelta(days=1), self._site.zone).timestamp()
        self._next_tick = min(self._next_tick, int(midnight))
        for day in self._sums.days():
            if day < today:
                yield self._leave(day)

    def _leave(self, day: date) -> SummedDay:
        self._left.add(day)
        return self._sums.leave(day, self._tally.by_day.get(day, Counter()))


def stretches(by_hour: Mapping[int, int], at_once: int) -> list[range]:
    """Cut the hours of a log into stretches of at most *at_once* pages, in seconds since 1970.

    An hour is never cut, however full.

    >>> stretches({0: 2, 1: 2, 5: 3}, 4)
    [range(0, 7200), range(18000, 21600)]
    """
    cut: list[range] = []
    held = 0
    for hour, pages in sorted(by_hour.items()):
        if not cut or held + pages > at_once:
            cut.append(range(hour * HOUR, (hour + 1) * HOUR))
            held = pages
        else:
            cut[-1] = range(cut[-1].start, (hour + 1) * HOUR)
            held += pages
    return cut


def within(pages: Iterable[Page], stretch: range) -> list[Page]:
    """Return those of *pages* that lie in *stretch*."""
    return [page for page in pages if stretch.start <= page.at < stretch.stop]
