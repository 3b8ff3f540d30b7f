"""Topics whose values are classes of a number: in which unit, and in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "duration": "seconds",
    "time": "seconds",
    "pages": "in a visit",
    "scroll": "% of the page",
    "screen": "CSS pixels",
}
"""By topic, what the numbers of its classes count, in English."""

_BEGINS = re.compile(r"\d*")


def class_begins(value: str) -> int:
    """Return the number that a class begins with; one that names none comes before all.

    >>> sorted(["60-179", "600+", "0-9", "(unknown)"], key=class_begins)
    ['(unknown)', '0-9', '60-179', '600+']
    """
    found = _BEGINS.match(value)
    return int(found[0] or -1) if found else -1
