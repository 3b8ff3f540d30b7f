"""The stored draw of one table for one period: written once, read ever after."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path
from typing import Literal

import msgspec

from aggregator.publish.budget import BudgetLedger
from aggregator.publish.durable import Room, room_for
from aggregator.publish.entries import Step, Subject
from aggregator.publish.periods import Period
from oboro.errors import OboroError

DIRECTORY = "draws"
_LONGEST_NUMBER = len(str(-(2**63))) + 1
"""Bytes that one draw takes at most, with its comma."""


class Draw(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The noisy counts of one table under its public keys, and how they were drawn.

    *draws* stand in the order of *keys*. Fractions are written as ``11/20``, days as
    ``2026-11-01``.
    """

    site: str
    table: str
    first: str
    last: str
    policy_version: int
    l0: int
    epsilon: str
    scale: str
    key_kind: Literal["closed", "listed"]
    key_version: int
    listed_on: str | None
    software: str
    keys: tuple[str, ...]
    draws: tuple[int, ...]

    @property
    def exact_scale(self) -> Fraction:
        """The scale of the noise on each count."""
        return Fraction(self.scale)


class LostDraw(OboroError):
    """A stored draw is gone or is not what was written."""


def path_of(directory: Path, subject: Subject) -> Path:
    """Return where the draw of *subject* lies in the data *directory*."""
    period = Period(subject.first, subject.last)
    folder = f"{period.first}_{period.last}"
    return directory / DIRECTORY / subject.site / folder / f"{subject.name}.json"


def room_for_draw(path: Path, draw: Draw, keys: Sequence[str]) -> AbstractContextManager[Room]:
    """Take the most room that *draw* can need once it holds a count for each of *keys*."""
    without = msgspec.json.encode(msgspec.structs.replace(draw, keys=tuple(keys), draws=()))
    return room_for(path, len(without) + _LONGEST_NUMBER * len(keys))


def written(draw: Draw) -> bytes:
    """Return the bytes of *draw*."""
    return msgspec.json.encode(draw)


def digest(content: bytes) -> str:
    """Return the hash under which the ledger knows a stored draw."""
    return hashlib.sha256(content).hexdigest()


def read_draw(directory: Path, ledger: BudgetLedger, subject: Subject) -> Draw:
    """Return the draw of *subject* as the *ledger* knows it; `LostDraw` when it is not that."""
    entry = ledger.entry(subject, Step.DRAWN)
    path = path_of(directory, subject)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LostDraw(
            f"the stored draw {path} cannot be read: {error.strerror}; it cannot be drawn again: "
            "put a copy of it in its place"
        ) from None
    if entry is None or digest(content) != entry.details["sha256"]:
        raise LostDraw(
            f"the stored draw {path} was changed; put a copy that was never changed in its place"
        )
    return msgspec.json.decode(content, type=Draw)
