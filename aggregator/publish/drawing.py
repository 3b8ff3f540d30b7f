"""Draw the tables of one period, each once, whatever is killed when.

The steps: the budget is reserved for all tables, in one transaction; then for each table its room
on the disk is taken, ``drawing`` is entered, noise is drawn, the draw is stored, ``drawn`` is
entered. What is found between the last three after a crash decides what is left to do: a stored
draw is taken as it is, a missing one was lost and is burned. Last, the contributions are deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import msgspec

from aggregator.publish.budget import BudgetLedger, subject_of, whole_period
from aggregator.publish.draws import Draw, digest, path_of, room_for_draw, written
from aggregator.publish.entries import Step, Subject
from aggregator.publish.periods import Period
from oboro.contributions import L_INFINITY, PUBLICATION_TABLES
from oboro.errors import OboroError
from oboro.policy import PublicationPolicy

Noise = Callable[[Sequence[int], int, Fraction], Sequence[int]]
"""Adds noise to counts, given their L1 sensitivity and the epsilon to spend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTable:
    """A table that is to be drawn: its name, its public keys in order, and where they come from."""

    name: str
    kind: str
    keys: tuple[str, ...]
    version: int
    listed_on: str | None


class Contributed(Protocol):
    """What was contributed on closed days of a site; it does not change any more."""

    def counts(self, table: str, keys: Sequence[str]) -> Sequence[int]:
        """Return the sums over the period's days under each of *keys*, all else under other."""
        ...

    def clear(self) -> None:
        """Delete all that was contributed on the period's days; twice is as good as once."""
        ...


class LedgerBehind(OboroError):
    """There are stored draws that the budget ledger does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Draws periods into the data *directory*, under the eyes of the *ledger*."""

    ledger: BudgetLedger
    directory: Path
    noise: Noise
    software: str

    def is_begun(self, site: str, period: Period) -> bool:
        """Tell whether anything of *period* was reserved."""
        return bool(self.ledger.reserved(site, period))

    def draw(
        self,
        site: str,
        period: Period,
        policy: PublicationPolicy,
        tables: Sequence[PublicTable],
        contributed: Contributed,
        details: Mapping[str, Any],
    ) -> None:
        """Draw *tables* for *period* unless they are drawn already, then clear what they were from.

        *details* are kept with the budget that is spent (which days are left out, and why); what
        was kept then stays so. Raises a `Conflict` when the budget does not allow it.
        """
        self._reserve(site, period, policy, tables, details)
        by_name = {table.name: table for table in tables}
        for name in self.ledger.reserved(site, period):
            subject = subject_of(site, name, period)
            reserved = self.ledger.entry(subject, Step.RESERVED)
            assert reserved is not None  # it is one of those reserved
            if name in by_name and reserved.details["epsilon"] == str(policy.epsilon_of(name)):
                self._draw_once(subject, policy, by_name[name], contributed)
            else:
                # The site was declared anew in between, and not as it was when this was spent.
                self._burn(subject)
        if self.ledger.entry(whole_period(site, period), Step.CLEARED) is None:
            contributed.clear()
            self.ledger.note(whole_period(site, period), Step.CLEARED)

    def give_up(self, site: str, period: Period) -> None:
        """Burn what of *period* was spent and is not drawn, since what it was from is gone."""
        for name in self.ledger.reserved(site, period):
            self._burn(subject_of(site, name, period))

    def detail(self, site: str, period: Period, name: str) -> Any:
        """Return one of the details that were kept when the budget of *period* was spent."""
        first = self.ledger.reserved(site, period)[0]
        entry = self.ledger.entry(subject_of(site, first, period), Step.RESERVED)
        assert entry is not None  # it is one of those reserved
        return entry.details[name]

    def _reserve(
        self,
        site: str,
        period: Period,
        policy: PublicationPolicy,
        tables: Sequence[PublicTable],
        details: Mapping[str, Any],
    ) -> None:
        if not self.is_begun(site, period):
            for table in tables:
                if (path := path_of(self.directory, subject_of(site, table.name, period))).exists():
                    raise LedgerBehind(
                        f"{path} was drawn, and the budget ledger does not know of it: an old copy "
                        "of budget.db was put back. Put the newest in its place; nothing was drawn"
                    )
        self.ledger.reserve(
            site,
            period,
            {table.name: policy.epsilon_of(table.name) for table in tables},
            cap=policy.epsilon,
            details={**details, "policy_version": policy.version},
        )

    def _draw_once(
        self,
        subject: Subject,
        policy: PublicationPolicy,
        table: PublicTable,
        contributed: Contributed,
    ) -> None:
        path = path_of(self.directory, subject)
        if self._is_settled(subject, path):
            return
        l0 = PUBLICATION_TABLES[table.name].l0(policy.distinct)
        epsilon = policy.epsilon_of(table.name)
        counts = contributed.counts(table.name, table.keys)
        empty = Draw(
            site=subject.site,
            table=table.name,
            first=subject.first.isoformat(),
            last=subject.last.isoformat(),
            policy_version=policy.version,
            l0=l0,
            epsilon=str(epsilon),
            scale=str(l0 * L_INFINITY / epsilon),
            key_kind="listed" if table.kind == "listed" else "closed",
            key_version=table.version,
            listed_on=table.listed_on,
            software=self.software,
            keys=table.keys,
            draws=(),
        )
        with room_for_draw(path, empty, table.keys) as room:
            self.ledger.note(subject, Step.DRAWING)
            noisy = tuple(self.noise(counts, l0 * L_INFINITY, epsilon))
            content = written(msgspec.structs.replace(empty, draws=noisy))
            room.fill(content)
        self.ledger.note(subject, Step.DRAWN, sha256=digest(content))

    def _burn(self, subject: Subject) -> None:
        if not self._is_settled(subject, path_of(self.directory, subject)):
            self.ledger.note(subject, Step.BURNED)

    def _is_settled(self, subject: Subject, path: Path) -> bool:
        """Tell whether *subject* is drawn or lost; decide it first where a crash left it open."""
        if self.ledger.entry(subject, Step.DRAWN) or self.ledger.entry(subject, Step.BURNED):
            return True
        if self.ledger.entry(subject, Step.DRAWING) is None:
            return False
        if path.exists():
            # It was put in its place whole: only the entry is missing.
            self.ledger.note(subject, Step.DRAWN, sha256=digest(path.read_bytes()))
        else:
            self.ledger.note(subject, Step.BURNED)
        return True
