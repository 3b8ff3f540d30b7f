"""Which characters show nothing, reorder text, or have no meaning."""

from __future__ import annotations

import unicodedata

_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_hidden(mark: str) -> bool:
    """Tell whether *mark* is such a character, by its category.

    >>> is_hidden("\\u202e"), is_hidden("é")
    (True, False)
    """
    return unicodedata.category(mark) in _CATEGORIES
