"""Each feature of the tracker is in docs/tracker.md, in a row that names its real-browser test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from collector.kind import Kind
from hatch_build import ROOT, TRACKER

PAGE = (ROOT / "docs/tracker.md").read_text(encoding="utf-8")
BROWSED = Path(__file__).with_name("test_in_a_browser.py")
LISTENED = re.compile(r'addEventListener\(\s*"(\w+)"')
CHANGED = re.compile(r'of \["(\w+)", "(\w+)"\] as const')
OPTION = re.compile(r"^  (\w+)\?:", re.MULTILINE)


def rows(page: str, beginning: str) -> list[list[str]]:
    """Return the cells of the rows in the table whose first heading is *beginning*."""
    table = page.partition(f"\n| {beginning} |")[2].partition("\n\n")[0]
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in table.splitlines()[2:]
    ]


def named(page: str) -> list[list[str]]:
    """Return the tests that each row of the tables of features names."""
    both = [*rows(page, "what"), *rows(page, "what holds")]
    return [re.findall(r"`(test_\w+)`", row[-1]) for row in both]


def browsed() -> set[str]:
    """Return the names of the tests in a browser."""
    tree = ast.parse(BROWSED.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef)]
    return {node.name for node in functions if node.name.startswith("test_")}


def features() -> set[str]:
    """Return what the tracker's sources can do: kinds of hits, events they follow, attributes."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / TRACKER).glob("*.ts")]
    found = {str(kind) for kind in Kind}
    for source in sources:
        found.update(LISTENED.findall(source))
        found.update(name for pair in CHANGED.findall(source) for name in pair)
    return found | attributes() - {"data-site"} | {"data-oboro"}


def attributes() -> set[str]:
    """Return the attributes that the script element may have."""
    source = (ROOT / TRACKER / "types.ts").read_text(encoding="utf-8")
    return {f"data-{name}" for name in OPTION.findall(source.partition("interface Options")[2])}


def undocumented(page: str) -> set[str]:
    """Return the features that no row of the table on *page* tells of."""
    told = " ".join(row[1] for row in rows(page, "what"))
    return {name for name in features() if not re.search(rf"`[^`]*\b{name}\b[^`]*`", told)}


def test_every_row_names_a_test_that_exists() -> None:
    assert len(named(PAGE)) > 20
    assert [tests for tests in named(PAGE) if not tests or set(tests) - browsed()] == []


def test_every_test_in_a_browser_is_named_by_a_row() -> None:
    assert browsed() - {test for tests in named(PAGE) for test in tests} == set()


def test_every_feature_has_a_row() -> None:
    assert {"pagehide", "prerenderingchange", "replaceState", "data-forms"} < features()
    assert undocumented(PAGE) == set()


def test_every_attribute_is_told() -> None:
    assert {row[0].strip("`") for row in rows(PAGE, "attribute")} == attributes()


@pytest.mark.parametrize("name", ["pagehide", "outbound", "data-hash", "pushState"])
def test_a_feature_without_a_row_is_found(name: str) -> None:
    page = "\n".join(line for line in PAGE.splitlines() if name not in line)

    assert name in undocumented(page)


def test_a_row_without_a_test_is_found() -> None:
    assert [] in named(PAGE.replace("`test_which_endings_are_files_can_be_said`", ""))
