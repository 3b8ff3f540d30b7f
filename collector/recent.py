"""How long the last few hits took, for those who must take as long and do nothing."""

from __future__ import annotations

import statistics
import time
from collections import deque

KEPT = 64
LONGEST = 0.1
"""Seconds that are slept at most, whatever was measured: nobody waits for a stalled disk twice."""
LONGEST_BUSY = 0.005
"""Seconds that are spent busy at most: meanwhile nobody else is answered."""


def now() -> float:
    """Return the seconds of the machine's own clock."""
    return time.perf_counter()


class Recent:
    """Durations of the same step; the next one to spend is another each time.

    Spending the last one again would make two answers in a row alike. They are spent by the
    machine's own clock, since what is told apart are the real times of answers.
    """

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=KEPT)
        self._late: deque[float] = deque([0.0], maxlen=KEPT)
        self._next = 0

    def note(self, seconds: float) -> None:
        """Keep that the step took *seconds*."""
        self._seconds.append(seconds)

    def rest(self) -> None:
        """Sleep as long as one of the last steps took, less what sleeping here takes too long."""
        wanted = self._draw()
        if wanted:
            began = now()
            asked = max(0.0, wanted - statistics.median(self._late))
            time.sleep(asked)
            self._late.append(now() - began - asked)

    def spin(self, since: float | None = None) -> None:
        """Be busy as long as one of the last steps was, from *since* (of `now`) or from now on."""
        until = (now() if since is None else since) + min(LONGEST_BUSY, self._draw())
        while now() < until:
            pass

    def _draw(self) -> float:
        kept = tuple(self._seconds)
        if not kept:
            return 0.0
        self._next += 1
        return min(LONGEST, kept[self._next % len(kept)])


class RecentBySize:
    """Durations of a step that takes longer the more it is given, by how much that was.

    A group of answers that leave nothing takes as long as a group of about as many hits did: those
    of one hit are told from those of ten.
    """

    def __init__(self) -> None:
        self._classes: dict[int, Recent] = {}

    def note(self, size: int, seconds: float) -> None:
        """Keep that the step took *seconds* for *size* things."""
        self._classes.setdefault(size.bit_length(), Recent()).note(seconds)

    def rest(self, size: int) -> None:
        """Sleep as long as one of the last steps took that was given about as much as *size*."""
        # Another thread may be noting.
        classes = dict(self._classes)
        if classes:
            classes[min(classes, key=lambda kept: abs(kept - size.bit_length()))].rest()
