"""Which other collectors this one has reckoned with: what is still to be done outlives a kill.

A small file holds one line: ``returned`` while days that were closed without this collector may lie
in its spool, ``joined`` until the others that were there were reckoned with, and then ``with`` and
their names. A name that comes or goes afterwards differs from it until that was reckoned with too.
"""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from collector.durable_file import write_durably

_RETURNED, _JOINED, _WITH = "returned", "joined", "with"


class Reckoning:
    """The file; blocking, for a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # A file that says nothing readable must not keep a collector from starting.
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        word, *names = text.split() or [_JOINED]
        self._word = word
        self._names = frozenset(names)

    @property
    def returned(self) -> bool:
        """Whether the collector was retired, and may hold what came too late."""
        return self._word == _RETURNED

    def is_with(self, others: Set[str]) -> bool:
        """Tell whether *others*, and nobody else, were reckoned with."""
        return self._word == _WITH and self._names == others

    def begin(self, *, returned: bool) -> None:
        """Note, before it joins, that all is to be done; *returned* if it was retired."""
        self._write(_RETURNED if returned else _JOINED, frozenset())

    def refused(self) -> None:
        """Note that nothing is left of days that were closed without it."""
        if self.returned:
            self._write(_JOINED, frozenset())

    def end(self, others: Set[str]) -> None:
        """Note that *others* were reckoned with."""
        if not self.is_with(others):
            self._write(_WITH, frozenset(others))

    def _write(self, word: str, names: frozenset[str]) -> None:
        write_durably(self._path, " ".join([word, *sorted(names)]) + "\n")
        self._word, self._names = word, names
