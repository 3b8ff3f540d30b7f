"""Days that miss something are marked, also when nobody was left to say so."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collector.day_marks import PARTIAL, VOID, DayMarks
from oboro.store import Store, StoreError
from tests.support.workspace import NOON, a_site

SITES = (
    a_site(),
    a_site("other.jp"),
    a_site("berlin.de", zone=ZoneInfo("Europe/Berlin")),
    a_site("made-up.jp", demonstration=True),
)
TODAY = date(2026, 3, 4)


def marked(store: Store) -> dict[tuple[str, date], str]:
    rows = store.query("SELECT site, day, state FROM days FINAL WHERE node = 'collector'")
    return {(site, day): state for site, day, state in rows}


def test_a_first_start_marks_nothing(store: Store, tmp_path: Path) -> None:
    DayMarks(store, tmp_path / "running").begin(SITES, NOON)

    assert marked(store) == {}


def test_the_file_says_no_more_than_the_date(store: Store, tmp_path: Path) -> None:
    DayMarks(store, tmp_path / "running").begin(SITES, NOON)

    assert (tmp_path / "running").read_text() == "Asia/Tokyo 2026-03-04\nEurope/Berlin 2026-03-04\n"


def test_a_start_after_a_crash_marks_the_day_of_the_crash(store: Store, tmp_path: Path) -> None:
    DayMarks(store, tmp_path / "running").begin(SITES, NOON)

    DayMarks(store, tmp_path / "running").begin(SITES, NOON + timedelta(days=2))

    assert marked(store) == {
        (host, TODAY): PARTIAL for host in ("example.jp", "other.jp", "berlin.de")
    }


def test_a_crash_after_midnight_marks_the_new_day(store: Store, tmp_path: Path) -> None:
    marks = DayMarks(store, tmp_path / "running")
    marks.begin(SITES, NOON)
    marks.note(SITES[:1], NOON + timedelta(hours=13))

    DayMarks(store, tmp_path / "running").begin(SITES[:1], NOON + timedelta(days=2))

    assert marked(store) == {("example.jp", TODAY + timedelta(days=1)): PARTIAL}


def test_a_clean_stop_marks_what_it_gives_up_and_the_next_start_nothing(
    store: Store, tmp_path: Path
) -> None:
    marks = DayMarks(store, tmp_path / "running")
    marks.begin(SITES, NOON)

    marks.end({("example.jp", TODAY)})
    DayMarks(store, tmp_path / "running").begin(SITES, NOON)

    assert marked(store) == {("example.jp", TODAY): PARTIAL}


def test_a_stop_while_the_store_is_away_leaves_the_mark_to_the_next_start(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = DayMarks(store, tmp_path / "running")
    marks.begin(SITES, NOON)
    with monkeypatch.context() as away:
        away.setattr(store, "insert", _refuse)
        marks.end({("example.jp", TODAY)})
    assert marked(store) == {}

    DayMarks(store, tmp_path / "running").begin(SITES[:1], NOON + timedelta(days=2))

    assert marked(store) == {("example.jp", TODAY): PARTIAL}


def test_void_stays_void(store: Store, tmp_path: Path) -> None:
    marks = DayMarks(store, tmp_path / "running")

    marks.mark({("example.jp", TODAY)}, VOID)
    marks.mark({("example.jp", TODAY)}, PARTIAL)

    assert marked(store) == {("example.jp", TODAY): VOID}


def test_a_mark_that_could_not_be_written_is_written_at_the_next_start(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DayMarks(store, tmp_path / "running").begin(SITES[:1], NOON)
    with monkeypatch.context() as failing:
        failing.setattr(store, "insert", _refuse)
        with pytest.raises(StoreError):
            DayMarks(store, tmp_path / "running").begin(SITES[:1], NOON + timedelta(days=1))

    DayMarks(store, tmp_path / "running").begin(SITES[:1], NOON + timedelta(days=3))

    assert marked(store) == {
        ("example.jp", TODAY): PARTIAL,
        ("example.jp", TODAY + timedelta(days=1)): PARTIAL,
    }


def test_a_file_that_cannot_be_read_is_no_reason_not_to_start(store: Store, tmp_path: Path) -> None:
    (tmp_path / "running").write_bytes(b"\xff\x00 nonsense\nAsia/Tokyo\n")

    DayMarks(store, tmp_path / "running").begin(SITES, NOON)

    assert (tmp_path / "running").read_text().startswith("Asia/Tokyo 2026-03-04\n")


def _refuse(*_: object) -> None:
    raise StoreError("no")
