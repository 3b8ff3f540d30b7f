"""Put free numbers into a few classes: how long, how many, how far."""

from __future__ import annotations

from bisect import bisect_right

SECONDS = ("0-9", "10-29", "30-59", "60-179", "180-599", "600+")
"""How long something took, in seconds."""
PAGES = ("0", "1", "2-3", "4-9", "10+")
"""How many pages a visit read; none where it had events alone."""
PERCENT = ("0-24", "25-49", "50-74", "75-99", "100")
"""How far down a page, in percent of its height."""
_SECONDS_FROM = (10, 30, 60, 180, 600)
_PAGES_FROM = (1, 2, 4, 10)
_PERCENT_FROM = (25, 50, 75, 100)


def seconds_class(seconds: float) -> str:
    """Return the class of a length of time.

    >>> seconds_class(0), seconds_class(59.9), seconds_class(4000)
    ('0-9', '30-59', '600+')
    """
    return SECONDS[bisect_right(_SECONDS_FROM, seconds)]


def pages_class(pages: int) -> str:
    """Return the class of a number of pages.

    >>> pages_class(1), pages_class(3), pages_class(12)
    ('1', '2-3', '10+')
    """
    return PAGES[bisect_right(_PAGES_FROM, pages)]


def percent_class(percent: int) -> str:
    """Return the class of a share of a page's height.

    >>> percent_class(0), percent_class(99), percent_class(100)
    ('0-24', '75-99', '100')
    """
    return PERCENT[bisect_right(_PERCENT_FROM, percent)]
