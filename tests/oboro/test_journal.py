"""The journal: our own sentences, and the kind and place of errors; no value of anybody."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from oboro.journal import (
    OF_THE_STORE,
    OURS,
    ValuelessFormatter,
    ValuelessJson,
    kind_and_place,
    write_journal,
)

SENTINEL = "taro@example.jp"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What reaches the journal."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ValuelessFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def fail() -> None:
    try:
        int(SENTINEL)
    except ValueError as cause:
        raise KeyError(SENTINEL) from cause


def test_our_own_sentences_are_written(written: io.StringIO) -> None:
    logging.getLogger("collector.writer").warning("the store is away for %d s", 7)
    assert "warning collector.writer: the store is away for 7 s" in written.getvalue()


def test_a_library_s_words_are_not(written: io.StringIO) -> None:
    logging.getLogger("aiohttp.server").error("Error handling request from %s", SENTINEL)
    assert "error aiohttp.server" in written.getvalue()
    assert SENTINEL not in written.getvalue()


def test_of_an_exception_only_kind_and_place_are_written(written: io.StringIO) -> None:
    try:
        fail()
    except KeyError:
        logging.getLogger("oboro").exception("the import stopped")
    assert "the import stopped: KeyError at tests/oboro/test_journal.py:" in written.getvalue()
    assert SENTINEL not in written.getvalue()


def test_the_place_is_the_last_line_of_ours() -> None:
    with pytest.raises(KeyError) as caught:
        fail()
    line = fail.__code__.co_firstlineno + 4
    assert kind_and_place(caught.value) == f"KeyError at tests/oboro/test_journal.py:{line}"


def test_a_line_for_programs_says_the_same_and_no_value(written: io.StringIO) -> None:
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, ValuelessFormatter):
            handler.setFormatter(ValuelessJson())
    logging.getLogger("oboro.spool").error("%d entries\n", 3)
    logging.getLogger("aiohttp.server").warning(SENTINEL)
    try:
        fail()
    except KeyError:
        logging.getLogger("oboro").exception("a request")

    ours, theirs, failed = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (ours["level"], ours["logger"], ours["message"]) == (
        "error",
        "oboro.spool",
        "3 entries\n",
    )
    assert datetime.fromisoformat(ours["time"]).tzinfo is not None
    assert theirs["message"] == "(a library's message, not shown)"
    assert failed["error"].startswith("KeyError at ")
    assert SENTINEL not in written.getvalue()


def test_libraries_do_not_repeat_that_the_store_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    root, stream = logging.getLogger(), io.StringIO()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    before = {name: logging.getLogger(name).level for name in ("", *OURS, *OF_THE_STORE)}
    try:
        write_journal("info", stream)
        logging.getLogger("urllib3.connectionpool").warning("a try failed")
        logging.getLogger("clickhouse_connect.driver").warning("a try failed")
        assert stream.getvalue() == ""
        logging.getLogger("urllib3.connectionpool").error("something is broken")
        assert "urllib3.connectionpool" in stream.getvalue()
    finally:
        logging.captureWarnings(False)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
