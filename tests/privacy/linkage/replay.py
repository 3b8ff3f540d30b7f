"""Send a real log through the collector as if it came live, and remember what really happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from collector.arrival import Arrival
from collector.coarse import Mark
from collector.log_import.files import lines_of
from collector.log_import.line import LineReader
from collector.log_import.sieve import Page, Sieve, Tally
from collector.pipeline import Pipeline
from collector.spool import Entry, Spool
from oboro.clock import ManualClock
from oboro.facts import Fact
from oboro.outcomes import Outcome, OutcomeCount
from oboro.sites import Site
from tests.privacy.linkage.arrivals import mark_of
from tests.privacy.linkage.hits import FIRST_OF_DAY, FIRST_OF_VISIT, LATER, SURROUNDINGS, Profile
from tests.privacy.linkage.linker import Marked, Trail, trail

TICK = timedelta(seconds=10)
PATIENCE = timedelta(seconds=600)
WATCHED = timedelta(minutes=45)
"""How long after a hit ticks can still change anything: a visit ends after 30 idle minutes."""


class Seen(NamedTuple):
    """One counted page view, with what the test alone knows: whose it was."""

    day: date
    hour: int
    page: str
    profile: Profile
    source: str
    kind: str


Visitor = tuple[date, bytes, str, str]
"""A visitor-day: day, network, agent and language."""


@dataclass
class History:
    """What really happened, by visitor-day, in order: page views, and what else was told."""

    visitors: dict[Visitor, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    happened: dict[Visitor, list[Mark]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, arrivals: Iterable[Arrival], pipeline: Pipeline) -> History:
        """Return what *arrivals* are, without keeping anything of them."""
        history = cls()
        for arrival in arrivals:
            taken = pipeline.take(arrival)
            if taken.outcome == Outcome.COUNTED:
                history.note(arrival, taken.day, taken.facts)
        return history

    def note(self, arrival: Arrival, day: date, facts: Iterable[Fact]) -> None:
        """Note a counted page view, or what happened on a page."""
        visitor = (day, arrival.network, arrival.agent, arrival.language)
        mark = mark_of(arrival)
        if mark is not None:
            self.happened[visitor].append(mark)
            return
        told = {fact.topic: fact for fact in facts if not fact.value2}
        total = told["total"]
        self.visitors[visitor].append(
            Seen(
                day=day,
                hour=int(told["hour"].value),
                page=told["page"].value,
                profile=tuple(told[topic].value for topic in SURROUNDINGS),
                source=told["source"].value,
                kind=FIRST_OF_DAY if total.visitors else FIRST_OF_VISIT if total.visits else LATER,
            )
        )

    def trails(self) -> list[Trail]:
        """Return every visitor-day's trail."""
        return [trail(seen[0].day, (one.page for one in seen)) for seen in self.visitors.values()]

    def marked(self) -> list[Marked]:
        """Return every visitor-day's trail with what happened on it."""
        return [
            (trail(seen[0].day, (one.page for one in seen)), tuple(self.happened.get(visitor, ())))
            for visitor, seen in self.visitors.items()
        ]

    def views(self) -> list[Seen]:
        """Return every page view, as no order tells whose it was."""
        return sorted(one for seen in self.visitors.values() for one in seen)


def pages_of(log: Path, site: Site) -> list[Page]:
    """Return the lines of *log* that may count, in the order of their time."""
    sieve = Sieve(site, LineReader(), now=int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()))
    tally = Tally()
    found = (sieve.take(line, tally) for line in lines_of(log, lambda _bytes: None))
    return sorted((page for page in found if page is not None), key=lambda page: page.at)


async def replay(
    arrivals: Iterable[Arrival],
    pipeline: Pipeline,
    spool: Spool,
    clock: ManualClock,
    before_tick: Callable[[], None] | None,
) -> History:
    """Take *arrivals* by their own times; return what happened.

    *before_tick* is called each time before the spool is sealed; without it there is no sealing,
    and commits stay as they were made.
    """
    history = History()
    ticks = _Ticks(pipeline, spool, clock, before_tick)
    for arrival in arrivals:
        await ticks.until(arrival.at)
        clock.set(arrival.at)
        taken = pipeline.take(arrival)
        if taken.outcome in (Outcome.COUNTED, Outcome.ENGAGEMENT):
            outcome = OutcomeCount(taken.site, taken.day, taken.outcome, 1)
            entry = Entry(taken.facts, [outcome], taken.keys, taken.contributions)
            await spool.commit(entry, taken.undo)
            if taken.outcome == Outcome.COUNTED:
                history.note(arrival, taken.day, taken.facts)
            ticks.committed()
    await ticks.until(clock.now() + WATCHED)
    return history


def spread(pages: Iterable[Page]) -> list[Page]:
    """Spread *pages* evenly over their hours.

    The log at hand has all hits of an hour within its one minute; a site of that size is read
    all the time, and then far fewer visitors meet in a batch.
    """
    by_hour: dict[int, list[Page]] = defaultdict(list)
    for page in pages:
        by_hour[page.at // 3600].append(page)
    return [
        page._replace(at=hour * 3600 + place * 3600 // len(some))
        for hour, some in sorted(by_hour.items())
        for place, page in enumerate(some)
    ]


class _Ticks:
    """The server's ticks, left out where they could change nothing."""

    def __init__(
        self,
        pipeline: Pipeline,
        spool: Spool,
        clock: ManualClock,
        before: Callable[[], None] | None,
    ) -> None:
        self._pipeline = pipeline
        self._spool = spool
        self._clock = clock
        self._before = before
        self._watched_until = clock.now()
        self._new = False
        self._oldest: datetime | None = None

    def committed(self) -> None:
        """Note that the spool holds something new."""
        self._watched_until = self._clock.now() + WATCHED
        self._new = True
        self._oldest = self._oldest or self._clock.now()

    async def until(self, end: datetime) -> None:
        """Tick up to *end*."""
        while (after := self._clock.now() + TICK) < end:
            if after > self._watched_until:
                return
            self._clock.set(after)
            await self._tick(after)

    async def _tick(self, at: datetime) -> None:
        ends = self._pipeline.tick(at)
        if ends:
            await self._spool.commit(Entry(ends, []))
            self._new, self._oldest = True, self._oldest or at
        waited = self._oldest is not None and at - self._oldest >= PATIENCE
        if self._before is not None and (self._new or waited):
            self._before()
            await self._spool.seal()
            self._new = False
            if waited:
                self._oldest = None
