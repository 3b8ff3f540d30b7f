"""Closed days with contributions in the store, as closing and the ledger leave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from aggregator.days import Days
from aggregator.publish.periods import Period
from oboro.contributions import VOID
from oboro.workspace import Workspace

JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))
"""Both are over on the fixtures' clock, whose day is 4 March 2026."""
SOME: Mapping[str, Mapping[str, int]] = {
    "totals": {"visitor-days": 20},
    "pages": {"/": 15, "/a": 9, "/unlisted": 3},
    "sources": {"(direct)": 12, "Google": 8},
    "countries": {"JP": 18, "(unknown)": 2},
    "browsers": {"Chrome": 12, "Safari": 8},
    "systems": {"Windows": 12, "iOS": 8},
    "devices": {"desktop": 12, "mobile": 8},
    "hours": {"09": 11, "17": 9},
    "languages": {"ja": 19, "en": 1},
}
"""What one day of twenty visitors adds."""


def contribute(
    workspace: Workspace,
    days: Iterable[date],
    counts: Mapping[str, Mapping[str, int]] = SOME,
    site: str = "example.jp",
) -> None:
    """Write *counts* as the contributions of each of *days*."""
    columns = ("site", "day", "publication_table", "key", "n", "batch")
    rows = [
        (site, day, table, key, n, bytes(16))
        for day in days
        for table, keys in counts.items()
        for key, n in keys.items()
    ]
    workspace.store.insert("contributions", columns, rows)


def make_void(workspace: Workspace, day: date, site: str = "example.jp") -> None:
    """Say of *day*, as the ledger does, that it must never be drawn."""
    contribute(workspace, [day], {VOID: {"": 1}}, site)


def mark(workspace: Workspace, day: date, state: str, label: str = "", node: str = "") -> None:
    """Mark *day* as a collector (a *node*) or an import does."""
    columns = ("site", "day", "node", "state", "label", "version")
    workspace.store.insert("days", columns, [("example.jp", day, node, state, label, 1)])


def close(workspace: Workspace, days: Iterable[date], site: str = "example.jp") -> None:
    """Close *days*, which hold no facts."""
    known = Days.of(workspace)
    keys = [(site, day) for day in days]
    known.begin_closing(keys)
    known.close(dict.fromkeys(keys, (0, 0)), {site: date(2026, 3, 4)})


def contributions_left(workspace: Workspace, site: str = "example.jp") -> int:
    """Return how many rows of contributions *site* has."""
    [(n,)] = workspace.store.query(
        "SELECT count() FROM contributions WHERE site = {site:String}", {"site": site}
    )
    return int(n)


def a_closed_month(workspace: Workspace, period: Period = FEBRUARY) -> None:
    """Have every day of *period* contributed to and closed."""
    contribute(workspace, period.days())
    close(workspace, period.days())
