"""Before a change that must not overtake another, statements that began earlier are waited for."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from aggregator.settling import POLL_SECONDS, settle
from oboro.errors import OboroError
from oboro.store import Store

SLOW = "SELECT sum(sleepEachRow(0.1)) FROM numbers(5) SETTINGS max_block_size = 1"
RUNS = "SELECT 1 FROM system.processes WHERE query LIKE '%sleepEachRow%' AND query_id != queryID()"


def test_a_statement_that_runs_is_waited_for(store: Store) -> None:
    reader = threading.Thread(target=store.query, args=(SLOW,))
    reader.start()
    while not store.query(RUNS):
        pass
    settle(store)
    assert store.query(RUNS) == []
    reader.join()


class Running(Store):
    """A store in which, look by look, certain statements run."""

    def __init__(self, *looks: set[str]) -> None:
        self._looks = list(looks)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        looks = self._looks
        return [(id_,) for id_ in (looks.pop(0) if len(looks) > 1 else looks[0])]


def test_statements_that_begin_later_are_not_waited_for() -> None:
    pauses: list[float] = []
    store = Running({"a", "b"}, {"b", "c"}, {"c", "d"}, {"c", "d", "e"})
    settle(store, sleep=pauses.append)
    assert pauses == [POLL_SECONDS] * 2


def test_one_that_never_ends_is_not_waited_for_for_ever() -> None:
    pauses: list[float] = []
    with pytest.raises(OboroError, match="nothing was dropped"):
        settle(Running({"a"}), sleep=pauses.append, patience=1.0)
    assert sum(pauses) == pytest.approx(1.0, abs=2 * POLL_SECONDS)
