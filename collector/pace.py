"""How a thread works beside the event loop: a little at a time, and rests in between.

A thread that computes keeps the interpreter for five milliseconds whenever it has it, and an answer
needs the interpreter many times: some of them waited a quarter of a second for one tick's sealing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from oboro.clock import Clock

WORK_SECONDS = 0.001
SHORTEST_REST = 0.003
LONGEST_REST = 0.05
"""A rest is as long as the piece of work before it took, within these bounds."""
REST_IN_ALL = 3.0
"""Seconds of rest in one tick; then the work goes on without, so that it cannot fall behind."""

Item = TypeVar("Item")


class Pace:
    """Lets a thread rest while it goes through many things, until it is told to hurry."""

    def __init__(self, clock: Clock, rest: Callable[[float], None] = time.sleep) -> None:
        self._clock = clock
        self._rest = rest
        self._left = REST_IN_ALL
        self._hurried = False

    def begin(self) -> None:
        """Begin a tick, which has all its rest before it."""
        self._left = REST_IN_ALL

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """Return *items* one after the other; after each of them may come a rest.

        Not while a transaction is open, or something else is held that others wait for.
        """
        began = self._clock.monotonic()
        for item in items:
            yield item
            worked = self._clock.monotonic() - began
            if worked >= WORK_SECONDS and self._left > 0 and not self._hurried:
                rest = min(max(worked, SHORTEST_REST), LONGEST_REST)
                self._left -= rest
                self._rest(rest)
                began = self._clock.monotonic()

    def hurry(self) -> None:
        """Rest no more: somebody waits for the end, as at a stop."""
        self._hurried = True
