"""Take hits as a collector does that crashes, fails to commit and is restarted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from collector.admission.rate import Rate
from collector.arrival import Arrival
from collector.changes import Changes
from collector.forming import Forming
from collector.gathering import Gathering
from collector.handover.state import Memory, packed, unpacked
from collector.ledger import Ledger
from collector.live import Live
from collector.pipeline import Pipeline
from collector.taken import Taken
from collector.variety import Variety
from oboro.clock import ManualClock
from oboro.contributions import PUBLICATION_TABLES, VOID, Contribution
from oboro.facts import OTHER
from oboro.outcomes import Outcome
from oboro.randomness import SystemRandomness
from oboro.sites import Site
from oboro.topics import OPEN_ATTRIBUTES
from tests.support.hits import PlainCoarsener

SiteDay = tuple[str, date]
Tables = dict[SiteDay, dict[str, Counter[str]]]
Met = tuple[str, str, datetime, str]
"""A limit, who met it, when and with which page."""


class Step(NamedTuple):
    """Hits that share one commit, *at* which it fails or not, and what happens after it.

    *then* is ``""``, ``"tick"``, ``"crash"``, ``"stop"`` or ``"hand over"``; *objects* says which
    of the visitors objects afterwards, if any.
    """

    at: datetime
    hits: tuple[Arrival, ...]
    fails: bool = False
    then: str = ""
    objects: Arrival | None = None


@dataclass
class Collector:
    """One collector after the other on one directory; *kept* is what reached the disk.

    *met* counts who met which of the limits that visitors share, or came back after a restart.
    """

    site: Site
    directory: Path
    capacity: int = 1000
    network_hits: int = 1000
    distinct_values: int = 1000
    admit: Callable[[Arrival, Site], Outcome | None] = lambda _arrival, _site: None
    kept: Counter[tuple[str, date, str, str]] = field(default_factory=Counter)
    met: Counter[Met] = field(default_factory=Counter)
    _shown: set[tuple[str, date, str, str]] = field(default_factory=set)
    _before: set[str] = field(default_factory=set)
    _here: set[str] = field(default_factory=set)

    def run(self, steps: Iterable[Step]) -> Tables:
        """Do *steps*; return what is kept by site-day and table."""
        begun = False
        for step in steps:
            if not begun:
                self._start(step.at)
                begun = True
            self._do(step)
            if step.then in ("crash", "stop"):
                self._start(step.at)
            if step.then == "hand over":
                self._start(step.at, packed(self._memory, self._forming.formed()))
        return self.tables()

    def tables(self) -> Tables:
        """Return what is kept, by site-day and table."""
        found: Tables = {}
        for (site, day, table, key), n in self.kept.items():
            found.setdefault((site, day), {}).setdefault(table, Counter())[key] += n
        return found

    def _start(self, at: datetime, handed: bytes | None = None) -> None:
        self._forming = Forming(self.directory / "forming")
        self._ledger = Ledger(
            randomness=SystemRandomness(), capacity=self.capacity, forms=self._forming.forms
        )
        self._ledger.withhold({place[:2] for place in self.kept})
        variety = Variety(self.distinct_values)
        for site, day, topic, value in self._shown:
            variety.remember(site, day, topic, [value])
        self._before |= self._here
        gathering, live = Gathering(), Live(ManualClock(at), self._ledger)
        self._memory = Memory(self._ledger, gathering, variety, live)
        days = frozenset() if handed is None else unpacked(handed, self._memory)
        self._forming.begin([self.site], at, days)
        self._pipeline = Pipeline(
            catalog_site_for=lambda _host: self.site,
            coarsener=PlainCoarsener(),
            admit=self.admit,
            ledger=self._ledger,
            gathering=gathering,
            rate=Rate(self.network_hits),
            variety=variety,
        )

    def _do(self, step: Step) -> None:
        taken = []
        for arrival in step.hits:
            taken.append(self._pipeline.take(arrival))
            self._note(arrival, taken[-1])
        if step.fails:
            for one in reversed(taken):
                one.undo()
        else:
            self._keep([row for one in taken for row in one.contributions])
            self._shown |= {
                (fact.site, fact.day, fact.topic, fact.value)
                for one in taken
                for fact in one.facts
                if fact.topic in OPEN_ATTRIBUTES
            }
        if step.objects is not None:
            self._pipeline.forget(step.objects)
        if step.then == "tick":
            self._pipeline.expire(step.at, Changes())
            self._forming.note([self.site], step.at)
        if step.then == "stop":
            self._pipeline.stop(step.at)

    def _note(self, arrival: Arrival, taken: Taken) -> None:
        if taken.outcome not in (Outcome.COUNTED, Outcome.RATE):
            return
        limits = {
            "rate": taken.outcome is Outcome.RATE,
            "top-K": any(fact.value == OTHER for fact in taken.facts),
            "capacity": any(row.table == VOID for row in taken.contributions),
            "restart": arrival.agent in self._before,
        }
        self._here.add(arrival.agent)
        for limit, is_met in limits.items():
            self.met[limit, arrival.agent, arrival.at, arrival.url] += is_met

    def _keep(self, rows: Sequence[Contribution]) -> None:
        for site, day, table, key, n in rows:
            self.kept[site, day, table, key] += n


def bound_broken(one: Tables, other: Tables, distinct: int) -> list[str]:
    """Return where *one* and *other* differ by more than one visitor's day may make them differ.

    Days that are void in either are never drawn and are left out.
    """
    broken = []
    for site_day in one.keys() | other.keys():
        some, others = one.get(site_day, {}), other.get(site_day, {})
        if not (has_bound(some) and has_bound(others)):
            continue
        for table in (some.keys() | others.keys()) - {VOID}:
            differing = Counter(some.get(table))
            differing.subtract(others.get(table, Counter()))
            sizes = [abs(n) for n in differing.values() if n]
            if len(sizes) > PUBLICATION_TABLES[table].l0(distinct) or max(sizes, default=0) > 1:
                broken.append(f"{table} of {site_day[1]}: {dict(differing)}")
    return broken


def has_bound(of_day: dict[str, Counter[str]]) -> bool:
    """Tell whether a day with these tables may be drawn."""
    return VOID not in of_day


def later(at: datetime, minutes: int) -> datetime:
    """Return *minutes* after *at*."""
    return at + timedelta(minutes=minutes)
