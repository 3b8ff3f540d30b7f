"""The doctor tells of days that are stuck."""

from __future__ import annotations

from datetime import UTC, date, datetime

from aggregator.checks import scheduled_jobs
from aggregator.job import Failure
from aggregator.job_record import JobRecord, Run
from oboro.findings import State
from oboro.workspace import Workspace

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_nothing_stuck_is_in_order(workspace: Workspace) -> None:
    assert scheduled_jobs(workspace).state is State.OK


def test_a_day_that_could_not_be_closed_is_named_with_the_reason(workspace: Workspace) -> None:
    failures = [
        Failure("example.jp", date(2026, 2, day), "not-closed", "its sums differ") for day in (1, 2)
    ]
    JobRecord(workspace.catalog.engine).note("close-days", Run(AT, AT, 0, 2), failures)
    found = scheduled_jobs(workspace)
    assert found.state is State.FAIL
    assert found.says == "2026-02-01 of example.jp: its sums differ (1 more); see oboro jobs"
