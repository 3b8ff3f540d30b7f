"""One lock for each day: who inserts into a day's partition, and who replaces it, take turns."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from weakref import WeakValueDictionary


class _Lock:
    """A lock that a weak dictionary can hold."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


class DayLocks:
    """Locks by day, shared by everything in this process that changes the store's partitions.

    Take them in the thread that does the work (``asyncio.to_thread``), so that a cancelled task
    cannot let go of a day while its statement still runs.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: WeakValueDictionary[date, _Lock] = WeakValueDictionary()

    @contextmanager
    def holding(self, *days: date) -> Iterator[None]:
        """Hold *days* for the length of the block; waits for whoever has one of them.

        Days are taken in their order, so that two holders never wait for each other.
        """
        with ExitStack() as held:
            for day in sorted(set(days)):
                lock = self._of(day)
                held.enter_context(lock.lock)
                held.callback(lambda _keep: None, lock)
            yield

    def _of(self, day: date) -> _Lock:
        with self._guard:
            lock = self._locks.get(day)
            if lock is None:
                lock = self._locks[day] = _Lock()
            return lock
