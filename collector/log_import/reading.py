"""Read all files of an import once, and again in stretches when they do not fit into memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from collector.log_import.files import lines_of
from collector.log_import.replay import HOUR, stretches, within
from collector.log_import.sieve import QUARTER, Page, Sieve, Tally

PAGES_AT_ONCE = 1_000_000
"""Pages held in memory together, at about 200 bytes each."""


class Reading:
    """The pages of some log files, in batches that follow each other in time.

    *so_far* is told how many lines were read, and how many bytes since the last time.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        sieve: Callable[[], Sieve],
        so_far: Callable[[int, int], None] = lambda _lines, _bytes: None,
        *,
        at_once: int = PAGES_AT_ONCE,
    ) -> None:
        self._paths = paths
        self._new_sieve = sieve
        self._so_far = so_far
        self._at_once = at_once
        self._pages: list[Page] | None = []
        self._by_hour: Counter[int] = Counter()
        self._days: set[date] = set()
        self.tally = Tally()

    def read(self) -> None:
        """Look at every line; *tally* then knows all refusals that need no pipeline."""
        held = self._pages
        quarters: Counter[int] = Counter()
        for page in self._read(self.tally):
            quarters[page.at // QUARTER] += 1
            if held is not None:
                held.append(page)
                if len(held) > self._at_once:
                    held = self._pages = None
        days = self._new_sieve().days
        for quarter, pages in quarters.items():
            self._by_hour[quarter * QUARTER // HOUR] += pages
            self._days.add(days.of(quarter * QUARTER))

    def batches(self) -> Iterator[list[Page]]:
        """Yield the pages; each batch is unordered, and later than the one before."""
        if self._pages is not None:
            yield self._pages
            return
        for stretch in stretches(self._by_hour, self._at_once):
            yield within(self._read(Tally()), stretch)

    @property
    def pages(self) -> int:
        """How many lines may count."""
        return self._by_hour.total()

    @property
    def days(self) -> list[date]:
        """Every day of which a line may count or was refused, in order."""
        return sorted(self._days | self.tally.by_day.keys())

    def _read(self, tally: Tally) -> Iterator[Page]:
        sieve = self._new_sieve()
        for path in self._paths:
            for line in lines_of(path, lambda read: self._so_far(tally.lines, read)):
                page = sieve.take(line, tally)
                if page is not None:
                    yield page
