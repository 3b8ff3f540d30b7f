"""Keep the most frequent values of open topics: an import sees a whole day before it writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from collector.traits import Trait
from oboro.facts import OTHER
from oboro.topics import OPEN_ATTRIBUTES


def most_frequent(summed: Mapping[Trait, list[int]], most: int) -> dict[Trait, list[int]]:
    """Return *summed* with the *most* first values of each open single; ``(other)`` has the rest.

    Singles that draw from one set of values (a page, an entry, an exit) keep the same ones. Ties go
    to the value that comes first, so that the same log always gives the same rows.
    """
    kept = _kept(summed, most)
    if not kept:
        return dict(summed)
    result: dict[Trait, list[int]] = {}
    for trait, counts in summed.items():
        topic, value, value2 = trait
        stay = kept.get(OPEN_ATTRIBUTES.get(topic, ""))
        into = trait if stay is None or value in stay else (topic, OTHER, value2)
        before = result.get(into, [0, 0, 0, 0])
        result[into] = [was + more for was, more in zip(before, counts, strict=True)]
    return result


def _kept(summed: Mapping[Trait, list[int]], most: int) -> dict[str, set[str]]:
    """Return the values that stay, by the names of attributes that have more of them."""
    frequency: dict[str, dict[str, tuple[int, int]]] = {
        name: {} for name in OPEN_ATTRIBUTES.values()
    }
    for (topic, value, _), (views, visits, *_rest) in summed.items():
        if (name := OPEN_ATTRIBUTES.get(topic)) and value != OTHER:
            before = frequency[name].get(value, (0, 0))
            frequency[name][value] = (before[0] + views, before[1] + visits)
    return {
        name: set(sorted(found, key=_order(found))[:most])
        for name, found in frequency.items()
        if len(found) > most
    }


def _order(found: Mapping[str, tuple[int, int]]) -> Callable[[str], tuple[int, int, str]]:
    return lambda value: (-found[value][0], -found[value][1], value)
