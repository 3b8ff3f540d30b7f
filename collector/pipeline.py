"""A hit's way from arrival to facts, without touching disk or network.

Every arrival ends in exactly one outcome. What a hit changes in memory can be taken back, until
it is known that its facts are on the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Protocol

from collector.admission.rate import Rate
from collector.answers import Answers, VisitEnd
from collector.arrival import Arrival
from collector.changes import FOR_GOOD, Changes
from collector.coarse import Coarse
from collector.contributing import contributions_of
from collector.gathering import Gathering
from collector.hit_sums import CountedHit
from collector.kind import Kind
from collector.ledger import Ledger
from collector.live import Live
from collector.taken import Taken
from collector.topics import endings_of, pairs_ended, pairs_of
from collector.variety import Variety
from oboro.facts import Fact
from oboro.outcomes import Outcome
from oboro.sites import Site

_QUARTER = 900


class Coarsening(Protocol):
    """What makes coarse values of an arrival, for every arrival there can be."""

    def coarsen(self, arrival: Arrival, site: Site) -> Coarse:
        """Return all that is kept of *arrival* at *site*."""
        ...

    def page_of(self, arrival: Arrival, site: Site) -> str:
        """Return the page that *arrival* is about, as `coarsen` names it."""
        ...


class Sums(Protocol):
    """What adds up hits that are counted together."""

    def count(self, day: date, hour: int, coarse: Coarse, answers: Answers) -> None:
        """Add the singles of a hit, and what is known of visits it ended."""
        ...

    def add(self, facts: Iterable[Fact]) -> None:
        """Add *facts*."""
        ...


class Pipeline:
    """Admission, coarsening, ledger, topics and gathering, in this order."""

    def __init__(
        self,
        *,
        catalog_site_for: Callable[[str], Site | None],
        coarsener: Coarsening,
        admit: Callable[[Arrival, Site], Outcome | None],
        ledger: Ledger,
        gathering: Gathering,
        live: Live | None = None,
        closed: Callable[[str, date], bool] = lambda _site, _day: False,
        rate: Rate | None = None,
        variety: Variety | None = None,
    ) -> None:
        self._site_for = catalog_site_for
        self._coarsener = coarsener
        self._admit = admit
        self._ledger = ledger
        self._gathering = gathering
        self._live = live
        self._closed = closed
        self._rate = rate
        self._variety = variety
        self._local: dict[str, tuple[int, str, date, int]] = {}

    def take(self, arrival: Arrival) -> Taken:
        """Return the one outcome of *arrival*, and its facts if it is counted."""
        site = self._site_for(arrival.site)
        if site is None:
            day = arrival.at.astimezone(UTC).date()
            return Taken(Outcome.UNKNOWN_SITE, "", day, _nothing)
        day, hour = self._local_time(site, arrival.at)
        objection = self._admit(arrival, site)
        if objection is not None:
            return Taken(objection, site.host, day, _nothing)
        counted_on = self._ledger.day_at(site.host, arrival.at) or day
        if arrival.late or self._closed(site.host, counted_on):
            return Taken(Outcome.LATE, site.host, counted_on, _nothing)
        changes = Changes()
        if arrival.kind is Kind.ENGAGEMENT:
            self._engage(site, day, arrival, changes)
            return Taken(Outcome.ENGAGEMENT, site.host, counted_on, changes.undo)
        try:
            return self._counted(site, day, hour, arrival, changes)
        except BaseException:
            changes.undo()
            raise

    def take_into(self, arrival: Arrival, sums: Sums) -> str:
        """Count *arrival* in *sums*, which nothing can take back; return its one outcome.

        What `take` does for hits that need not be durable one by one, such as a log's.
        """
        site = self._site_for(arrival.site)
        if site is None:
            return Outcome.UNKNOWN_SITE
        local_day, hour = self._local_time(site, arrival.at)
        objection = self._admit(arrival, site)
        if objection is not None:
            return objection
        if arrival.kind is Kind.ENGAGEMENT:
            self._engage(site, local_day, arrival, FOR_GOOD)
            return Outcome.ENGAGEMENT
        coarse = self._coarsener.coarsen(arrival, site)
        day, answers = self._ledger.record(site, arrival, coarse, FOR_GOOD)
        sums.count(day, hour if day == local_day else 0, coarse, answers)
        lumps = self._gathering.add(site.host, day, pairs_of(coarse, answers), FOR_GOOD)
        if answers.ended:
            lumps += self._gathered(answers.ended, FOR_GOOD)
        if lumps:
            sums.add(lumps)
        return Outcome.COUNTED

    def tick(self, at: datetime) -> list[Fact]:
        """End the visits that are idle at *at* and the days that are over; return what ended."""
        return self.expire(at, Changes())

    def expire(self, at: datetime, changes: Changes) -> list[Fact]:
        """Do as `tick` does, in *changes* that can be taken back."""
        if self._live is not None:
            self._live.expire(at, changes)
        return self._over(self._ledger.expire(at, changes), changes)

    def end_day(self, site: str, day: date, changes: Changes) -> list[Fact]:
        """End all visits of *day* of *site*, in *changes*; return what ended."""
        return self._over(self._ledger.end_day(site, day, changes), changes)

    def stop(self, at: datetime) -> list[Fact]:
        """End all visits and drop what is gathering; return what ended."""
        changes = Changes()
        facts = self._over(self._ledger.expire(at, changes), changes)
        facts += self._over(self._ledger.end_all(changes), changes)
        self._gathering.keep(set())
        return facts

    def forget(self, arrival: Arrival) -> None:
        """Drop what the ledger knows of a visitor who objects, on every site."""
        self._ledger.forget(arrival.network, arrival.agent, arrival.language)

    def keep(self, site_hosts: Iterable[str]) -> None:
        """Drop all that is in memory of sites that are not among *site_hosts*."""
        kept = set(site_hosts)
        self._ledger.keep(kept)
        self._gathering.keep(kept)
        if self._variety is not None:
            self._variety.keep(kept)
        if self._live is not None:
            self._live.keep(kept)

    def _counted(
        self, site: Site, local_day: date, hour: int, arrival: Arrival, changes: Changes
    ) -> Taken:
        coarse = self._coarsener.coarsen(arrival, site)
        shown = self._shown(site.host, local_day, coarse)
        over_rate = self._rate is not None and self._rate.exceeds(arrival.network, arrival.at)
        if over_rate and shown.steps:
            # A step that is not counted is not taken: else the next one would count more visits.
            shown = replace(shown, steps=())
        day, answers = self._ledger.record(site, arrival, coarse, changes, shown)
        if day != local_day:
            # The clock was set back over midnight: the day that began goes on.
            hour = 0
        contributions = contributions_of(site.host, day, hour, coarse, answers)
        # Others share the limit, and change nothing of what this visitor contributes.
        if over_rate:
            return Taken(
                Outcome.RATE,
                site.host,
                day,
                changes.undo,
                more=self._over(answers.ended, changes),
                contributions=contributions,
            )
        more = self._over(answers.ended, changes) if answers.ended else []
        more += self._gathering.add(site.host, day, pairs_of(shown, answers), changes)
        if self._live is not None:
            self._live.add(site.host, arrival.at, int(coarse.view), changes)
        hit = CountedHit(site.host, day, hour, shown, answers)
        keys = 1 if answers.day_first else 0
        return Taken(Outcome.COUNTED, site.host, day, changes.undo, hit, more, keys, contributions)

    def _engage(self, site: Site, day: date, arrival: Arrival, changes: Changes) -> None:
        page = self._coarsener.page_of(arrival, site)
        if self._variety is not None:
            page = self._variety.shown_page(site.host, day, page)
        self._ledger.engage(site, arrival, page, changes)

    def _over(self, ended: Sequence[VisitEnd], changes: Changes) -> list[Fact]:
        return endings_of(ended) + self._gathered(ended, changes)

    def _gathered(self, ended: Sequence[VisitEnd], changes: Changes) -> list[Fact]:
        """Let gather how the pages of visits that are over were read; return the lumps."""
        return [
            lump
            for (site, day), pairs in pairs_ended(ended).items()
            for lump in self._gathering.add(site, day, pairs, changes)
        ]

    def _shown(self, site: str, day: date, coarse: Coarse) -> Coarse:
        return coarse if self._variety is None else self._variety.shown(site, day, coarse)

    def _local_time(self, site: Site, at: datetime) -> tuple[date, int]:
        # Looked up once a quarter of an hour, the step in which clocks of all zones are set.
        quarter = int(at.timestamp()) // _QUARTER
        known = self._local.get(site.host)
        if known is None or known[0] != quarter or known[1] != site.zone.key:
            wall = at.astimezone(site.zone)
            known = self._local[site.host] = (quarter, site.zone.key, wall.date(), wall.hour)
        return known[2], known[3]


def _nothing() -> None:
    """Take nothing back: a refusal changes nothing in memory."""
