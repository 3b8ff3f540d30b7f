"""The store: rows in, rows out, one copy, no values in errors."""

from __future__ import annotations

from datetime import date

import pytest

from oboro.store import Store, StoreError

COLUMNS = ("site", "day", "outcome", "n", "batch")
ROW = ("example.jp", date(2026, 3, 4), "counted", 7, bytes(16))


def test_what_is_inserted_is_found(store: Store) -> None:
    store.insert("outcomes", COLUMNS, [ROW])
    assert store.query("SELECT * FROM outcomes") == [ROW]


def test_the_store_is_empty_again_in_the_next_test(store: Store) -> None:
    assert store.query("SELECT * FROM outcomes") == []


def test_a_second_insert_with_the_same_token_is_forgotten(store: Store) -> None:
    for _ in range(2):
        store.insert("outcomes", COLUMNS, [ROW], token="one")
    assert store.query("SELECT count() FROM outcomes") == [(1,)]


def test_parameters_travel_beside_the_statement(store: Store) -> None:
    hostile = "'; DROP TABLE outcomes; --"
    assert store.query("SELECT {x:String}", {"x": hostile}) == [(hostile,)]


def test_a_refused_insert_does_not_quote_the_row(store: Store) -> None:
    row = ("example.jp", date(2026, 3, 4), "counted", "sentinel", bytes(16))
    with pytest.raises(StoreError) as caught:
        store.insert("outcomes", COLUMNS, [row])
    assert "outcomes" in str(caught.value)
    assert "sentinel" not in str(caught.value)
    assert caught.value.__cause__ is None
