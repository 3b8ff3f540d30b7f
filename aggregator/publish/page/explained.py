"""Put a publication's parameters into the numbers that plain words need."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from aggregator.publish.page.rows import margin_of
from oboro.formats import Formats
from oboro.publication import Gap, Publication, PublishedTable
from oboro.stretches import stretches
from oboro.words import Words

KNOWN_GAPS = (
    "void",
    "missing",
    "not-closed",
    "not-published",
    "partial",
    "imported-without-objections",
    "demonstration",
)
"""Codes that have words of their own; another one is shown as it is."""
LOST = "lost-"
"""How the code of a table begins that a period has no draw of; the table's name follows."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """What was done to one table."""

    table: PublishedTable
    margin: int

    @property
    def scale(self) -> float:
        """The scale of one draw's noise."""
        return float(Fraction(self.table.scale))


def mechanisms(publication: Publication) -> list[Mechanism]:
    """Return what was done to each table, in the order of publication."""
    return [Mechanism(table, margin_of(table)) for table in publication.tables]


def odds(epsilon: str) -> float:
    """Return by which factor one visitor-day changes the odds of anything at most: e^epsilon.

    >>> round(odds("1"), 2)
    2.72
    """
    return math.exp(Fraction(epsilon))


def period_name(publication: Publication, form: Formats) -> str:
    """Return what the publication's time is called: a month by its name, else its days."""
    first, last = date.fromisoformat(publication.first), date.fromisoformat(publication.last)
    return form.month_in_full(first) if _is_month(publication) else form.span(first, last)


def axis_name(publication: Publication, form: Formats) -> str:
    """Return what the publication's time is called where there is little room: by its beginning."""
    first = date.fromisoformat(publication.first)
    return form.month(first) if _is_month(publication) else form.day_of_month(first)


def _is_month(publication: Publication) -> bool:
    first, last = date.fromisoformat(publication.first), date.fromisoformat(publication.last)
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1
    return publication.cadence == "month" and len(publication.periods) == 1 and whole


def days_with_gaps(publication: Publication) -> int:
    """Return how many days are not in the figures, or only in part."""
    return len({gap.day for gap in publication.gaps if not gap.code.startswith(LOST)})


def gap_words(code: str, words: Words) -> str:
    """Return what a gap's *code* means; nothing for one that has no words."""
    if code.startswith(LOST) and (table := words.get(f"table.{code.removeprefix(LOST)}")):
        return words("gap.lost", table=table)
    return words(f"gap.{code}") if code in KNOWN_GAPS else ""


def gaps_by_code(gaps: Iterable[Gap]) -> list[tuple[str, Sequence[tuple[date, date]]]]:
    """Return the days of each code as stretches, first and last day; all in order.

    >>> [(_, days)] = gaps_by_code(Gap(day=f"2026-11-0{day}", code="void") for day in (6, 7, 9))
    >>> [f"{first} to {last}" for first, last in days]
    ['2026-11-06 to 2026-11-07', '2026-11-09 to 2026-11-09']
    """
    found: dict[str, list[date]] = {}
    for gap in sorted(gaps, key=lambda each: each.code):
        found.setdefault(gap.code, []).append(date.fromisoformat(gap.day))
    return [(code, stretches(days)) for code, days in found.items()]
