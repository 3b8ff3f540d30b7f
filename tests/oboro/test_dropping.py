"""Rows of some sites go, those of the others stay, whatever table and day they share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from oboro.dropping import drop_rows
from oboro.store import Store
from tests.support.workspace import NOON

DAY = NOON.date()
NEXT = DAY + timedelta(days=1)
ROWS: dict[str, tuple[tuple[str, ...], tuple[Any, ...]]] = {
    "coarse_events": (
        ("topic", "value", "value2", "views", "visits", "visitors", "events", "batch"),
        ("total", "", "", 1, 1, 1, 0, bytes(16)),
    ),
    "outcomes": (("outcome", "n", "batch"), ("counted", 1, bytes(16))),
    "statistics": (
        ("topic", "value", "value2", "views", "visits", "visitors", "events"),
        ("total", "", "", 1, 1, 1, 0),
    ),
    "contributions": (
        ("publication_table", "key", "n", "batch"),
        ("totals", "visitor-days", 1, bytes(16)),
    ),
}


def test_every_table_that_is_cut_into_days_is_tried_here(store: Store) -> None:
    found = store.query(
        "SELECT name FROM system.tables "
        "WHERE database = currentDatabase() AND partition_key LIKE '%day%' "
        "AND name NOT LIKE 'compacting%' ORDER BY name"
    )

    assert [name for (name,) in found] == sorted(ROWS)


@pytest.mark.parametrize("table", ROWS)
def test_only_the_rows_that_were_named_go(store: Store, table: str) -> None:
    columns, values = ROWS[table]
    kept = [(site, day) for day in (DAY, NEXT) for site in ("a.jp", "b.jp", "c.jp")]
    store.insert(table, ("site", "day", *columns), [(*key, *values) for key in kept])

    dropped = drop_rows(store, table, {DAY: ["b.jp", "none.jp"], NEXT: ["a.jp", "b.jp", "c.jp"]})

    assert dropped == {("b.jp", DAY): 1, **{(site, NEXT): 1 for site in ("a.jp", "b.jp", "c.jp")}}
    left = store.query(f"SELECT site, day FROM {table} ORDER BY site")  # noqa: S608  # a name above
    assert left == [("a.jp", DAY), ("c.jp", DAY)]
    staged = store.query("SELECT name FROM system.tables WHERE name LIKE 'dropping%'")
    assert staged == []
