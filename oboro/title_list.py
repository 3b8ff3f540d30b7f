"""Read the titles of a site's pages from a table that an operator gives, as CSV or TSV."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from oboro.errors import UsageError
from oboro.hidden_characters import is_hidden
from oboro.page_titles import Title
from oboro.program import Runs

MOST = 200_000
"""Titles in one list."""
LONGEST = 300
"""Characters of a title."""
MASK = ":id"
"""What stands in a page's name for a number or token of somebody: many pages share such a name."""
SHOWN = 5
_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("path", "page", "url", "address", "パス", "ページ"), "address"),
    **dict.fromkeys(("title", "タイトル"), "title"),
    **dict.fromkeys(("ja", "title_ja", "日本語"), "title_ja"),
    **dict.fromkeys(("en", "title_en", "英語"), "title_en"),
}
"""What the first row may call each column."""


class Titled(NamedTuple):
    """One row: where it stands, the page's address, and its title."""

    where: str
    address: str
    title: Title


class Named(NamedTuple):
    """The titles by the names of their pages, and how many rows had none of their own."""

    titles: Mapping[str, Title]
    masked: int


def named_titles(
    session: Runs, path: Path, *, hosts: Sequence[str], query_keys: Sequence[str]
) -> Named:
    """Return the titles in *path* of a site of *hosts*, by the names of their pages.

    A page whose name is masked has none: its name stands for many. Raises a `UsageError` that
    names the rows which are no pages of the site, or which disagree; nothing is kept then.
    """
    listed = read_title_list(path)
    answer = session.run(
        "pages.name",
        {
            "addresses": [each.address for each in listed],
            "hosts": list(hosts),
            "query_keys": list(query_keys),
        },
    )
    titles: dict[str, Titled] = {}
    wrong: list[str] = []
    masked = 0
    for each, name in zip(listed, answer["names"], strict=True):
        if name is None:
            wrong.append(f"{each.where}: {each.address[:100]} is no page of {hosts[0]}")
        elif MASK in name:
            masked += 1
        elif titles.setdefault(name, each).title != each.title:
            wrong.append(f"{each.where}: {name[:100]} has another title at {titles[name].where}")
    if wrong:
        more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise UsageError(f"{'; '.join(wrong[:SHOWN])}{more}; mend the rows, and give it again")
    return Named({name: each.title for name, each in titles.items()}, masked)


def read_title_list(path: Path) -> list[Titled]:
    """Return the rows of the table in *path*; a `UsageError` names the row that is none.

    The first row may name the columns, in any order; else they are a page's address and its title.
    A table is tab-separated where its first line has a tab, else comma-separated.
    """
    lines = _text_of(path)
    first, _, _ = lines.partition("\n")
    rows = csv.reader(
        io.StringIO(lines, newline=""), delimiter="\t" if "\t" in first else ",", strict=True
    )
    try:
        titled = list(_titled(path, rows))
    except csv.Error as error:
        raise UsageError(
            f"{path} line {rows.line_num} is no row of a table: {error}; write quotes within a "
            'title twice, as ""'
        ) from None
    if not titled:
        raise UsageError(f"{path} holds no title; write a path and its title a line")
    if len(titled) > MOST:
        raise UsageError(f"{path} holds {len(titled):,} titles; at most {MOST:,} can be kept")
    return titled


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text; save it again as UTF-8") from None


def _titled(path: Path, rows: Iterator[list[str]]) -> Iterator[Titled]:
    columns: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        where = f"{path} row {number}"
        if not any(cell.strip() for cell in row) or row[0].lstrip().startswith("#"):
            continue
        if not columns:
            columns, is_head = _columns(where, row)
            if is_head:
                continue
        yield _row(where, row, columns)


def _columns(where: str, row: Sequence[str]) -> tuple[dict[str, int], bool]:
    """Return the place of each column, and whether *row* was there to name them."""
    named = [_COLUMNS.get(cell.strip().lower(), "") for cell in row]
    if "address" not in named:
        return {"address": 0, "title": 1}, False
    if len(set(named) - {""}) != len([name for name in named if name]):
        raise UsageError(f"{where} names a column twice")
    columns = {name: place for place, name in enumerate(named) if name}
    if len(columns) == 1:
        raise UsageError(f"{where} names no column of titles; call one title, title_ja or title_en")
    return columns, True


def _row(where: str, row: Sequence[str], columns: Mapping[str, int]) -> Titled:
    cells = {
        name: _cleaned(row[place]) if place < len(row) else "" for name, place in columns.items()
    }
    address = cells.pop("address")
    if not address:
        raise UsageError(f"{where} names no page; write its path first, like /kurashi/")
    title = Title(cells.get("title", ""), cells.get("title_ja", ""), cells.get("title_en", ""))
    if not any(title):
        raise UsageError(f"{where} has no title; write one, or leave the row out")
    longest = max(map(len, title))
    if longest > LONGEST:
        raise UsageError(f"{where} has a title of {longest} characters; at most {LONGEST}")
    return Titled(where, address, title)


def _cleaned(cell: str) -> str:
    """Return *cell* in one line, without characters that show nothing or reorder text."""
    shown = "".join(
        " " if mark in "\r\n\t" else mark
        for mark in cell
        if mark in "\r\n\t" or not is_hidden(mark)
    )
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", shown)).strip()
