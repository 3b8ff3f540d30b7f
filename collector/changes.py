"""Take back what one hit changed in memory.

Ledger, gathering and live figures keep immutable values in dictionaries. Changing them means
putting another value in, so taking a change back means putting the one before back, the latest
change first.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Set
from typing import Any


class Changes:
    """What one hit, or one tick, changed; in order, so that `undo` can go backwards."""

    __slots__ = ("_grown", "_put")

    def __init__(self) -> None:
        self._put: list[tuple[Any, Any, Any, Any]] = []
        self._grown: list[tuple[set[Any], Set[Any]]] = []

    def put(self, mapping: MutableMapping[Any, Any], key: object, value: object) -> None:
        """Set *key* of *mapping* to *value*, which is never None."""
        self._put.append((mapping, key, mapping.get(key), value))
        mapping[key] = value

    def put_over(
        self, mapping: MutableMapping[Any, Any], key: object, before: object, value: object
    ) -> None:
        """Do as `put` does where *before* is known to be there now; None if nothing is."""
        self._put.append((mapping, key, before, value))
        mapping[key] = value

    def remove(self, mapping: MutableMapping[Any, Any], key: object) -> None:
        """Take *key* out of *mapping*, where it is."""
        self._put.append((mapping, key, mapping.pop(key), None))

    def grow(self, values: set[Any], more: Set[Any]) -> None:
        """Add *more*, none of which is in it yet, to *values*."""
        values |= more
        self._grown.append((values, more))

    def undo(self) -> None:
        """Put everything back, once the changes that came later are taken back.

        What was forgotten meanwhile, because its visitor objected, stays forgotten.
        """
        for mapping, key, before, after in reversed(self._put):
            if mapping.get(key) is not after:
                continue
            if before is None:
                del mapping[key]
            else:
                mapping[key] = before
        for values, more in self._grown:
            values -= more
        self._put, self._grown = [], []


class _ForGood(Changes):
    """Changes that nobody will take back: nothing is kept of them."""

    __slots__ = ()

    def put(self, mapping: MutableMapping[Any, Any], key: object, value: object) -> None:
        mapping[key] = value

    def put_over(
        self, mapping: MutableMapping[Any, Any], key: object, before: object, value: object
    ) -> None:
        mapping[key] = value

    def remove(self, mapping: MutableMapping[Any, Any], key: object) -> None:
        del mapping[key]

    def grow(self, values: set[Any], more: Set[Any]) -> None:
        values |= more


FOR_GOOD: Changes = _ForGood()
"""For hits that are counted only once all of them are: an import's."""
