"""Locks by day: one holder a day, no matter in which order several are taken."""

from __future__ import annotations

import threading
from datetime import date, timedelta

from oboro.day_locks import DayLocks

FIRST = date(2026, 3, 4)
SECOND = FIRST + timedelta(days=1)


def test_a_day_has_one_holder_and_the_next_day_another() -> None:
    locks = DayLocks()
    entered = threading.Event()
    other_day = threading.Event()

    def wait_for(day: date, event: threading.Event) -> None:
        with locks.holding(day):
            event.set()

    with locks.holding(FIRST):
        same = threading.Thread(target=wait_for, args=(FIRST, entered))
        other = threading.Thread(target=wait_for, args=(SECOND, other_day))
        same.start()
        other.start()
        other.join()
        assert other_day.is_set()
        assert not entered.is_set()
    same.join()
    assert entered.is_set()


def test_holders_of_several_days_never_wait_for_each_other() -> None:
    locks = DayLocks()
    turns: list[int] = []

    def take(days: tuple[date, ...]) -> None:
        for _ in range(200):
            with locks.holding(*days):
                turns.append(1)

    threads = [
        threading.Thread(target=take, args=(days,)) for days in ((FIRST, SECOND), (SECOND, FIRST))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(turns) == 400


def test_a_day_may_be_named_twice() -> None:
    with DayLocks().holding(FIRST, FIRST):
        pass
