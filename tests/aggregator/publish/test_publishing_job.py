"""What was published once goes on being published, period by period, or says why it cannot."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from aggregator.job import Ran
from aggregator.job_list import JOBS
from aggregator.publish.periods import Period
from aggregator.publish.publishing import Publishing
from aggregator.publish.publishing_job import JOB, NOT_PUBLISHED
from oboro.clock import ManualClock
from oboro.operations import quiet
from oboro.policy import KeySet
from oboro.workspace import Workspace
from tests.support.closed_days import (
    FEBRUARY,
    JANUARY,
    a_closed_month,
    close,
    contribute,
    make_void,
)
from tests.support.command_line import run_oboro
from tests.support.workspace import a_site

HOST = "example.jp"


@pytest.fixture
def begun(workspace: Workspace) -> Workspace:
    """Return a workspace whose site has published its January by hand."""
    workspace.catalog.add_site(a_site(), [KeySet(table="pages", keys=("/", "/a"))])
    run_oboro("key", "new", workspace=workspace)
    a_closed_month(workspace, JANUARY)
    done = run_oboro(
        "publish", "--site", HOST, "--from", "2026-01-01", "--to", "2026-01-31", workspace=workspace
    )
    assert done.status == 0, done.err
    return workspace


def ran(workspace: Workspace) -> Ran:
    """Run the job as a server does."""

    async def run() -> Ran:
        return await JOB.run(workspace, quiet)

    return asyncio.run(run())


def stretches(workspace: Workspace) -> list[tuple[date, date]]:
    """Return the days of the site's publications, the first one first."""
    entries = Publishing.of(workspace).known(HOST)
    return [(entry.subject.first, entry.subject.last) for entry in entries]


def test_the_next_month_is_due_and_published_and_then_nothing_is(begun: Workspace) -> None:
    a_closed_month(begun, FEBRUARY)

    assert [(due.site, due.day) for due in JOB.due(begun)] == [(HOST, FEBRUARY.last)]
    assert ran(begun) == Ran(1, [])
    assert stretches(begun) == [JANUARY, FEBRUARY]
    assert JOB.due(begun) == []
    assert ran(begun) == Ran(0, [])


def test_a_month_with_an_open_day_waits_and_says_which(begun: Workspace) -> None:
    a_closed_month(begun, FEBRUARY)
    contribute(begun, [date(2026, 3, 3)])
    begun.store.insert(
        "coarse_events",
        (
            "site",
            "day",
            "topic",
            "value",
            "value2",
            "views",
            "visits",
            "visitors",
            "events",
            "batch",
        ),
        [(HOST, date(2026, 2, 10), "total", "", "", 1, 1, 1, 0, bytes(16))],
    )
    begun.store.command("ALTER TABLE closed_days DELETE WHERE day = '2026-02-10'")

    done = ran(begun)

    [failure] = done.failures
    assert (failure.site, failure.day, failure.code) == (HOST, FEBRUARY.last, NOT_PUBLISHED)
    assert failure.waits
    assert "2026-02-10" in failure.why
    assert stretches(begun) == [JANUARY]


def test_a_site_that_never_published_is_left_alone(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())
    run_oboro("key", "new", workspace=workspace)
    a_closed_month(workspace, FEBRUARY)

    assert JOB.due(workspace) == []
    assert ran(workspace) == Ran(0, [])


def test_a_lost_key_is_told_at_once(begun: Workspace) -> None:
    a_closed_month(begun, FEBRUARY)
    for path in begun.settings.data_dir.rglob("*.key"):
        path.unlink()

    [failure] = ran(begun).failures

    assert not failure.waits
    assert "oboro key new" in failure.why


def test_a_month_that_can_never_be_published_is_told_and_passed_over(
    begun: Workspace, clock: ManualClock
) -> None:
    make_void(begun, FEBRUARY.first)
    close(begun, [FEBRUARY.first])
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    a_closed_month(begun, march)
    clock.advance(timedelta(days=30))

    done = ran(begun)

    [failure] = done.failures
    assert (done.done, failure.day, failure.code) == (1, FEBRUARY.last, NOT_PUBLISHED)
    assert not failure.waits
    assert "missing, void" in failure.why
    assert stretches(begun) == [JANUARY, march]
    assert JOB.due(begun) == []


def test_days_are_closed_before_they_are_published() -> None:
    names = [job.name for job in JOBS]

    assert names.index("close-days") < names.index("publish")
