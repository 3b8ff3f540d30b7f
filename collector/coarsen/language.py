"""Keep the primary tag of the language a visitor prefers; regions and second choices go."""

from __future__ import annotations

import re
from functools import cache

from oboro.facts import OTHER, UNKNOWN

_RANGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)
_WEIGHT = re.compile(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", re.IGNORECASE | re.ASCII)
_LONGEST = 256


def language(accepted: str) -> str:
    """Return the primary tag of the first language that *accepted* (a header) prefers.

    >>> language("ja-JP,en;q=0.8"), language("en;q=0.5, fr"), language("*")
    ('ja', 'fr', '(unknown)')
    """
    preferred, weight = UNKNOWN, 0.0
    for part in accepted[:_LONGEST].split(","):
        name, _, parameter = part.partition(";")
        found = _RANGE.fullmatch(name.strip())
        given = _weight(parameter)
        if found and given > weight:
            preferred, weight = found[1].lower(), given
    return preferred if preferred == UNKNOWN or preferred in _known() else OTHER


def _weight(parameter: str) -> float:
    if not parameter:
        return 1.0
    found = _WEIGHT.fullmatch(parameter)
    return min(float(found[1]), 1.0) if found else 0.0


@cache
def _known() -> frozenset[str]:
    # Three free letters would be room for a mark of one's own.
    from babel import Locale

    return frozenset(tag for tag in map(str, Locale("en").languages) if len(tag) <= 3)
