"""The process that is killed while it closes days: ``fill``, ``close`` or ``read`` a directory.

``close`` says when it begins, and again after each day that it closed. ``read`` tells what reports
read, and how many days are closed.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path

import aggregator.closing
from aggregator.closing import Closing
from aggregator.day_state import DayState
from aggregator.days import Days
from oboro.day_locks import DayLocks
from oboro.facts import Fact
from oboro.opening import open_workspace
from oboro.settings import Settings
from oboro.store import Store
from tests.support.closing import Delivered
from tests.support.kept_facts import keep

HOSTS = ("a.example", "b.example")
DAYS = [date(2026, 2, 1) + timedelta(days=n) for n in range(24)]
WANTED = {(host, day): 40 for host in HOSTS for day in DAYS}


def facts() -> list[Fact]:
    """Return forty rows for each day, of twenty keys."""
    return [
        Fact(host, day, "page", f"/{n % 20}", "", n + 1, 1, 1, 0)
        for host, day in WANTED
        for n in range(40)
    ]


def tell(_what: str, done: int, _of: int) -> None:
    """Say how many site-days are done."""
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()


def close(store: Store) -> None:
    """Close what is open, one day after the other, as a job does after a start."""
    aggregator.closing.DAYS_AT_ONCE = 1
    days = Days(store)
    closing = Closing(store, days, DayLocks(), Delivered())
    tell("closing", 0, 0)
    if closing.drop_left_over():
        raise SystemExit("rows of a closed day differ from its sums")
    left = {key: n for key, n in WANTED.items() if days.state(*key) is not DayState.CLOSED}
    days.begin_closing(list(left))
    done = closing.sum_up(left, dict.fromkeys(HOSTS, date(2026, 3, 1)), tell)
    if done.differing:
        raise SystemExit("the sums of a day differ from its rows")


def read(store: Store) -> None:
    """Tell what reports read."""
    totals = store.query(
        "SELECT site, toString(day), count(), sum(views), sum(visits), uniqExact(value) "
        "FROM (SELECT site, day, value, sum(views) AS views, sum(visits) AS visits "
        "FROM facts_kept GROUP BY site, day, value) GROUP BY site, day ORDER BY site, day"
    )
    ((closed,),) = store.query(
        "SELECT uniqExact(site, day) FROM closed_days WHERE state = 'closed'"
    )
    ((rows,),) = store.query("SELECT count() FROM coarse_events")
    json.dump({"totals": totals, "closed": closed, "open_rows": rows}, sys.stdout)


def main(what: str, directory: Path) -> None:
    """Do *what* in *directory*."""
    with open_workspace(Settings(data_dir=directory)) as workspace:
        if what == "fill":
            keep(workspace.store, facts())
        elif what == "close":
            close(workspace.store)
        else:
            read(workspace.store)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
