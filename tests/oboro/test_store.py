"""The store: rows in, rows out, one copy, no values in errors."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oboro.errors import UsageError
from oboro.settings import Settings
from oboro.store import Store, StoreError, StoreUnavailable

COLUMNS = ("site", "day", "outcome", "n", "batch")
ROW = ("example.jp", date(2026, 3, 4), "counted", 7, bytes(16))


def test_what_is_inserted_is_found(store: Store) -> None:
    store.insert("outcomes", COLUMNS, [ROW])
    assert store.query("SELECT site, day, outcome, n, batch FROM outcomes") == [ROW]


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


class Answer:
    """What a query returns."""

    result_rows = ((1,),)


class Handle:
    """A handle that tells when it is in use, and may be held there."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile
        self.closed = False

    def query(self, _sql: str, parameters: dict[str, Any]) -> Answer:
        self.meanwhile()
        return Answer()

    def close(self) -> None:
        self.closed = True


class Handles:
    """Makes handles and remembers them; *meanwhile* runs while one is in use."""

    def __init__(self) -> None:
        self.made: list[Handle] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self) -> Any:
        self.made.append(Handle(lambda: self.meanwhile()))
        return self.made[-1]


def test_callers_one_after_the_other_share_a_handle() -> None:
    handles = Handles()
    store = Store(handles)
    for _ in range(5):
        store.query("SELECT 1")
    assert len(handles.made) == 1


def test_callers_at_the_same_time_each_have_their_own() -> None:
    handles, together = Handles(), threading.Barrier(4)
    store = Store(handles)

    def meet() -> None:
        together.wait()

    handles.meanwhile = meet
    threads = [threading.Thread(target=store.query, args=("SELECT 1",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(handles.made) == 4


def test_a_closed_store_closes_its_handles_also_those_in_use() -> None:
    handles = Handles()
    store = Store(handles)
    handles.meanwhile = store.close
    store.query("SELECT 1")
    assert [handle.closed for handle in handles.made] == [True]
    with pytest.raises(StoreUnavailable):
        store.query("SELECT 1")


def test_a_store_that_cannot_be_reached_is_not_available(settings: Settings) -> None:
    away = Settings(store_url="http://127.0.0.1:9/", data_dir=settings.data_dir)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        Store.open(away)


def test_a_data_directory_whose_path_the_engine_would_misread_is_refused(
    settings: Settings,
) -> None:
    with pytest.raises(UsageError, match="question mark"):
        Store.open(Settings(data_dir=settings.data_dir / "a?b"))


def test_rows_are_inserted_without_loading_data_frames(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; "
        "from oboro.settings import Settings; from oboro.store import Store; "
        f"store = Store.open(Settings(data_dir=Path({str(tmp_path)!r}))); "
        "store.command('CREATE TABLE few (n UInt8) ENGINE = MergeTree ORDER BY n'); "
        "store.insert('few', ['n'], [(1,)]); store.close(); "
        "print('pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "False"
