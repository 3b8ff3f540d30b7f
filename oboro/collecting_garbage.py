"""Look for garbage in the way that suits a server with a million small objects that live all day.

Python's collector looks through the young after seven hundred more, and through all that lives
whenever a quarter as many have come. Left so, it takes a third of the processor of a busy collector
and stops it for a third of a second at a time (`docs/performance.md`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 10_000
"""Objects made and not freed before the young are looked through: about ten milliseconds.

A hit that waits for its commit holds some ninety, which are freed a moment later: looking after few
of them were made is looking at all of them again and again.
"""
MIDDLE = 1
"""Looks at the young before one at those that survived the first: every second one.

The more survivors were let pile up, the longer all hits would wait for the look at them.
"""
OLD = 500
"""Looks at these before one at all: after ten million objects that stayed."""


def collect_seldom() -> None:
    """Leave out what lives as long as the server, and look through the rest more seldom.

    Called when everything is loaded. Nearly all that a request leaves behind is freed at once, when
    nothing refers to it any more; only what refers to itself waits for a look.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Do so for the length of the block, such as a command that reads much and ends."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
