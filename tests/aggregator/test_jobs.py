"""Jobs: what is due is done once, what failed is kept, and what lasts is an alarm and a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from aggregator import closing_job
from aggregator.closing_job import ON_ITS_WAY
from aggregator.day_state import DayState, Gap
from aggregator.days import MISSING, NOT_CLOSED, Days
from aggregator.job import Due, Failure, Job, Ran
from aggregator.job_list import JOBS
from aggregator.job_record import KEPT_RUNS, JobRecord, Run
from aggregator.jobs import FAILED, Jobs
from oboro.clock import ManualClock
from oboro.errors import OboroError
from oboro.facts import Fact
from oboro.rooms import Progress
from oboro.services import Delivering, Spooling
from oboro.workspace import Workspace
from tests.support.closing import Delivered, facts_read
from tests.support.kept_facts import keep
from tests.support.workspace import a_site

HOST = "example.jp"
DAY = date(2026, 3, 4)
"""The day on which the fixtures' clock stands, at noon."""
ONE_IN_THE_MORNING = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
VIEW = Fact(HOST, DAY, "total", "", "", 1, 1, 1, 0)


class Taking:
    """A collector that takes hits."""

    def has_room(self) -> bool:
        return True


@pytest.fixture
def delivering(workspace: Workspace) -> Delivered:
    """What is on its way in *workspace*, whose one site is counted by a running server."""
    delivered = Delivered()
    workspace.offer(Delivering, delivered)
    workspace.offer(Spooling, Taking())
    workspace.catalog.add_site(a_site(HOST))
    return delivered


def closing_jobs(workspace: Workspace) -> Jobs:
    return Jobs(workspace, (closing_job.JOB,))


async def test_a_day_is_closed_an_hour_after_its_midnight_and_not_before(
    workspace: Workspace, clock: ManualClock, delivering: Delivered
) -> None:
    keep(workspace.store, [VIEW])
    jobs = closing_jobs(workspace)
    clock.set(ONE_IN_THE_MORNING - timedelta(seconds=1))
    assert await jobs.run_due() == 0
    assert Days.of(workspace).state(HOST, DAY) is DayState.OPEN
    clock.set(ONE_IN_THE_MORNING)
    assert await jobs.run_due() == 1
    assert Days.of(workspace).state(HOST, DAY) is DayState.CLOSED
    assert delivering.ended == [(HOST, DAY)]
    assert facts_read(workspace.store) == [VIEW]
    assert await jobs.run_due() == 0


async def test_after_a_time_without_a_server_all_days_are_caught_up_with(
    workspace: Workspace, clock: ManualClock, delivering: Delivered
) -> None:
    facts = [VIEW._replace(day=DAY + timedelta(days=n)) for n in range(5)]
    keep(workspace.store, facts)
    clock.set(ONE_IN_THE_MORNING + timedelta(days=30))
    told: list[tuple[str, int, int]] = []
    assert await closing_jobs(workspace).run_due(lambda *step: told.append(step)) == 5
    assert told[-1] == ("closing days", 5, 5)
    assert facts_read(workspace.store) == facts


async def test_imported_days_are_closed_at_once(
    workspace: Workspace, delivering: Delivered
) -> None:
    columns = ("site", "day", "node", "state", "label", "version")
    workspace.store.insert("days", columns, [(HOST, date(2015, 5, 17), "", "imported", "x", 1)])
    keep(workspace.store, [VIEW, VIEW._replace(day=date(2015, 5, 17))])
    assert await closing_jobs(workspace).run_due() == 1
    assert Days.of(workspace).is_closed(HOST, date(2015, 5, 17))
    assert not Days.of(workspace).is_closed(HOST, DAY)
    assert delivering.ended == []


async def test_a_day_with_facts_on_their_way_waits_and_then_raises_an_alarm(
    workspace: Workspace, clock: ManualClock, delivering: Delivered
) -> None:
    keep(workspace.store, [VIEW])
    jobs = closing_jobs(workspace)
    clock.set(ONE_IN_THE_MORNING)
    delivering.waiting = {(HOST, DAY)}
    assert await jobs.run_due() == 0
    assert jobs.alarms() == []
    (failed,) = jobs.document()["jobs"][0]["failed"]
    assert (failed["day"], failed["why"], failed["alarm"]) == ("2026-03-04", ON_ITS_WAY, False)
    clock.advance(timedelta(hours=1))
    await jobs.run_due()
    (alarm,) = jobs.alarms(HOST)
    assert (alarm.failure.day, alarm.failure.code, alarm.since) == (
        DAY,
        NOT_CLOSED,
        ONE_IN_THE_MORNING,
    )
    assert jobs.alarms("other.example") == []
    assert Days.of(workspace).gaps(HOST, DAY, DAY) == [Gap(DAY, NOT_CLOSED)]
    delivering.waiting = set()
    assert await jobs.run_due() == 1
    assert jobs.alarms() == []
    assert Days.of(workspace).gaps(HOST, DAY, DAY) == []


async def test_visits_that_cannot_be_ended_now_keep_only_their_own_day_open(
    workspace: Workspace, clock: ManualClock, delivering: Delivered
) -> None:
    class Refusing(Delivered):
        async def end_visits(self, site: str, day: date) -> None:
            if day == DAY:
                raise OboroError("hits cannot be taken down now")

    workspace.offer(Delivering, Refusing())
    keep(workspace.store, [VIEW, VIEW._replace(day=DAY - timedelta(days=1))])
    clock.set(ONE_IN_THE_MORNING)
    jobs = closing_jobs(workspace)
    assert await jobs.run_due() == 1
    (failed,) = jobs.document()["jobs"][0]["failed"]
    assert (failed["day"], failed["why"]) == ("2026-03-04", "hits cannot be taken down now")


