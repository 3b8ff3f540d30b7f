"""Tell which days may have rows that the store does not hold yet."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import date

from collector.spool import spool_path
from collector.spooling.database import open_reader
from oboro.settings import Settings
from oboro.sql import load_sql


def waiting_days(settings: Settings, site: str, days: Iterable[date]) -> list[date]:
    """Return those of *days* that the spool has something of, whether a server runs or not."""
    path = spool_path(settings)
    if not path.exists():
        return []
    with closing(open_reader(path)) as reader:
        rows = reader.execute(load_sql(__package__, "waiting_days.sql"), {"site": site})
        waiting = {date.fromisoformat(row[0]) for row in rows}
    return sorted(waiting & set(days))
