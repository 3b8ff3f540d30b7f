"""A store of an earlier version keeps every row through the step that cuts days by collector."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest

from oboro.migrate import migrate, migrations
from oboro.settings import Settings
from oboro.store import Store, _client, _where

DATABASE = "earlier"
DAY = date(2026, 3, 4)
STEP = next(step for step in migrations() if step.name == "0007_partitions_by_node.sql")
FACTS = (
    "site",
    "day",
    "topic",
    "value",
    "value2",
    "views",
    "visits",
    "visitors",
    "events",
    "batch",
)


@pytest.fixture
def earlier(settings: Settings, store: Store) -> Iterator[Store]:
    """A store as version 0006 left it, with rows in every table that is cut anew."""
    store.command(f"CREATE DATABASE {DATABASE}")
    with closing(Store(lambda: _client(_where(settings), DATABASE))) as opened:
        migrate(opened, steps=[step for step in migrations() if step.number < STEP.number])
        fact = ("example.jp", DAY, "total", "", "", 7, 3, 2, 0, bytes(range(16)))
        opened.insert("coarse_events", FACTS, [fact])
        opened.insert(
            "outcomes",
            ("site", "day", "outcome", "n", "batch"),
            [("example.jp", DAY, "bot", 5, bytes(16))],
        )
        opened.insert(
            "contributions",
            ("site", "day", "publication_table", "key", "n", "batch"),
            [("example.jp", DAY, "totals", "visitor-days", 2, bytes(16))],
        )
        # Left by a kill in the hourly job: the sums that were about to take the day's place.
        opened.command("CREATE TABLE compacting_coarse_events AS coarse_events")
        opened.insert("compacting_coarse_events", FACTS, [(*fact[:-1], bytes(16))])
        yield opened
    store.command(f"DROP DATABASE {DATABASE} SYNC")


def _figures(store: Store) -> list[tuple[object, ...]]:
    return store.query(
        "SELECT (SELECT sum(views) FROM facts_kept), (SELECT count() FROM coarse_events),"
        " (SELECT sum(n) FROM outcomes), (SELECT sum(n) FROM contributions),"
        " (SELECT sum(views) FROM compacting_coarse_events)"
    )


def test_every_row_is_kept_and_lies_by_the_one_collector_there_was(earlier: Store) -> None:
    migrate(earlier)

    assert _figures(earlier) == [(7, 1, 5, 2, 7)]
    row = earlier.query("SELECT node, batch FROM coarse_events")
    assert row == [("collector", bytes(range(16)))]
    keys = earlier.query(
        "SELECT DISTINCT partition_key FROM system.tables WHERE database = currentDatabase() "
        "AND name IN ('coarse_events', 'outcomes', 'contributions', 'compacting_coarse_events')"
    )
    assert keys == [("(day, node)",)]
    assert earlier.query("SHOW TABLES LIKE 'parted%'") == []


def test_a_kill_after_any_statement_is_made_good_by_the_next_start(earlier: Store) -> None:
    for ends in range(1, len(STEP.statements) + 1):
        if STEP.statements[ends - 1].startswith("CREATE"):
            continue  # as if it had come before: the next start makes the table again
        for statement in STEP.statements[:ends]:
            earlier.command(statement)
        assert _figures(earlier) == [(7, 1, 5, 2, 7)]
    migrate(earlier)
    assert _figures(earlier) == [(7, 1, 5, 2, 7)]
