"""Closing: the sums are read instead of the rows, and a kill at any statement does no harm."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.closing import DAYS_AT_ONCE, ROWS_AT_ONCE, Closing, portions
from aggregator.day_state import DayState, SiteDay
from aggregator.days import Days
from oboro.day_locks import DayLocks
from oboro.facts import Fact, summed
from oboro.operations import quiet
from oboro.store import Store
from tests.support.closing import Delivered, a_closing, close, facts_read
from tests.support.kept_facts import keep
from tests.support.spooled import Meddled

DAY = date(2026, 3, 4)
NEXT = DAY + timedelta(days=1)
TOKYO, LISBON = "tokyo.example", "lisbon.example"
TODAYS = {TOKYO: NEXT, LISBON: NEXT}


def some_facts(site: str, day: date) -> list[Fact]:
    """Return facts of which several have the same key, as they lie before they are summed."""
    return [
        fact
        for n in range(3)
        for fact in (
            Fact(site, day, "total", "", "", 2, 1, 1, 0),
            Fact(site, day, "page", f"/{n % 2}", "", 2, 1, 1, 0),
            Fact(site, day, "page*source", "/0", "Google", 3, 3, 3, 0),
            Fact(site, day, "event", "download", "", 0, 1, 1, n),
        )
    ]


FACTS = [fact for site in (TOKYO, LISBON) for day in (DAY, NEXT) for fact in some_facts(site, day)]


def open_sites(store: Store) -> set[SiteDay]:
    return {(s, d) for s, d in store.query("SELECT DISTINCT site, day FROM coarse_events")}


def summed_sites(store: Store) -> set[SiteDay]:
    return {(s, d) for s, d in store.query("SELECT DISTINCT site, day FROM statistics")}


def test_the_sums_take_the_place_of_the_rows(store: Store) -> None:
    keep(store, FACTS)
    close(store, [(TOKYO, DAY), (LISBON, DAY)])
    assert facts_read(store) == summed(FACTS)
    assert open_sites(store) == {(TOKYO, NEXT), (LISBON, NEXT)}
    assert summed_sites(store) == {(TOKYO, DAY), (LISBON, DAY)}
    ((rows, keys),) = store.query(
        "SELECT count(), uniqExact(site, day, topic, value, value2) FROM statistics"
    )
    assert rows == keys == 10


def test_sites_of_one_day_close_apart_and_leave_each_other_alone(store: Store) -> None:
    keep(store, FACTS)
    close(store, [(TOKYO, DAY)])
    assert facts_read(store) == summed(FACTS)
    assert (LISBON, DAY) in open_sites(store)
    assert (TOKYO, DAY) not in open_sites(store)
    close(store, [(LISBON, DAY)])
    assert facts_read(store) == summed(FACTS)
    assert {day for _, day in open_sites(store)} == {NEXT}


def test_the_receipt_says_how_many_rows_became_how_many(store: Store) -> None:
    keep(store, FACTS)
    closing, days = a_closing(store)
    days.begin_closing([(TOKYO, DAY)])
    closing.sum_up({(TOKYO, DAY): 12}, TODAYS, quiet)
    assert days.receipts(TOKYO, DAY, DAY) == {DAY: (DayState.CLOSED, 12, 5, NEXT)}


def test_a_day_without_any_visit_is_closed_too(store: Store) -> None:
    close(store, [(TOKYO, DAY)])
    assert Days(store).state(TOKYO, DAY) is DayState.CLOSED
    assert facts_read(store) == []


def test_closing_twice_is_closing_once(store: Store) -> None:
    keep(store, FACTS)
    close(store, [(TOKYO, DAY)])
    closing, _ = a_closing(store)
    assert closing.drop_left_over() == []
    assert facts_read(store) == summed(FACTS)


def test_a_day_with_a_batch_on_its_way_is_left_alone(store: Store) -> None:
    keep(store, FACTS)
    closing, days = a_closing(store, Delivered([(LISBON, DAY)]))
    wanted = {(TOKYO, DAY): 12, (TOKYO, NEXT): 12}
    days.begin_closing(list(wanted))
    done = closing.sum_up(wanted, TODAYS, quiet)
    assert done.on_its_way == [(TOKYO, DAY)]
    assert done.closed == [(TOKYO, NEXT)]
    assert days.state(TOKYO, DAY) is DayState.CLOSING
    assert (TOKYO, DAY) in open_sites(store)
    assert facts_read(store) == summed(FACTS)


class Wrong(Meddled):
    """Changes the sums as they are written, as a fault of the engine or of ours would."""

    def __init__(self, real: Store, meddling: str) -> None:
        super().__init__(real, lambda: None)
        self._meddling = meddling

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().command(sql, parameters)
        if "INSERT INTO statistics" in sql:
            super().command(self._meddling)


@pytest.mark.parametrize(
    "meddling",
    [
        "ALTER TABLE statistics DELETE WHERE topic = 'event' SETTINGS mutations_sync = 2",
        "ALTER TABLE statistics DELETE WHERE value = '/1' SETTINGS mutations_sync = 2",
        "ALTER TABLE statistics UPDATE visits = visits + 1 WHERE topic = 'page*source' "
        "SETTINGS mutations_sync = 2",
        "INSERT INTO statistics (site, day, topic, value) "
        "VALUES ('tokyo.example', '2026-03-04', 'page', '/never')",
        "INSERT INTO statistics SELECT * FROM statistics WHERE topic = 'total'",
    ],
    ids=["a topic is missing", "a key is missing", "a total differs", "a key too many", "doubled"],
)
def test_sums_that_differ_are_never_read_and_drop_nothing(store: Store, meddling: str) -> None:
    keep(store, FACTS)
    days = Days(store)
    days.begin_closing([(TOKYO, DAY)])
    closing = Closing(Wrong(store, meddling), days, DayLocks(), Delivered())
    done = closing.sum_up({(TOKYO, DAY): 12}, TODAYS, quiet)
    assert done.closed == []
    assert done.differing == [(TOKYO, DAY)]
    assert facts_read(store) == summed(FACTS)
    assert (TOKYO, DAY) in open_sites(store)
    close(store, [(TOKYO, DAY)])
    assert facts_read(store) == summed(FACTS)
    assert (TOKYO, DAY) not in open_sites(store)


def test_rows_that_come_after_the_closing_are_not_read_and_not_dropped(store: Store) -> None:
    keep(store, FACTS)
    close(store, [(TOKYO, DAY)])
    keep(store, [Fact(TOKYO, DAY, "page", "/late", "", 1, 1, 1, 0)])
    closing, _ = a_closing(store)
    assert closing.drop_left_over() == [(TOKYO, DAY)]
    assert (TOKYO, DAY) in open_sites(store)
    assert facts_read(store) == summed(FACTS)


class Stopped(Exception):
    """The process ended here."""


class Counted(Meddled):
    """Lets so many statements through and then stops, before or after the next one."""

    def __init__(self, real: Store, steps: int, after: bool) -> None:
        super().__init__(real, lambda: None)
        self.steps = steps
        self.after = after

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        self._count(lambda: super(Counted, self).command(sql, parameters))

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        answer: list[tuple[Any, ...]] = []
        self._count(lambda: answer.extend(super(Counted, self).query(sql, parameters)))
        return answer

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        token: str | None = None,
    ) -> None:
        self._count(lambda: super(Counted, self).insert(table, columns, rows, token))

    def _count(self, work: Callable[[], None]) -> None:
        self.steps -= 1
        if self.steps == 0 and not self.after:
            raise Stopped
        work()
        if self.steps == 0:
            raise Stopped


TABLES = ("coarse_events", "statistics", "closed_days")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_kill_at_any_statement_leaves_every_fact_read_once(store: Store, after: bool) -> None:
    steps = 0
    finished = False
    while not finished:
        steps += 1
        for table in TABLES:
            store.command("TRUNCATE TABLE {table:Identifier}", {"table": table})
        keep(store, FACTS)
        wanted = {(TOKYO, DAY): 12, (LISBON, NEXT): 12}
        failing = Counted(store, steps, after)
        days = Days(failing)
        try:
            closing = Closing(failing, days, DayLocks(), Delivered())
            days.begin_closing(list(wanted))
            closing.sum_up(wanted, TODAYS, quiet)
            finished = True
        except Stopped:
            pass
        assert facts_read(store) == summed(FACTS)
        again, days = a_closing(store)
        assert again.drop_left_over() == []
        assert facts_read(store) == summed(FACTS)
        left = {key: 12 for key in wanted if days.state(*key) is not DayState.CLOSED}
        days.begin_closing(list(left))
        assert again.sum_up(left, TODAYS, quiet).closed == sorted(left, key=lambda key: key[1])
        assert facts_read(store) == summed(FACTS)
        assert open_sites(store) == {(TOKYO, NEXT), (LISBON, DAY)}
        assert summed_sites(store) == set(wanted)
    assert steps > 10


def test_part_of_the_sums_that_a_kill_left_is_made_anew(store: Store) -> None:
    keep(store, FACTS)
    store.command(
        "INSERT INTO statistics SELECT * EXCEPT (node, batch) FROM coarse_events "
        "WHERE site = 'tokyo.example' AND topic = 'page'"
    )
    assert facts_read(store) == summed(FACTS)
    close(store, [(TOKYO, DAY)])
    assert facts_read(store) == summed(FACTS)


def test_reports_that_run_meanwhile_read_every_fact_once(store: Store) -> None:
    days = [DAY + timedelta(days=n) for n in range(4)]
    facts = [fact for day in days for site in (TOKYO, LISBON) for fact in some_facts(site, day)]
    keep(store, facts)
    expected = sum(fact.views for fact in facts)
    seen: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(store.query("SELECT sum(views) FROM facts_kept")[0][0])

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for day in days:
            close(store, [(TOKYO, day)])
            close(store, [(LISBON, day)])
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert len(seen) > len(days)
    assert set(seen) == {expected}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(["a.jp", "b.jp"]), st.dates(date(2026, 1, 1), date(2026, 12, 31))
        ),
        st.integers(0, ROWS_AT_ONCE * 2),
        max_size=200,
    )
)
def test_days_are_cut_into_portions_that_keep_a_day_together(
    site_days: dict[SiteDay, int],
) -> None:
    cut = portions(site_days)
    assert sorted(key for some in cut for key in some) == sorted(site_days)
    whole_days = [{day for _, day in some} for some in cut]
    assert sum(map(len, whole_days)) == len({day for _, day in site_days})
    assert all(0 < len(days) <= DAYS_AT_ONCE for days in whole_days)
    for some, days in zip(cut, whole_days, strict=True):
        assert len(days) == 1 or sum(site_days[key] for key in some) <= ROWS_AT_ONCE


class Told(Meddled):
    """Remembers in which order the store was asked for what matters."""

    def __init__(self, real: Store) -> None:
        super().__init__(real, lambda: None)
        self.steps: list[str] = []

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        self._tell(sql, {"system.processes": "settle", "topic_kept_rows": "compare"})
        return super().query(sql, parameters)

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        self._tell(sql, {"INSERT INTO statistics": "sum", "DROP PARTITION": "drop"})
        super().command(sql, parameters)

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        token: str | None = None,
    ) -> None:
        self.steps.append(table)
        super().insert(table, columns, rows, token)

    def _tell(self, sql: str, steps: Mapping[str, str]) -> None:
        self.steps += [step for mark, step in steps.items() if mark in sql]


def test_earlier_reports_are_waited_for_before_the_days_flip_and_before_the_drop(
    store: Store,
) -> None:
    keep(store, some_facts(TOKYO, DAY))
    days = Days(store)
    days.begin_closing([(TOKYO, DAY)])
    told = Told(store)
    days = Days(told)
    Closing(told, days, DayLocks(), Delivered()).sum_up({(TOKYO, DAY): 12}, TODAYS, quiet)
    once = [step for step, after in zip(told.steps, [*told.steps[1:], ""], strict=True)
            if step != after]  # fmt: skip
    assert once == ["compare", "sum", "compare", "settle", "closed_days", "settle", "drop"]


def test_both_tables_are_compared_with_one_set_of_closed_days(store: Store) -> None:
    plan = [row[0] for row in store.query("EXPLAIN SELECT sum(views) FROM facts_kept")]
    assert sum("CreatingSet " in line for line in plan) == 1
    assert sum("IN subquery1" in line for line in plan) == 2
