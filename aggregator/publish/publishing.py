"""Publish a stretch of days of a site: draw what was not drawn, sign, attack, put in its place.

Everything that can be refused is refused before anything is spent. A run that was killed is gone
on with by the next one; what was published is returned as it is, byte for byte.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from aggregator.day_state import DayState
from aggregator.days import Days
from aggregator.disclosure.noise import draw
from aggregator.publish.budget import BudgetLedger, publication_of
from aggregator.publish.contributed import StoredContributions, void_days
from aggregator.publish.drawing import Drawing, PublicTable
from aggregator.publish.entries import Entry, Step
from aggregator.publish.issuing import Issuing, Published, included_days, is_kept, terms_of
from aggregator.publish.judging import Judged, KnownDays, Label, judge
from aggregator.publish.measured import check_mechanism
from aggregator.publish.minisign import SecretKey
from aggregator.publish.periods import Period, period_around, periods_of
from aggregator.publish.public_tables import public_tables
from aggregator.publish.signing import signing_key
from aggregator.publish.terms import TERMS, Terms
from oboro.clock import local_day
from oboro.day_locks import DayLocks
from oboro.errors import Conflict
from oboro.policy import policy_on
from oboro.rooms import Progress
from oboro.sites import Site
from oboro.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be published, and what may be left out of it or must be said with it."""

    site: Site
    first: date
    last: date
    label: Label = Label.NONE
    leave_out: bool = False
    pending: frozenset[date] = frozenset()
    """Days of which something is on its way to the store."""


@dataclass
class Publishing:
    """The one publisher of a process; every method is blocking, and one runs at a time."""

    workspace: Workspace
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, workspace: Workspace) -> Publishing:
        """Return the one object of *workspace*."""
        found = workspace.find(cls)
        if found is None:
            found = cls(workspace)
            workspace.offer(cls, found)
        return found

    def publish(self, asked: Asked, progress: Progress) -> Published:
        """Publish what is *asked*; the same again returns what was published.

        Raises a `Conflict` that names the day or the file when it cannot be, an `OboroError` when
        there is no key or no room; then nothing is spent, or the next run goes on from there.
        """
        with self._lock, closing(BudgetLedger.open(self._directory)) as ledger:
            return _Run(self.workspace, ledger, signing_key(self._directory), progress).run(asked)

    def known(self, site: str) -> list[Entry]:
        """Return the numbered publications of *site*, the first one first."""
        with self._lock, closing(BudgetLedger.open(self._directory)) as ledger:
            return ledger.publications(site)

    @property
    def _directory(self) -> Path:
        return self.workspace.settings.data_dir


