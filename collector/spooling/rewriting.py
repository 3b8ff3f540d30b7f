"""Take rows out of batches that the store was not yet seen to hold, or had only just got."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date

from collector.spooling.blobs import DamagedBlob, pack, unpack
from collector.spooling.database import sql
from collector.spooling.tables import TABLES, Sums


def rewrite_batches(
    connection: sqlite3.Connection, left_of: Callable[[str, date, Sums], Sums | None]
) -> int:
    """Leave in each batch what *left_of* its table, day and rows returns; rows begin with a site.

    It returns None for a batch that stays as it is. Return the page views that were not verified
    and are gone. A verified batch that loses rows leaves the spool, or a start would bring them
    back. The others get a new generation: whatever was delivered of them is then counted as wrong,
    and delivered anew.
    """
    gone = 0
    batches = connection.execute(sql("batches_with_days")).fetchall()
    for id, state, kind, day, views, rows in batches:
        table = TABLES[kind]
        try:
            sums = unpack(table, rows, sites=True)
        except DamagedBlob:
            continue  # the writer sets it aside
        left = left_of(kind, date.fromisoformat(day), sums)
        if left is None:
            continue
        if state == "verified" or not left:
            connection.execute(sql("remove_batch"), {"id": id})
        else:
            changed = {"n": len(left), "views": table.views_by_site(left), "rows": pack(left)}
            connection.execute(sql("rewrite_batch"), {"id": id, **changed})
        if state == "sealed":
            gone += views - table.views_by_site(left)
    return gone