async def test_a_day_without_a_hit_is_closed_like_any_other_once_a_site_is_counted(
    workspace: Workspace, clock: ManualClock, delivering: Delivered
) -> None:
    jobs = closing_jobs(workspace)
    await jobs.run_due()
    assert workspace.store.query("SELECT count() FROM closed_days") == [(0,)]
    keep(workspace.store, [VIEW])
    clock.set(ONE_IN_THE_MORNING)
    await jobs.run_due()
    clock.advance(timedelta(hours=1))
    await jobs.run_due()
    clock.advance(timedelta(days=1))
    assert await jobs.run_due() == 1
    assert Days.of(workspace).state(HOST, DAY + timedelta(days=1)) is DayState.CLOSED


async def test_days_on_which_no_server_ran_are_gaps_until_an_import_fills_them(
    workspace: Workspace, clock: ManualClock, delivering: Delivered
) -> None:
    keep(workspace.store, [VIEW])
    clock.set(ONE_IN_THE_MORNING)
    await closing_jobs(workspace).run_due()
    clock.advance(timedelta(days=2))
    await closing_jobs(workspace).run_due()
    days = Days.of(workspace)
    missed = [DAY + timedelta(days=n) for n in (1, 2)]
    assert days.gaps(HOST, DAY, DAY + timedelta(days=9)) == [Gap(day, MISSING) for day in missed]
    columns = ("site", "day", "node", "state", "label", "version")
    workspace.store.insert("days", columns, [(HOST, missed[0], "", "imported", "", 1)])
    await closing_jobs(workspace).run_due()
    assert days.gaps(HOST, DAY, DAY + timedelta(days=9)) == [Gap(missed[1], MISSING)]


async def test_rows_that_came_after_the_closing_are_an_alarm_at_once(
    workspace: Workspace, clock: ManualClock, delivering: Delivered
) -> None:
    keep(workspace.store, [VIEW])
    clock.set(ONE_IN_THE_MORNING)
    jobs = closing_jobs(workspace)
    await jobs.run_due()
    keep(workspace.store, [VIEW._replace(views=7)])
    await jobs.run_due()
    assert [alarm.failure.code for alarm in jobs.alarms()] == ["left-over"]


def a_job(*rans: Ran | Exception, due: Sequence[Due] = ()) -> Job:
    """Return a job that ends in each of *rans*, one after the other."""
    left = list(rans)

    async def run(_workspace: Workspace, _progress: Progress) -> Ran:
        ran = left.pop(0)
        if isinstance(ran, Exception):
            raise ran
        return ran

    return Job(name="a-job", purpose="test", due=lambda _: due, run=run)


async def test_a_job_that_fails_keeps_no_other_from_running_and_its_words_are_kept(
    workspace: Workspace,
) -> None:
    failing = a_job(OboroError("the disk is full; make room"))
    working = Job(name="other", purpose="", due=lambda _: (), run=a_job(Ran(3)).run)
    jobs = Jobs(workspace, (failing, working))
    assert await jobs.run_due() == 3
    (alarm,) = jobs.alarms()
    assert alarm.failure == Failure("", None, FAILED, "the disk is full; make room")


async def test_of_an_unexpected_error_no_value_is_kept(workspace: Workspace) -> None:
    jobs = Jobs(workspace, (a_job(ValueError("203.0.113.7")),))
    await jobs.run_due()
    assert "203.0.113.7" not in str(jobs.document())
    assert "ValueError" in jobs.alarms()[0].failure.why


async def test_what_failed_is_kept_by_the_next_process_with_the_time_of_its_beginning(
    workspace: Workspace, clock: ManualClock
) -> None:
    failure = Failure(HOST, DAY, NOT_CLOSED, "it waits", waits=True)
    await Jobs(workspace, (a_job(Ran(0, [failure])),)).run_due()
    begun = clock.now()
    clock.advance(timedelta(hours=2))
    again = Jobs(workspace, (a_job(Ran(0, [failure])),))
    await again.run_due()
    assert [(alarm.failure, alarm.since) for alarm in again.alarms()] == [(failure, begun)]


def test_only_runs_that_did_something_are_remembered_and_not_for_ever(
    workspace: Workspace,
) -> None:
    record = JobRecord(workspace.catalog.engine)
    at = datetime(2026, 3, 4, tzinfo=UTC)
    for n in range(KEPT_RUNS + 5):
        record.note("a-job", Run(at, at, n, 0), ())
    kept = record.runs("a-job")
    assert [run.done for run in kept] == list(range(KEPT_RUNS + 4, 4, -1))
    record.note("a-job", Run(at, at, 0, 0), ())
    assert record.runs("a-job") == kept


async def test_one_run_at_a_time_whoever_asks(workspace: Workspace) -> None:
    inside = 0

    async def run(_workspace: Workspace, _progress: Progress) -> Ran:
        nonlocal inside
        inside += 1
        assert inside == 1
        await asyncio.sleep(0.01)
        inside -= 1
        return Ran(1)

    jobs = Jobs(workspace, (Job(name="a-job", purpose="", due=lambda _: (), run=run),))
    done = await asyncio.gather(jobs.run_due(), jobs.run_due(), jobs.run_due())
    assert list(done) == [1, 1, 1]


def test_jobs_have_names_of_their_own_and_say_what_they_are_for() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.purpose for job in JOBS)
