"""Wait for statements that may still read the store as it was before a change."""

from __future__ import annotations

import time
from collections.abc import Callable

from oboro.errors import OboroError
from oboro.sql import load_sql
from oboro.store import Store

POLL_SECONDS = 0.005
PATIENCE_SECONDS = 60.0


def settle(
    store: Store,
    *,
    sleep: Callable[[float], None] = time.sleep,
    patience: float = PATIENCE_SECONDS,
) -> None:
    """Return once every statement that runs now has ended; those that begin later may go on.

    A statement reads the tables as they were when it began, one after the other. So whoever has
    changed one of two tables waits here before changing the other, and no statement can see the
    second change without the first. Raises an `OboroError` when one runs longer than *patience*
    seconds.
    """
    running = {row[0] for row in store.query(_sql("running"))}
    waited = 0.0
    while running:
        if waited >= patience:
            raise OboroError(
                f"a statement has been reading the store for over {patience:.0f} s; "
                "nothing was dropped, and this is tried again"
            )
        sleep(POLL_SECONDS)
        waited += POLL_SECONDS
        running &= {row[0] for row in store.query(_sql("running"))}


def _sql(name: str) -> str:
    return load_sql("aggregator.closed", f"{name}.sql")
