"""Readable names for coarse values: a country's code becomes its name."""

from __future__ import annotations

from oboro.facts import DIRECT, OTHER, UNKNOWN
from oboro.prefectures import prefecture_name
from oboro.words import Words

_SHARED = {UNKNOWN: "value.unknown", OTHER: "value.other", DIRECT: "value.direct"}
_WORDED = frozenset({"channel", "device", "screen", "outcome", "time", "scroll"})
"""Topics whose values are a closed list, worded by us."""


def readable(topic: str, value: str, words: Words) -> str:
    """Return the name of *value* in a language; the value itself where it has none."""
    if value in _SHARED:
        return words(_SHARED[value])
    if topic == "country":
        return str(words.locale.territories.get(value.upper(), value))
    if topic == "language":
        return str(words.locale.languages.get(value.replace("-", "_"), value))
    if topic == "region":
        return prefecture_name(value, words.locale.language)
    if topic == "hour" and value.isdecimal():
        return words("value.hour", hour=int(value))
    if topic in _WORDED:
        return words.get(f"value.{topic}.{value}") or value
    return value
