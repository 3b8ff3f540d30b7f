"""Put a table's figures into the order people read them in; what is noise stands apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from aggregator.disclosure.laplace import half_width
from aggregator.publish.page.charts import Columns, Reach, columns, reaches
from oboro.facts import OTHER, UNKNOWN
from oboro.publication import Figure, Publication, PublishedTable

ORDER = ("pages", "hours", "sources", "browsers", "systems", "devices", "countries", "languages")
"""The tables in the order in which they are shown; the total stands above them all."""
LEADING: Mapping[str, int] = {"pages": 15}
"""How many rows of a table are shown at once; of the others 8."""
_LEADING = 8
PER_PAGE = 500
"""Rows on one sheet of a table that has sheets of its own."""
SHEETS = 20
"""How many sheets a table has at most. What comes after them is read by machines, in the CSV."""
_LAST = (OTHER, UNKNOWN)
"""Keys that gather what has no name: they stand below those that have one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and its bar."""

    figure: Figure
    reach: Reach


@dataclass(frozen=True, slots=True)
class ShownTable:
    """One table as it is shown: *leading* rows with bars, and all *figures*, the largest first.

    *leading* holds only what stands out from the noise; *clear* is how many figures do.
    *chart* is there where the keys have an order of their own.
    """

    table: PublishedTable
    leading: tuple[Row, ...]
    figures: tuple[Figure, ...]
    clear: int
    chart: Columns | None

    @property
    def name(self) -> str:
        """The table's name, by which files and words are found."""
        return self.table.name

    @property
    def buried(self) -> int:
        """How many figures cannot be told from noise."""
        return len(self.figures) - self.clear

    @property
    def shares(self) -> bool:
        """Whether the figures are parts of the site's total."""
        return self.table.bound == "once"

    @property
    def sheets(self) -> tuple[tuple[Figure, ...], ...]:
        """The figures in sheets of `PER_PAGE`, the largest first, and no more than `SHEETS`."""
        shown = min(len(self.figures), PER_PAGE * SHEETS)
        return tuple(self.figures[n : n + PER_PAGE] for n in range(0, shown, PER_PAGE))

    @property
    def margin(self) -> int:
        """The margin of error of a figure of this table as it was drawn."""
        return margin_of(self.table)


def shown_tables(publication: Publication) -> list[ShownTable]:
    """Return the tables of *publication* but for the total, as they are shown."""
    named = {table.name: table for table in publication.tables}
    periods = len(publication.periods)
    return [_shown(named[name], periods) for name in ORDER if name in named]


def total_of(publication: Publication) -> Figure | None:
    """Return the site's visitor-days, where the publication has them."""
    totals = next((table for table in publication.tables if table.name == "totals"), None)
    return totals.figures[0] if totals else None


def margin_of(table: PublishedTable) -> int:
    """Return half of the 95 % interval of a draw of *table*; all its figures have the same."""
    return next((each.draw_high - each.draw for each in table.figures), 0)


def noise_limit(table: PublishedTable, periods: int) -> int:
    """Return what noise alone passes nowhere in *table*, in 19 publications out of 20.

    A 95 % interval leaves one empty row in forty above zero by chance, so in a table of hundreds
    of keys some would be taken for places that people came from. The limit is that of the whole
    table: each of its n rows passes it with probability 0.05 / n.
    """
    level = 1 - 2 * 0.05 / max(2, len(table.figures))
    return half_width([Fraction(table.scale)] * periods, level)


def _shown(table: PublishedTable, periods: int) -> ShownTable:
    by_size = sorted(table.figures, key=lambda each: (each.key in _LAST, -each.figure, each.key))
    limit = noise_limit(table, periods)
    clear = [each for each in by_size if each.figure > limit]
    ordered = table.topic == "hour"
    leading = [] if ordered else clear[: LEADING.get(table.name, _LEADING)]
    return ShownTable(
        table=table,
        leading=tuple(map(Row, leading, reaches(leading))),
        figures=table.figures if ordered else tuple(by_size),
        clear=len(clear),
        chart=columns(table.figures) if ordered else None,
    )
