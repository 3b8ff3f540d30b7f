"""Put the width of a window into one of five classes."""

from __future__ import annotations

from oboro.facts import UNKNOWN

CLASSES = ("0-575", "576-767", "768-1199", "1200-1919", "1920+")
"""Widths in CSS pixels, after the breaks at which pages change their layout."""
_WIDEST = 20_000


def screen(width: int | None) -> str:
    """Return the class of *width*.

    >>> screen(390), screen(1440), screen(None)
    ('0-575', '1200-1919', '(unknown)')
    """
    if width is None or not 0 < width <= _WIDEST:
        return UNKNOWN
    if width <= 575:
        return CLASSES[0]
    if width <= 767:
        return CLASSES[1]
    if width <= 1199:
        return CLASSES[2]
    return CLASSES[3] if width <= 1919 else CLASSES[4]
