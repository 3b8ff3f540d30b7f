"""Each field of each form in which hits are sent: what must not be kept of it is found nowhere."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from collector import dialects
from collector.dialects import events
from collector.dialects.native import FIELDS, IN_QUERY
from collector.intake import HINTS
from tests.privacy.taint.forms import Search
from tests.privacy.taint.marks import marks_of
from tests.privacy.taint.visitor import ANSWERS, SITE, Visitor
from tests.privacy.taint.watched import (
    KEPT,
    KEPT_PAGE,
    QUICK,
    wait_until_delivered,
    watched_site,
)
from tests.privacy.taint.wires import OUTER, FieldMarks, Wire, requests_of, wires_of

NO_FIELDS = {
    # What a value is compared with, or called by us.
    "ascii", "event", "false", "form", "order", "strict", "true", "site", "plan",
    # Kinds of problems.
    "request",
}  # fmt: skip
"""Words of the readers that name no field; whoever adds a word there adds a field to the marks."""


def words_of(module: str) -> set[str]:
    """Return every word that the functions of a reader write down: any may name a field."""
    source = Path(dialects.__path__[0]) / f"{module}.py"
    words = set()
    for function in ast.walk(ast.parse(source.read_text())):
        if isinstance(function, ast.FunctionDef):
            found = {each.value for each in ast.walk(function) if isinstance(each, ast.Constant)}
            words |= {each for each in found if isinstance(each, str) and each.isidentifier()}
    return words


def wires() -> list[Wire]:
    """Return all forms with some visitor's marks."""
    return wires_of(FieldMarks(0), SITE)


@pytest.mark.parametrize(
    "module", ["plausible", "umami", "goatcounter", "goatcounter_api", "matomo"]
)
def test_every_word_that_a_reader_looks_for_is_sent_with_a_mark(module: str) -> None:
    sent = {name for wire in wires() if wire.module == module for name in wire.fields}

    assert words_of(module) - NO_FIELDS - OUTER - sent == set()
    assert sent & words_of(module), "the words of the reader were not found"


def test_every_field_of_our_own_forms_is_sent_with_a_mark() -> None:
    sent = {wire.name: wire.fields for wire in wires()}

    assert sent["native"] == set(FIELDS)
    assert sent["pixel"] == IN_QUERY
    assert sent["events"] == set(FIELDS) | set(events.STATED)
    assert {"Sec-CH-UA", "Sec-CH-UA-Platform"} <= set(HINTS)


def test_every_reader_of_a_dialect_has_a_form_here() -> None:
    files = {path.stem for path in Path(dialects.__path__[0]).glob("*.py")}
    # These hold what the readers share.
    assert files - {"__init__", "said", "stated"} == {wire.module for wire in wires()}


@pytest.mark.parametrize("visitors", [1, pytest.param(31, marks=pytest.mark.soak)])
def test_no_mark_of_any_field_is_left_anywhere(tmp_path: Path, visitors: int) -> None:
    watched = watched_site(tmp_path)
    everybody = [FieldMarks(number) for number in range(visitors)]
    with watched.serving(**QUICK) as url:
        for number, marks in enumerate(everybody):
            visitor = Visitor(url, marks_of(number), watched.key)
            assert set(visitor.send_fields(marks)) <= ANSWERS
            assert visitor.read(KEPT_PAGE) == 202
        counted = wait_until_delivered(url)['oboro_outcomes_total{outcome="counted"}']
        while_running = watched.found(*everybody)
    tables = watched.dumped().read_bytes()

    assert counted > 250 * visitors
    assert while_running == {}
    assert watched.found(*everybody) == {}
    assert KEPT in tables


def test_a_leak_of_any_field_would_be_found() -> None:
    marks = FieldMarks(0)
    sent = [one for wire in wires_of(marks, SITE) for one, _ in requests_of(wire, marks)]
    search = Search(marks.marks)

    for request in sent:
        assert search.found_in(request.path.encode() + (request.body or b""))
    assert len(marks.marks) > 400
    assert len(set(marks.marks.values())) == len(marks.marks)
