"""The states of site-days: which moves there are, who remembers them, and what is a gap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.day_state import (
    COMPLETE,
    DayState,
    Gap,
    OpenDay,
    Quality,
    closes_at,
    is_due,
    may_become,
    quality_of,
)
from aggregator.days import MISSING, NOT_CLOSED, Days
from oboro.errors import Conflict
from oboro.services import ClosedDays
from oboro.store import Store, StoreError
from oboro.workspace import Workspace
from tests.support.closing import close
from tests.support.workspace import TOKYO

HOST = "example.jp"
DAY = date(2026, 3, 4)
NEXT = DAY + timedelta(days=1)


def marked(store: Store, *marks: tuple[str, date, str, str, str]) -> None:
    """Write *marks*: site, day, node, state and label."""
    columns = ("site", "day", "node", "state", "label", "version")
    store.insert("days", columns, [(*mark, 1) for mark in marks])


@given(st.sampled_from(DayState), st.sampled_from(DayState))
def test_a_day_goes_one_step_forward_or_stays(before: DayState, after: DayState) -> None:
    order = ["open", "closing", "closed", "published"]
    assert may_become(before, after) == (order.index(after) - order.index(before) in (0, 1))


def test_a_day_may_be_closed_an_hour_after_its_end_on_the_wall_clock_of_its_site() -> None:
    assert closes_at(DAY, TOKYO) == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    # The night in which Lisbon's clocks go back: its day has 25 hours.
    lisbon = ZoneInfo("Europe/Lisbon")
    assert closes_at(date(2026, 10, 25), lisbon) == datetime(2026, 10, 26, 1, 0, tzinfo=UTC)


def test_an_imported_day_is_due_at_once_and_a_day_of_an_unknown_site_never() -> None:
    at = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
    zones = {HOST: TOKYO}
    assert is_due(OpenDay(HOST, DAY, True, 1), zones, at)
    assert not is_due(OpenDay(HOST, DAY, False, 1), zones, at)
    assert is_due(OpenDay(HOST, DAY, False, 1), zones, closes_at(DAY, TOKYO))
    assert not is_due(OpenDay("gone.example", DAY, True, 1), zones, at)


def test_a_day_nothing_is_known_of_is_open_and_complete(store: Store) -> None:
    days = Days(store)
    assert days.state(HOST, DAY) is DayState.OPEN
    assert not days.is_closed(HOST, DAY)
    assert days.quality(HOST, DAY) == COMPLETE


def test_a_closing_day_takes_nothing_more_and_another_process_knows(store: Store) -> None:
    days = Days(store)
    days.begin_closing([(HOST, DAY)])
    assert days.is_closed(HOST, DAY)
    assert not days.is_closed(HOST, NEXT)
    assert Days(store).state(HOST, DAY) is DayState.CLOSING


def test_a_day_that_was_not_closed_cannot_be_published(store: Store) -> None:
    days = Days(store)
    with pytest.raises(Conflict, match=r"2026-03-04 of example.jp is open"):
        days.mark_published(HOST, [DAY])
    days.begin_closing([(HOST, DAY)])
    with pytest.raises(Conflict, match="closing"):
        days.mark_published(HOST, [DAY])
    assert days.state(HOST, DAY) is DayState.CLOSING


def test_a_published_day_keeps_its_receipt_and_is_never_closed_again(store: Store) -> None:
    close(store, [(HOST, DAY), (HOST, NEXT)])
    days = Days(store)
    before = days.receipts(HOST, DAY, NEXT)
    days.mark_published(HOST, [NEXT, DAY])
    days.mark_published(HOST, [DAY])
    for known in (days, Days(store)):
        assert known.state(HOST, DAY) is DayState.PUBLISHED
        assert known.receipts(HOST, DAY, NEXT) == {
            day: (DayState.PUBLISHED, *receipt[1:]) for day, receipt in before.items()
        }
    with pytest.raises(Conflict, match="published"):
        days.begin_closing([(HOST, DAY)])


def test_the_worst_mark_of_a_day_counts_and_its_labels_go_with_it(store: Store) -> None:
    marked(
        store,
        (HOST, DAY, "one", "partial", ""),
        (HOST, DAY, "two", "void", ""),
        (HOST, NEXT, "", "imported", "objections not knowable"),
        ("other.example", DAY, "one", "void", "x"),
    )
    days = Days(store)
    assert days.quality(HOST, DAY) == (Quality.VOID, "", False)
    assert days.qualities(HOST, DAY, NEXT)[NEXT] == (
        Quality.IMPORTED,
        "objections not knowable",
        True,
    )


def test_a_made_up_day_with_a_restart_is_partial_and_still_an_import() -> None:
    found = quality_of([("", "partial", "demonstration")])
    assert found == (Quality.PARTIAL, "demonstration", True)


def test_a_gap_is_there_once_and_a_late_or_missing_day_is_none_once_it_is_closed(
    store: Store,
) -> None:
    days = Days(store)
    for code in ("void", NOT_CLOSED, MISSING, NOT_CLOSED):
        days.record_gap(HOST, DAY, code)
    days.record_gap(HOST, NEXT, NOT_CLOSED)
    days.record_gap("other.example", DAY, "void")
    assert days.gaps(HOST, DAY, DAY) == [Gap(DAY, code) for code in (MISSING, NOT_CLOSED, "void")]
    close(store, [(HOST, DAY)])
    assert days.gaps(HOST, DAY, NEXT) == [Gap(DAY, "void"), Gap(NEXT, NOT_CLOSED)]


def test_every_day_of_which_anything_is_kept_is_open_until_it_is_closed(store: Store) -> None:
    marked(store, (HOST, DAY, "", "imported", ""), (HOST, NEXT, "collector", "partial", ""))
    store.insert(
        "outcomes", ("site", "day", "outcome", "n"), [("", DAY, "bot", 1), ("b.jp", DAY, "bot", 1)]
    )
    days = Days(store)
    days.note_open([("quiet.example", DAY)])
    assert days.open_days() == [
        OpenDay("b.jp", DAY, False, 0),
        OpenDay(HOST, DAY, True, 0),
        OpenDay(HOST, NEXT, False, 0),
        OpenDay("quiet.example", DAY, False, 0),
    ]
    close(store, [(HOST, DAY), ("b.jp", DAY)])
    assert [(day.site, day.day) for day in days.open_days()] == [
        (HOST, NEXT),
        ("quiet.example", DAY),
    ]


def test_a_day_whose_import_is_not_finished_is_not_closed(store: Store) -> None:
    marked(store, (HOST, DAY, "", "imported", ""))
    store.insert("imported_events", ("import", "site", "day"), [("x", HOST, DAY)])
    assert Days(store).open_days() == []


def test_noting_a_day_again_writes_nothing(store: Store) -> None:
    for _ in range(2):
        Days(store).note_open([(HOST, DAY)])
    assert store.query("SELECT count() FROM closed_days") == [(1,)]
    assert Days(store).newest_counted() == {HOST: DAY}


def test_a_workspace_has_one_object_that_tells_which_days_are_closed(workspace: Workspace) -> None:
    days = Days.of(workspace)
    assert Days.of(workspace) is days
    assert workspace.find(ClosedDays) is days


def test_days_that_cannot_be_read_again_stay_known_and_cost_no_hit_a_question(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    days, other = Days(store), Days(store)
    days.begin_closing([(HOST, DAY)])
    other.read()

    def away(*_: object) -> None:
        raise StoreError("the store does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(store, "query", away)
        with pytest.raises(StoreError):
            other.read_again()
        assert other.is_closed(HOST, DAY)
        assert not other.is_closed(HOST, NEXT)


def test_a_day_that_is_noted_while_all_are_read_again_stays_noted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = Days(store)
    days.read()
    read = store.query

    def slowly(*asked: Any) -> Any:
        rows = read(*asked)
        days.note_closing([(HOST, NEXT)])
        return rows

    Days(store).begin_closing([(HOST, DAY)])
    monkeypatch.setattr(store, "query", slowly)
    days.read_again()
    monkeypatch.undo()
    assert days.beyond() == {(HOST, DAY), (HOST, NEXT)}
