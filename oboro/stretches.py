"""Tell days as stretches, from the first to the last of those that follow each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta


def stretches(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return the stretches without a gap that *days* consist of: their first and last days.

    >>> stretches([date(2026, 3, 4), date(2026, 3, 1), date(2026, 3, 2)])
    [(datetime.date(2026, 3, 1), datetime.date(2026, 3, 2)), (datetime.date(2026, 3, 4), \
datetime.date(2026, 3, 4))]
    """
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and found[-1][1] + timedelta(days=1) == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
