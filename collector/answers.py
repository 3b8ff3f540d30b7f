"""What the ledger says of a hit: firsts, the visit's origin, and visits that have ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from collector.coarse import Origin
from oboro.facts import Fact


@dataclass(frozen=True, slots=True)
class VisitEnd:
    """A visit that is over: the page it ended on. It says nothing of who it was."""

    site: str
    day: date
    exit_page: str


@dataclass(slots=True)
class Answers:
    """Firsts of one hit, by ledger key: of the day, of the visit, and with each value.

    *origin* is the visit's own (that of its first hit), whatever this hit's referrer was.
    """

    day_first: bool
    visit_first: bool
    page_day_first: bool
    page_visit_first: bool
    section_day_first: bool
    section_visit_first: bool
    source_day_first: bool
    event_day_first: bool
    event_visit_first: bool
    origin: Origin
    ended: Sequence[VisitEnd]


Undo = Callable[[], None]
"""Put the ledger and the gathering back to where they were before one hit."""


@dataclass(slots=True)
class Taken:
    """What the pipeline made of one arrival: its outcome, the facts to keep, and the way back."""

    outcome: str
    site: str
    day: date
    facts: list[Fact]
    undo: Undo
