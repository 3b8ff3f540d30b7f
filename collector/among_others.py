"""What a collector's memory and spool have to give up because others share its store.

Days are closed without one that was retired, sites are erased while it is stopped, and networks
move when one comes or goes. With the embedded store nothing of this happens.
"""

from __future__ import annotations

from collector.counted_days import CountedDays
from collector.day_marks import SiteDay
from collector.ingest import Ingest
from collector.ledger import Ledger
from collector.letting_go import LettingGo
from collector.looking_around import Duties, belong
from collector.membership import Membership
from collector.spool import Spool
from collector.spooling.outbox import Outbox
from collector.spooling.tables import OUTCOMES, TABLES
from collector.threads import run_through
from oboro.day_locks import DayLocks
from oboro.outcomes import Outcome
from oboro.rooms import closed_days_of
from oboro.workspace import Workspace


class AmongOthers:
    """One collector that has joined those on its store."""

    def __init__(
        self,
        workspace: Workspace,
        member: Membership,
        *,
        letting_go: LettingGo,
        spool: Spool,
        ingest: Ingest,
        ledger: Ledger,
        days: CountedDays,
        locks: DayLocks,
    ) -> None:
        self._workspace = workspace
        self._member = member
        self._letting_go = letting_go
        self._spool = spool
        self._ingest = ingest
        self._ledger = ledger
        self._days = days
        self._locks = locks

    def leave_out(self) -> None:
        """Take out of the spool what must not be delivered, before anything is; blocking."""
        if not self._workspace.runs_jobs:
            # Once more, now that others wait for this one: a site that was erased since the
            # server looked was erased without it.
            self._member.copy.take()
        if self._member.copy.taken:
            self._member.drop_undeclared(self._spool.outbox, self._locks)
        self._refuse()

    def reckon(self) -> None:
        """Give up today where networks moved before the start; blocking."""
        if self._member.has_to_reckon():
            self._days.give_up_today()
        # One that was retired may have been handed visits of days that were closed without it:
        # the first look ends them, and then notes all of it.
        if not self._member.reckoning.returned:
            self._member.reckoned()

    async def belong(self) -> None:
        """Do what the store asks of this collector, until cancelled."""
        duties = Duties(
            reckon=self._days.give_up_today,
            refuse_closed=self._refuse_closed,
            let_go=self._letting_go.let_go,
        )
        await belong(self._member, self._spool.outbox, self._locks, duties)

    async def _refuse_closed(self) -> None:
        """Give up all there is of days that were closed without this collector, also in memory."""
        closed = closed_days_of(self._workspace)
        if closed is not None:
            await run_through(closed.read_again)
            for site, day in closed.beyond():
                if self._ledger.has_day(site, day):
                    await self._ingest.end_day(site, day)
            await self._spool.wait_for_earlier()
            await run_through(self._refuse)
        await run_through(self._member.reckoning.refused)

    def _refuse(self) -> None:
        """Take out what the spool holds of days that were closed without this collector.

        Where it was never retired there is nothing: days that wait for it are not closed yet.
        """
        closed = closed_days_of(self._workspace)
        if closed is None:
            return
        closed.read_again()
        days = closed.beyond()
        if not self._member.reckoning.returned:
            days -= set(self._member.nodes.to_hand_in(self._member.name))
            days &= days_with_hits(self._spool.outbox)
        if days:
            self._spool.outbox.refuse(days)


def days_with_hits(outbox: Outbox) -> set[SiteDay]:
    """Return the days of which hits lie in the spool that were not refused as late already."""
    return {
        (site, day)
        for table in TABLES
        for site, day, label in outbox.site_days(table)
        if table != OUTCOMES.name or label == Outcome.COUNTED
    }
