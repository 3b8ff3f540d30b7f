"""Where randomness comes from: passed in, so that deciding functions stay pure."""

from __future__ import annotations

import random
import secrets
from collections.abc import MutableSequence
from typing import Protocol


class Randomness(Protocol):
    """A source of random bytes and orders."""

    def bytes(self, length: int) -> bytes:
        """Return *length* random bytes."""
        ...

    def shuffle(self, items: MutableSequence[object]) -> None:
        """Put *items* in a random order, in place."""
        ...


class SystemRandomness:
    """The operating system's cryptographic source; the only one used on visitors' hits."""

    def __init__(self) -> None:
        self._order = random.SystemRandom()

    def bytes(self, length: int) -> bytes:
        return secrets.token_bytes(length)

    def shuffle(self, items: MutableSequence[object]) -> None:
        self._order.shuffle(items)


class SeededRandomness:
    """A repeatable source, for tests and demonstration data only."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def bytes(self, length: int) -> bytes:
        return self._random.randbytes(length)

    def shuffle(self, items: MutableSequence[object]) -> None:
        self._random.shuffle(items)
