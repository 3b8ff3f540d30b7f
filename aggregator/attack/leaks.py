"""Is there anything beside the figures: a moment, a tally, a width that follows the data?"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence, Set

from msgspec import structs

from aggregator.attack.bundle import Bundle, Finding
from oboro.publication import FILE, encode

ATTACK = "leaks"
COLUMNS = ["key", "draw", "draw_low", "draw_high", "figure", "low", "high"]
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\b1[6-9]\d{8}(\d{3})?\b", re.ASCII)
_PROSE = (".html", ".md", ".css", ".svg", ".txt", ".pub", ".minisig", ".json", ".csv", "SHA256SUMS")


def beside_the_figures(
    bundles: Sequence[Bundle], _public: Mapping[str, Set[str]]
) -> Iterator[Finding]:
    """Find files, moments and numbers that are not the published figures."""
    for bundle in bundles:
        # Rows are compared figure by figure below: a page may be called after a moment, and a
        # large figure may look like one.
        spoken_for = {f"data/{table.name}.csv" for table in bundle.publication.tables}
        keys = (each.key for table in bundle.publication.tables for each in table.figures)
        named = [key for key in keys if _MOMENT.search(key)]
        for name in sorted(bundle.files):
            if not name.endswith(_PROSE):
                yield Finding(bundle.name, ATTACK, f"{name} is no file of a publication")
            if name not in spoken_for and _MOMENT.search(_unnamed(bundle, name, named)):
                yield Finding(bundle.name, ATTACK, f"{name} holds a moment of the clock")
        if bundle.files[FILE] != encode(bundle.publication):
            yield Finding(bundle.name, ATTACK, f"{FILE} is not written as a publication writes it")
        yield from _tables(bundle)
        yield from _widths(bundle)


def _unnamed(bundle: Bundle, name: str, named: Sequence[str]) -> str:
    """Return what the file called *name* says beside figures and the public keys *named*."""
    if name == FILE:
        tables = [structs.replace(table, figures=()) for table in bundle.publication.tables]
        return encode(structs.replace(bundle.publication, tables=tuple(tables))).decode()
    text = bundle.files[name].decode("utf-8", "replace")
    if name.endswith(".html"):
        text = html.unescape(text)
    for key in sorted(named, key=len, reverse=True):
        text = text.replace(key, "")
    return text


def _tables(bundle: Bundle) -> Iterator[Finding]:
    wanted = {f"data/{table.name}.csv": table for table in bundle.publication.tables}
    for name, table in wanted.items():
        if name not in bundle.files:
            yield Finding(bundle.name, ATTACK, f"{name} is missing")
            continue
        rows = list(csv.reader(io.StringIO(bundle.files[name].decode("utf-8-sig"), newline="")))
        figures = [
            [
                each.key,
                *map(
                    str,
                    (
                        each.draw,
                        each.draw_low,
                        each.draw_high,
                        each.figure,
                        each.low,
                        each.high,
                    ),
                ),
            ]
            for each in table.figures
        ]
        if rows != [COLUMNS, *figures]:
            yield Finding(bundle.name, ATTACK, f"{name} holds something else than {FILE}")
    for name in sorted(bundle.files):
        if name.endswith(".csv") and name not in wanted:
            yield Finding(bundle.name, ATTACK, f"{name} is no table of the publication")


def _widths(bundle: Bundle) -> Iterator[Finding]:
    for table in bundle.publication.tables:
        margins = {
            (each.draw - each.draw_low, each.draw_high - each.draw) for each in table.figures
        }
        if len(margins) > 1:
            says = f"{table.name}: the margins of its draws differ by row, so they follow the data"
            yield Finding(bundle.name, ATTACK, says)
