"""Find the site-days that have contributions already, before a collector forms any.

`collector.forming` knows them by its file. This looks where they lie, for a file that was lost
and for a clock that was set back: nobody's day is counted twice, whatever files and clocks say.
"""

from __future__ import annotations

from typing import NamedTuple

from collector.day_marks import SiteDay
from collector.spooling.outbox import Outbox
from collector.spooling.tables import CONTRIBUTIONS
from oboro.contributions import VOID
from oboro.sql import load_sql
from oboro.store import Store


class Formed(NamedTuple):
    """Site-days with contributions, and those of them that must never be drawn."""

    days: set[SiteDay]
    void: set[SiteDay]


def formed_days(outbox: Outbox, store: Store) -> Formed:
    """Look where contributions lie.

    Not from the event loop's thread.
    """
    # In the order of their way, so that none is missed while it moves.
    spooled = outbox.site_days(CONTRIBUTIONS.name)
    stored = store.query(load_sql(__package__, "formed_days.sql"))
    found = {*spooled, *((site, day, table) for site, day, table in stored)}
    return Formed(
        {(site, day) for site, day, _ in found},
        {(site, day) for site, day, table in found if table == VOID},
    )
