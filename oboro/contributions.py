"""The publication tables, and what one ledger-key day may add to each of them.

Publications are made from contributions only. A contribution says that one visitor's day is
counted under one key of one table; it is formed in the collector's memory before anything that
visitors share, so that a whole day of one visitor, added or removed, changes each table by at
most the bound that stands here. The collector, the aggregator and the pages share this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Bound(StrEnum):
    """Under how many keys of a table one ledger-key day is counted; once under each (L∞ = 1)."""

    ONCE = "once"
    """Under one key: that of the day's first hit (L0 = 1)."""
    DISTINCT = "distinct"
    """Under the first K different keys of the day (L0 = K, which the site's policy sets)."""


class Keys(StrEnum):
    """Where the public keys of a table come from; never from what was counted."""

    CLOSED = "closed"
    """A list that ships with the program and is the same for every site."""
    LISTED = "listed"
    """A list that the operator gives, dated before the first day it is used for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationTable:
    """One table of a publication: one attribute, its public keys, its bound.

    *topic* names the attribute as `oboro.topics` does; it is empty for the site as a whole,
    whose only key is `TOTAL_KEY`.
    """

    name: str
    topic: str
    bound: Bound
    keys: Keys
    purpose: str

    def l0(self, distinct: int) -> int:
        """Return the most keys that one ledger-key day is counted under; *distinct* is K."""
        return 1 if self.bound is Bound.ONCE else distinct


L_INFINITY = 1
"""The most that one ledger-key day adds to one key of any table."""
TOTAL_KEY = "visitor-days"
"""The one key of the table of totals."""
VOID = "(void)"
"""Stands in the place of a table's name in rows which say that the day must never be drawn.

There was no room in memory for somebody, so who was counted depended on who came before. The row
is kept with the hit that found no room, hence before any mark of the day could be lost.
"""


class Contribution(NamedTuple):
    """How many ledger-key days of *site* on *day* are counted under *key* of *table*."""

    site: str
    day: date
    table: str
    key: str
    n: int


def _once(name: str, topic: str, keys: Keys, purpose: str) -> PublicationTable:
    return PublicationTable(name=name, topic=topic, bound=Bound.ONCE, keys=keys, purpose=purpose)


PUBLICATION_TABLES: Mapping[str, PublicationTable] = {
    table.name: table
    for table in (
        _once("totals", "", Keys.CLOSED, "how many visitor-days the site had"),
        PublicationTable(
            name="pages",
            topic="page",
            bound=Bound.DISTINCT,
            keys=Keys.LISTED,
            purpose="on how many visitor-days each listed page was read",
        ),
        _once("sources", "source", Keys.CLOSED, "which places visitor-days began from"),
        _once("countries", "country", Keys.CLOSED, "from which countries the site was read"),
        _once("browsers", "browser", Keys.CLOSED, "with which browsers the site was read"),
        _once("systems", "os", Keys.CLOSED, "on which operating systems the site was read"),
        _once("devices", "device", Keys.CLOSED, "on which kinds of devices the site was read"),
        _once("hours", "hour", Keys.CLOSED, "at which hour visitor-days began"),
        _once("languages", "language", Keys.CLOSED, "which languages readers prefer"),
    )
}
"""In the order in which they are published."""
