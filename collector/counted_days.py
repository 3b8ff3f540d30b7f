"""The days that a collector counts: of which it forms contributions, and which miss something.

Both are noted on the disk before they matter, so that the next start knows what a kill lost.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Set
from datetime import datetime

from collector.day_marks import PARTIAL, VOID, DayMarks, SiteDay
from collector.forming import Forming
from collector.gathering import Gathering
from collector.ledger import Ledger
from oboro.clock import local_day
from oboro.journal import kind_and_place
from oboro.sites import Site
from oboro.workspace import Workspace

log = logging.getLogger("oboro.collector")


class CountedDays:
    """The days of one collector; blocking, for a thread of its own."""

    def __init__(
        self, workspace: Workspace, forming: Forming, ledger: Ledger, gathering: Gathering
    ) -> None:
        self._workspace = workspace
        self._forming = forming
        self._ledger = ledger
        self._gathering = gathering
        self._marks = DayMarks(workspace.store, workspace.settings.data_dir / "running")
        self._marked: set[tuple[str, SiteDay]] = set()
        self._counting = False

    def begin(self, void: Set[SiteDay], handed: Set[SiteDay] | None) -> None:
        """Begin to count: *void* days are marked, *handed* ones go on; None after a crash."""
        sites, now = self._workspace.catalog.sites(), self._workspace.clock.now()
        self._forming.begin(sites, now, handed or frozenset())
        self._counting = True
        self._marks.begin(sites, now, handed=handed is not None)
        # A crash may have come between the hit that found no room and the mark.
        self._marks.mark(void, VOID)

    def note_site(self) -> None:
        """Note the day of a site that was declared just now, so that its first visitor counts."""
        if not self._counting:
            return
        try:
            self._forming.note(self._workspace.catalog.sites(), self._workspace.clock.now())
        except OSError as error:
            log.error("a day could not be noted yet: %s", kind_and_place(error))

    def note(self) -> None:
        """Note the present days, and mark those for which there was no room."""
        sites, now = self._workspace.catalog.sites(), self._workspace.clock.now()
        self._forming.note(sites, now)
        self._marks.note(sites, now)
        # Nothing more is written of a site that is erased.
        declared = {site.host for site in sites}
        for state, full in ((VOID, self._ledger.full), (PARTIAL, self._gathering.full)):
            days = {
                day
                for day in tuple(full)
                if day[0] in declared and (state, day) not in self._marked
            }
            self._marks.mark(days, state)
            self._marked |= {(state, day) for day in days}

    def give_up_today(self) -> None:
        """Form no more contributions today: networks have moved from one collector to another.

        A visitor may have been counted by the one and would be counted by the other again.
        """
        sites, now = self._workspace.catalog.sites(), self._workspace.clock.now()
        self._forming.give_up(sites, now)
        self._marks.mark(_todays(sites, now), PARTIAL)

    def pass_on(self) -> None:
        """Begin no further day: a successor may be given what is in memory."""
        self._counting = False

    def end(self, now: datetime) -> None:
        """Mark the present day of every site: nothing more is contributed to it after a stop.

        It does not hang on who was there, since publications tell of the mark.
        """
        sites = self._workspace.catalog.sites()
        # If the store is away, the file has to name the day that the stop came on.
        self._marks.note((site for site in sites if not site.demonstration), now)
        self._marks.end(_todays(sites, now))


def _todays(sites: Iterable[Site], now: datetime) -> set[SiteDay]:
    """Return the present day of every site that counts real visitors."""
    return {(site.host, local_day(now, site.zone)) for site in sites if not site.demonstration}
