"""Retention: what was kept long enough goes by the month, with a receipt, and nothing else does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import receipts
from aggregator.days import Days
from aggregator.receipts import EXPIRED, Receipt
from aggregator.retention import drop_expired, expired, keep_from
from oboro.clock import ManualClock
from oboro.facts import Fact
from oboro.operations import quiet
from oboro.store import Store
from oboro.workspace import Workspace
from tests.aggregator.test_closing import Counted, Stopped
from tests.support.closing import a_closing, facts_read
from tests.support.kept_facts import keep
from tests.support.workspace import a_site

HOST, OTHER = "example.jp", "other.example"
TODAY = date(2026, 3, 4)
OLD, KEPT = date(2024, 1, 31), date(2024, 2, 1)
"""With 25 months, February 2024 is the oldest that March 2026 keeps."""


def a_view(site: str, day: date) -> Fact:
    return Fact(site, day, "total", "", "", 1, 1, 1, 0)


def closed(store: Store, site: str, day: date, on: date) -> None:
    """Count one view of *site* on *day*, and close the day *on* another."""
    keep(store, [a_view(site, day)])
    closing, days = a_closing(store)
    days.begin_closing([(site, day)])
    closing.sum_up({(site, day): 1}, {site: on}, quiet)


def imported(store: Store, site: str, *days: date) -> None:
    """Mark *days* of *site* as those of an import."""
    columns = ("site", "day", "node", "state", "label", "version")
    store.insert("days", columns, [(site, day, "", "imported", "", 1) for day in days])


@pytest.fixture
def aged(workspace: Workspace) -> Workspace:
    """A workspace with two sites, of which one has a day that was kept long enough."""
    workspace.catalog.add_site(a_site(HOST))
    workspace.catalog.add_site(a_site(OTHER))
    for site, day in ((HOST, OLD), (HOST, KEPT), (OTHER, KEPT)):
        closed(workspace.store, site, day, day + timedelta(days=1))
    columns = ("site", "day", "outcome", "n")
    workspace.store.insert("outcomes", columns, [(HOST, OLD, "bot", 3), (HOST, KEPT, "bot", 4)])
    return workspace


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 300))
def test_a_month_is_kept_until_so_many_others_are_over(today: date, months: int) -> None:
    oldest = keep_from(today, months)
    assert oldest.day == 1
    assert (today.year - oldest.year) * 12 + today.month - oldest.month == months


async def test_old_days_go_and_leave_a_receipt_for_each_table(aged: Workspace) -> None:
    assert (await drop_expired(aged, quiet)).done == 1
    assert facts_read(aged.store) == [a_view(HOST, KEPT), a_view(OTHER, KEPT)]
    assert aged.store.query("SELECT site, day, n FROM outcomes") == [(HOST, KEPT, 4)]
    assert Days(aged.store).receipts(HOST, OLD, OLD) == {}
    found = [
        (receipt["table"], receipt["first"], receipt["rows"], receipt["state"])
        for receipt in receipts.documents(aged.store)
    ]
    assert sorted(found) == [
        ("outcomes", "2024-01-31", 1, "done"),
        ("statistics", "2024-01-31", 1, "done"),
    ]
    assert (await drop_expired(aged, quiet)).done == 0


async def test_an_imported_old_log_is_kept_from_its_import_on(
    workspace: Workspace, clock: ManualClock
) -> None:
    workspace.catalog.add_site(a_site(HOST))
    old = date(2015, 5, 17)
    closed(workspace.store, HOST, old, TODAY)
    keep(workspace.store, [a_view(HOST, old + timedelta(days=1))])
    imported(workspace.store, HOST, old, old + timedelta(days=1))
    assert expired(workspace) == []
    clock.set(datetime(2028, 5, 1, tzinfo=UTC))
    assert [(row.site, row.day) for row in expired(workspace)] == [(HOST, old)]


async def test_a_day_that_is_old_in_one_site_only_stays_for_the_other(aged: Workspace) -> None:
    closed(aged.store, OTHER, OLD, TODAY)
    imported(aged.store, OTHER, OLD)
    await drop_expired(aged, quiet)
    assert a_view(OTHER, OLD) in facts_read(aged.store)
    assert a_view(HOST, OLD) not in facts_read(aged.store)


async def test_rows_that_were_never_closed_go_as_well(aged: Workspace) -> None:
    keep(aged.store, [a_view(HOST, OLD - timedelta(days=1))])
    await drop_expired(aged, quiet)
    assert {fact.day for fact in facts_read(aged.store)} == {KEPT}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_kill_at_any_statement_is_made_good_by_the_next_run(
    aged: Workspace, after: bool
) -> None:
    real = aged.store
    steps = 0
    finished = False
    while not finished:
        steps += 1
        if (HOST, OLD) not in {fact[:2] for fact in facts_read(real)}:
            closed(real, HOST, OLD, OLD + timedelta(days=1))
        aged.store = Counted(real, steps, after)
        try:
            await drop_expired(aged, quiet)
            finished = True
        except Stopped:
            pass
        aged.store = real
        await drop_expired(aged, quiet)
        assert {fact[:2] for fact in facts_read(real)} == {(HOST, KEPT), (OTHER, KEPT)}
        assert receipts.begun(real, EXPIRED) == []
    assert steps > 5


def test_a_receipt_is_begun_and_then_done_and_is_one(store: Store) -> None:
    receipt = Receipt(HOST, EXPIRED, OLD, KEPT, "statistics", 7, TODAY)
    receipts.begin(store, [receipt])
    assert receipts.begun(store, EXPIRED) == [receipt]
    receipts.end(store, [receipt])
    assert receipts.begun(store, EXPIRED) == []
    assert [found["state"] for found in receipts.documents(store)] == ["done"]
