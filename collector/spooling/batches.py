"""A sealed batch, a kept commit, and what the audit adds up."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Kept(NamedTuple):
    """A commit as it lies in the spool, until it is sealed."""

    site: str
    day: str
    table: str
    key: bytes
    views: int
    rows: bytes


class Sealed(NamedTuple):
    """Rows of one day and table that go to the store together, under one random number."""

    id: bytes
    table: str
    day: date
    n: int
    views: int
    rows: bytes


class Batch(NamedTuple):
    """What is known of a sealed batch without reading its rows.

    *generation* goes up when the store took the token but lost the rows.
    """

    id: bytes
    generation: int
    table: str
    day: date
    n: int
    views: int

    @property
    def token(self) -> str:
        """What the store knows a repeated insert by."""
        return f"{self.id.hex()}-{self.generation}"


class Audit(NamedTuple):
    """Page views since the spool's file was made: each acknowledged one is in exactly one place."""

    acknowledged: int
    verified: int
    sealed: int
    pending: int
    set_aside: int
    """Page views of what the store can never take."""
    erased: int
    """Page views of sites that were erased before the store held them."""
    aside: int
    """How many batches and commits were set aside."""

    @property
    def difference(self) -> int:
        """Return the page views lost (above 0) or doubled (below); always 0."""
        found = self.verified + self.sealed + self.pending + self.set_aside + self.erased
        return self.acknowledged - found
