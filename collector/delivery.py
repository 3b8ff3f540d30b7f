"""Bring one sealed batch into the store exactly once, whatever the store forgets.

The store notes a token before it keeps the rows, so a token that was seen proves nothing; and
it may lose a token that it kept rows under. Only counting the batch's rows tells.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from collector.pace import Pace
from collector.spooling.batches import Batch
from collector.spooling.blobs import rows_in
from collector.spooling.outbox import Outbox
from collector.spooling.tables import TABLES
from oboro.sql import load_sql
from oboro.store import Store, StoreError

GENERATIONS = 5
"""How many tokens one attempt may use up before the store is left alone for a while."""

Row = tuple[Any, ...]


def rows_to_insert(batch: Batch, blob: bytes, node: str, pace: Pace) -> list[Row]:
    """Return the rows of *batch* as *node* writes them; `DamagedBlob` when they are not whole."""
    rows = rows_in(TABLES[batch.table], blob, sites=True)
    return [(row[0], batch.day, *row[1:], node, batch.id) for row in pace.over(rows)]


def deliver(batch: Batch, rows: list[Row], store: Store, outbox: Outbox) -> int:
    """Insert *rows* until the store holds them once; return how often it had lost or doubled them.

    The same token comes first, and only then the count: an earlier insert may still be running.
    """
    columns = TABLES[batch.table].columns
    for repairs in range(GENERATIONS):
        store.insert(batch.table, columns, rows, token=batch.token)
        found = count_in(store, batch)
        if found == batch.n:
            outbox.verify(batch)
            return repairs
        if found:
            # Not the rows of one insert: begin again from none.
            store.command(load_sql(__package__, "drop_batch.sql"), _of(batch))
        batch = outbox.next_generation(batch)
    raise StoreError(f"the store took a batch of {batch.table} and did not keep it as it was")


def count_in(store: Store, batch: Batch) -> int:
    """Return how many rows of *batch* the store holds."""
    return int(store.query(load_sql(__package__, "batch_count.sql"), _of(batch))[0][0])


def _of(batch: Batch) -> dict[str, str | date]:
    return {"table": batch.table, "day": batch.day, "batch": batch.id.hex()}
