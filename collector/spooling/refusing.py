"""Take out rows of days that were closed without them, and have their hits counted as late."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import date

from collector.spooling.blobs import DamagedBlob, pack, unpack
from collector.spooling.database import sql
from collector.spooling.rewriting import rewrite_batches
from collector.spooling.tables import OUTCOMES, TABLES, Labels, Sums, add_up
from oboro.outcomes import Outcome

SiteDay = tuple[str, date]


def refuse_days(connection: sqlite3.Connection, closed: Collection[SiteDay]) -> int:
    """Take out what lies here of *closed*; return the page views that were not verified."""
    return _refuse_commits(connection, closed) + _refuse_batches(connection, closed)


def _refuse_commits(connection: sqlite3.Connection, closed: Collection[SiteDay]) -> int:
    gone = 0
    # A site closes a day every day: far more of them than the spool has.
    for site, of_day in connection.execute(sql("site_days")).fetchall():
        day = date.fromisoformat(of_day)
        if (site, day) not in closed:
            continue
        for kind, key, views, rows in connection.execute(
            sql("commits_of_day"), {"site": site, "day": day.isoformat()}
        ).fetchall():
            which = {"site": site, "day": day.isoformat(), "kind": kind, "key": key}
            try:
                sums = unpack(TABLES[kind], rows)
            except DamagedBlob:
                continue  # sealing sets it aside
            if kind == OUTCOMES.name:
                late = pack(_late(sums, at=0))
                connection.execute(sql("rewrite_commit"), {**which, "rows": late})
            else:
                connection.execute(sql("remove_commit"), which)
                gone += views
    return gone


def _refuse_batches(connection: sqlite3.Connection, closed: Collection[SiteDay]) -> int:
    """Do the same in batches, which hold rows of several sites."""

    def left_of(kind: str, day: date, sums: Sums) -> Sums | None:
        late = {labels: n for labels, n in sums.items() if (labels[0], day) in closed}
        if not late:
            return None
        left = {labels: n for labels, n in sums.items() if labels not in late}
        if kind == OUTCOMES.name:
            left = add_up([*left.items(), *_late(late, at=1).items()])
        return left

    return rewrite_batches(connection, left_of)


def _late(sums: Sums, *, at: int) -> Sums:
    """Return outcomes with those that were counted told as late; *at* is the place of the label."""

    def told(labels: Labels) -> Labels:
        if labels[at] != Outcome.COUNTED:
            return labels
        return (*labels[:at], str(Outcome.LATE), *labels[at + 1 :])

    return add_up((told(labels), counts) for labels, counts in sums.items())
