"""What an operator has to see to: days of a site that could not be closed, or be published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from aggregator.jobs import Alarm, Jobs
from oboro.sites import Site
from oboro.stretches import stretches
from oboro.workspace import Workspace

WORDED = ("not-closed", "not-published", "left-over", "node-silent", "failed")
"""Codes that have words of their own; what another one is about is told by ``oboro jobs``."""
OTHER = "other"
MOST_SHOWN = 6
"""Stretches of one kind that are shown, the newest; how many more there are is told beside them."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of trouble, with the stretches of days that it has befallen."""

    kind: str
    days: Sequence[tuple[date, date]]

    @property
    def newest(self) -> Sequence[tuple[date, date]]:
        """The stretches that are shown."""
        return self.days[-MOST_SHOWN:]

    @property
    def earlier(self) -> int:
        """How many stretches before these are not shown."""
        return len(self.days) - len(self.newest)


def alarms_of(workspace: Workspace, site: Site) -> list[Notice]:
    """Return the alarms of *site* and those of no site in particular; blocking."""
    alarms = Jobs.of(workspace).alarms()
    return noticed(alarm for alarm in alarms if alarm.failure.site in ("", site.host))


def noticed(alarms: Iterable[Alarm]) -> list[Notice]:
    """Sum up *alarms* by kind, in the order of their days."""
    by_kind: dict[str, set[date]] = {}
    for alarm in alarms:
        kind = alarm.failure.code if alarm.failure.code in WORDED else OTHER
        days = by_kind.setdefault(kind, set())
        if alarm.failure.day:
            days.add(alarm.failure.day)
    return [Notice(kind, stretches(days)) for kind, days in by_kind.items()]
