"""What the ledger says of a hit: firsts, the visit's origin, and visits that have ended."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from collector.coarse import Origin
from collector.traits import Carried, Trait


@dataclass(frozen=True, slots=True)
class VisitEnd:
    """A visit that is over: the page it ended on, and how it went, in classes.

    It says nothing of who it was. *time* and *scroll* are empty where no page told. *crossed* are
    the crossings that are known at its end, such as its pages with how they were read, each with
    whether its visitor's day carries it for the first time.
    """

    site: str
    day: date
    exit_page: str
    duration: str
    pages: str
    time: str
    scroll: str
    crossed: tuple[tuple[Trait, bool], ...] = ()


@dataclass(slots=True)
class Answers:
    """Firsts of one hit, by ledger key.

    *day_new* and *visit_new* are the traits that the key carries for the first time on this day
    and in this visit. *origin* is the visit's own (that of its first hit), whatever this hit's
    referrer was, and *carried* what the hit carries with it.
    """

    day_first: bool
    visit_first: bool
    day_new: Set[Trait]
    visit_new: Set[Trait]
    origin: Origin
    carried: Carried
    ended: Sequence[VisitEnd]
    contributes: bool = False
    """Whether the key's day is counted by this hit: its first, where contributions are formed."""
    contributes_page: bool = False
    """Whether the page is one of the first K different ones of the key's day."""
    void: bool = False
    """Whether there was no room for somebody on this day of the site."""
    steps: tuple[Trait, ...] = ()
    """The steps of funnels that the visit takes by this hit."""
    move: Trait | None = None
    """The crossing of the page that the visit viewed before with the one that it views now."""