class _Run:
    def __init__(
        self, workspace: Workspace, ledger: BudgetLedger, key: SecretKey, progress: Progress
    ) -> None:
        self._workspace = workspace
        self._directory = workspace.settings.data_dir
        self._ledger = ledger
        self._progress = progress
        self._days = Days.of(workspace)
        self._drawing = Drawing(
            ledger=ledger, directory=self._directory, noise=_noise, software=version("oboro")
        )
        self._issuing = Issuing(
            drawing=self._drawing,
            directory=self._directory,
            days=self._days,
            key=key,
            licence=workspace.settings.licence,
        )

    def run(self, asked: Asked) -> Published:
        stretch = Period(asked.first, asked.last)
        for entry in self._ledger.publications(asked.site.host):
            # A run before this one was killed: its number stands, and so must its bytes.
            if self._ledger.entry(entry.subject, Step.PUBLISHED) is None:
                self._issuing.put_out(entry)
        done = self._ledger.entry(publication_of(asked.site.host, stretch), Step.PUBLISHED)
        if done is not None:
            return self._issuing.put_out(done)
        periods = periods_of(*stretch, asked.site.policies)
        # Read before anything is spent: what is drawn is attacked together with all of them.
        earlier = self._issuing.earlier(asked.site.host)
        self._draw(asked, periods)
        return self._issuing.publication(asked.site.host, stretch, periods, earlier)

    def _draw(self, asked: Asked, periods: Sequence[Period]) -> None:
        """Draw what is not drawn of *periods*, once all of it is judged."""
        policy = policy_on(asked.first, asked.site.policies)
        terms = Terms.of(asked.site, policy)
        host = asked.site.host
        tables = {
            each: public_tables(self._workspace.catalog, host, each, policy) for each in periods
        }
        self._check_keys(host, tables)
        fresh = [each for each in periods if not self._drawing.is_begun(host, each)]
        self._check_terms(host, terms, periods, fresh)
        judged = {each: self._judged(asked, each) for each in fresh}
        if fresh:
            self._progress("measuring the noise", 0, 0)
            check_mechanism(policy, tables[fresh[0]])
        for number, period in enumerate(periods):
            self._progress("drawing", number, len(periods))
            found = judged.get(period)
            if found is None and not all(
                is_kept(self._days, host, day) for day in included_days(self._drawing, host, period)
            ):
                # Erased since its budget was spent: there is nothing left to draw from.
                self._drawing.give_up(host, period)
                continue
            contributed = StoredContributions(
                store=self._workspace.store,
                locks=_locks(self._workspace),
                site=host,
                period=period,
                included=found.included if found else included_days(self._drawing, host, period),
            )
            self._drawing.draw(
                host,
                period,
                policy,
                tables[period],
                contributed,
                _details(found, terms) if found else {},
            )
        self._progress("drawing", len(periods), len(periods))

    def _judged(self, asked: Asked, period: Period) -> Judged:
        host = asked.site.host
        receipts = self._days.receipts(host, *period)
        known = KnownDays(
            states={
                day: receipt.state
                for day, receipt in receipts.items()
                if receipt.state is not DayState.OPEN
            },
            open={each.day for each in self._days.open_days() if each.site == host} | asked.pending,
            qualities=self._days.qualities(host, *period),
            void=void_days(self._workspace.store, host, period),
            demonstration=asked.site.demonstration,
            today=local_day(self._workspace.clock.now(), asked.site.zone),
        )
        return judge(host, period, known, label=asked.label, leave_out=asked.leave_out)

    def _check_terms(
        self, host: str, now: Terms, periods: Sequence[Period], fresh: Sequence[Period]
    ) -> None:
        """Refuse, before anything is drawn, periods that would state different things."""
        of_each = [
            now if each in fresh else terms_of(self._drawing, host, each) for each in periods
        ]
        for period, terms in zip(periods, of_each, strict=True):
            if terms != of_each[0]:
                raise Conflict(
                    f"{host} was erased and declared anew in between: {period} and {periods[0]} "
                    "are not drawn under the same policy and zone; publish them apart"
                )

    def _check_keys(self, host: str, tables: Mapping[Period, Sequence[PublicTable]]) -> None:
        """Refuse, before anything is drawn, periods whose keys are not the same."""
        first: dict[str, PublicTable] = {}
        for period, some in tables.items():
            for table in some:
                known = first.setdefault(table.name, table)
                if (known.version, known.keys) != (table.version, table.keys):
                    raise Conflict(
                        f"the public keys of {table.name} of {host} are others from {period.first} "
                        f"on; publish the days before and from {period.first} apart"
                    )
        names = [{table.name for table in some} for some in tables.values()]
        if any(each != names[0] for each in names):
            raise Conflict(
                f"not all of the periods from {min(tables).first} on have the same tables of "
                f"{host}: keys were listed in between; publish them apart"
            )


def next_periods(site: Site, published: Sequence[Entry], today: date) -> list[Period]:
    """Return the periods that follow the last one *published* and are over before *today*."""
    if not published:
        return []
    last = max(entry.subject.last for entry in published)
    found = []
    while (period := period_around(date.fromordinal(last.toordinal() + 1), site.policies)).last < (
        today
    ):
        found.append(period)
        last = period.last
    return found


def _details(judged: Judged, terms: Terms) -> dict[str, Any]:
    """Return what is fixed when a period's budget is spent, for all that follows."""
    return {
        "gaps": judged.gaps,
        "included": [day.isoformat() for day in judged.included],
        "label": judged.label.value,
        TERMS: msgspec.to_builtins(terms),
    }


def _noise(counts: Sequence[int], l1: int, epsilon: Fraction) -> Sequence[int]:
    return draw(counts, l1=l1, epsilon=epsilon)


def _locks(workspace: Workspace) -> DayLocks:
    locks = workspace.find(DayLocks)
    if locks is None:
        locks = DayLocks()
        workspace.offer(DayLocks, locks)
    return locks
