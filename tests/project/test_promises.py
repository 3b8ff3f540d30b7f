"""Every test that docs/promises.md names is there, and every promise names one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def defined_in(path: Path) -> set[str]:
    """Return the names of the tests that *path* defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


@pytest.mark.parametrize(("file", "test"), NAMED, ids=lambda part: str(part))
def test_a_test_that_holds_a_promise_exists(file: str, test: str) -> None:
    assert test in defined_in(ROOT / file)


def test_every_promise_is_held_by_a_test() -> None:
    promises = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]

    unheld = {promise.splitlines()[0] for promise in promises if "::test_" not in promise}

    assert len(promises) >= 6
    assert unheld == set()


def test_every_row_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]

    assert [row for row in rows if "::test_" not in row and "held by" not in row] == []
