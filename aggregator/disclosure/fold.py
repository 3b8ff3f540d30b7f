"""Counts by whatever key come in; a vector over the public keys goes out, zeros among them.

The keys come from public lists alone. If they came from what was counted, a key's being there
would tell that somebody stands behind it, whatever noise is on its figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from oboro.facts import OTHER


def public_keys(listed: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of a table whose list the operator gave, in the order of publication.

    That is the order of code points, which says nothing about how large any figure is. What was
    read and is not listed is published under ``(other)``.
    """
    return tuple(sorted({*listed, OTHER}))


def fold(counts: Mapping[str, int], keys: Sequence[str]) -> list[int]:
    """Return how much is counted under each of *keys*; what is under none of them is ``(other)``.

    Folding never changes more than the counts themselves changed: one unit that stood under up to
    L0 keys still adds at most L0 to all figures together. Raises `ValueError` when something is
    under no key and *keys* have no ``(other)``.
    """
    places = {key: place for place, key in enumerate(keys)}
    if len(places) != len(keys):
        raise ValueError("a public key stands twice in its list")
    folded = [0] * len(keys)
    for key, count in counts.items():
        place = places.get(key, places.get(OTHER))
        if place is None:
            raise ValueError(f"there are counts under no public key, and no {OTHER} to hold them")
        folded[place] += count
    return folded
