"""What one key has carried, packed: four bytes for each trait, as long as there are few.

A trait is a number within its site's day. A set of traits as Python keeps them takes hundreds of
bytes, and a million keys that read different pages share few of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Set

from collector.traits import Trait

_FOUR_BYTES = "I"
MOST_PACKED = 64
"""Traits that are kept packed; a key that carried more has a set of its own."""

Seen = bytes | set[int]
"""Numbers of traits: packed, or a set that one key has to itself."""
NONE: Seen = b""


class TraitNumbers:
    """The numbers of a site's traits on one day. It knows of no key, and only ever grows."""

    __slots__ = ("given",)

    def __init__(self, given: dict[Trait, int] | None = None) -> None:
        self.given = {} if given is None else given

    def of(self, traits: Iterable[Trait]) -> list[int]:
        """Return the numbers of *traits*, in their order; one that was never met gets the next."""
        given = self.given
        return [given.setdefault(trait, len(given)) for trait in traits]


def unpacked(seen: Seen) -> Set[int]:
    """Return the numbers in *seen*.

    >>> sorted(unpacked(packed([7, 300])))
    [7, 300]
    """
    return seen if isinstance(seen, set) else frozenset(array(_FOUR_BYTES, seen))


def packed(numbers: Iterable[int]) -> bytes:
    """Return *numbers* as bytes."""
    return array(_FOUR_BYTES, numbers).tobytes()
