"""What the pipeline makes of one arrival."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from collector.hit_sums import CountedHit
from oboro.contributions import Contribution
from oboro.facts import Fact

Undo = Callable[[], None]
"""Put the ledger and the gathering back to where they were before one hit."""


@dataclass(slots=True)
class Taken:
    """The outcome of one arrival, what is to be kept of it, and the way back.

    *hit* stands for its singles; *more* are visits that it ended, and crowds that it completed.
    *keys* is how many ledger keys the facts may add to those of their site (0 or 1).
    """

    outcome: str
    site: str
    day: date
    undo: Undo
    hit: CountedHit | None = None
    more: Sequence[Fact] = ()
    keys: int = 0
    contributions: Sequence[Contribution] = ()

    @property
    def facts(self) -> list[Fact]:
        """All facts to keep."""
        return [*(self.hit.facts() if self.hit else ()), *self.more]
