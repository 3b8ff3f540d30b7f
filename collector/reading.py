"""How long and how far the pages of an open visit were read.

It grows as pages tell, in memory alone. When the visit ends, each page gives one class of each,
and the exact figures go with the visit.
"""

from __future__ import annotations

MOST_PAGES = 32
"""Pages of one visit that are told apart; of further ones nothing is kept."""
_MOST_SECONDS = 86_400

Reading = tuple[tuple[str, int, int], ...]
"""Of each page that told: its seconds in view, and the furthest percent of it that was seen."""
NOTHING_READ: Reading = ()


def read_on(reading: Reading, page: str, seconds: float, percent: int) -> Reading:
    """Return *reading* with *seconds* more of *page* in view, and *percent* of it seen.

    >>> read_on(read_on((), "/a", 3.6, 80), "/a", 2, 40)
    (('/a', 6, 80),)
    """
    more, seen = round(max(seconds, 0)), min(max(percent, 0), 100)
    for place, before in enumerate(reading):
        if before[0] == page:
            told = (page, min(before[1] + more, _MOST_SECONDS), max(before[2], seen))
            return (*reading[:place], told, *reading[place + 1 :])
    if len(reading) >= MOST_PAGES:
        return reading
    return (*reading, (page, min(more, _MOST_SECONDS), seen))
