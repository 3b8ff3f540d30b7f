"""Run what is due while a server runs, and remember what was done and what could not be."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from aiohttp import web
from prometheus_client import Gauge

from aggregator.days import Days
from aggregator.job import Due, Failure, Job, Ran
from aggregator.job_record import JobRecord, Run, Standing
from oboro.errors import OboroError
from oboro.journal import kind_and_place
from oboro.metrics import registry_of
from oboro.operations import quiet
from oboro.rooms import Progress
from oboro.threads import run_through
from oboro.workspace import Workspace

log = logging.getLogger("oboro.jobs")

PATIENCE = timedelta(hours=1)
"""How long something that may end by itself is waited for before an alarm is raised."""
FAILED = "failed"
"""The code of a job that failed as a whole."""


class Alarm(NamedTuple):
    """What operators have to see: *day* of *site* is stuck, by which job, why and since when."""

    job: str
    failure: Failure
    since: datetime


class Jobs:
    """The jobs of one process. One run at a time, whoever asks for it."""

    def __init__(self, workspace: Workspace, jobs: Sequence[Job]) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._record = JobRecord(workspace.catalog.engine)
        self._running = asyncio.Lock()
        self._progress: dict[str, tuple[int, int]] = {}
        self.raised = 0
        """Alarms that stood at the end of the last run."""

    @classmethod
    def of(cls, workspace: Workspace) -> Jobs:
        """Return the one object of *workspace*, with the jobs that there are."""
        found = workspace.find(cls)
        if found is None:
            # Imported here: the list names every job's module, and a job may ask for `Jobs`.
            from aggregator.job_list import JOBS

            found = cls(workspace, JOBS)
            workspace.offer(cls, found)
        return found

    async def run_due(self, progress: Progress = quiet) -> int:
        """Run every job once; return how many site-days were seen to. Failures are remembered."""
        done = 0
        async with self._running:
            for job in self._jobs:
                done += (await self._run(job, progress)).done
            await run_through(self._record_gaps)
        return done

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Wait for the run under way, and let none begin within the block."""
        async with self._running:
            yield

    async def loop(self) -> None:
        """Run what is due, now and then again and again, until cancelled."""
        while True:
            try:
                await self.run_due()
            except Exception as error:
                log.error("jobs could not be looked after: %s", _told(error))
            await asyncio.sleep(self._workspace.settings.job_seconds)

    def alarms(self, site: str | None = None) -> list[Alarm]:
        """Return what an operator must see to, of *site* or of all; blocking."""
        now = self._workspace.clock.now()
        return [
            Alarm(*standing)
            for standing in self._record.failures()
            if is_alarm(standing, now) and site in (None, standing.failure.site)
        ]

    def document(self) -> dict[str, Any]:
        """Return what ran, what is due and what failed: ``oboro jobs --json``; blocking."""
        failures = self._record.failures()
        now = self._workspace.clock.now()
        return {
            "jobs": [
                {
                    "name": job.name,
                    "purpose": job.purpose,
                    "running": self._running_of(job),
                    "due": [_due(due) for due in job.due(self._workspace)],
                    "ran": [_run(run) for run in self._record.runs(job.name)],
                    "failed": [
                        _failure(standing, now) for standing in failures if standing.job == job.name
                    ],
                }
                for job in self._jobs
            ]
        }

    def forget(self, sites: Sequence[str]) -> None:
        """Forget what failed of *sites*, which were erased; blocking."""
        self._record.forget(sites)

    async def _run(self, job: Job, progress: Progress) -> Ran:
        begun = self._workspace.clock.now()

        def told(what: str, done: int, of: int) -> None:
            self._progress[job.name] = (done, of)
            progress(what, done, of)

        self._progress[job.name] = (0, 0)
        try:
            ran = await job.run(self._workspace, told)
        except Exception as error:
            log.error("the job %s failed: %s", job.name, _told(error))
            ran = Ran(0, (Failure("", None, FAILED, _told(error)),))
        finally:
            del self._progress[job.name]
        run = Run(begun, self._workspace.clock.now(), ran.done, len(ran.failures))
        await run_through(partial(self._record.note, job.name, run, ran.failures))
        return ran

    def _record_gaps(self) -> None:
        alarms = self.alarms()
        self.raised = len(alarms)
        Days.of(self._workspace).record_gaps(
            (alarm.failure.site, alarm.failure.day, alarm.failure.code)
            for alarm in alarms
            if alarm.failure.site and alarm.failure.day
        )

    def _running_of(self, job: Job) -> dict[str, int] | None:
        if job.name not in self._progress:
            return None
        done, of = self._progress[job.name]
        return {"done": done, "of": of}


def is_alarm(standing: Standing, at: datetime) -> bool:
    """Tell whether a failure must be shown *at* this moment: at once, or when it has lasted."""
    return not standing.failure.waits or at - standing.since >= PATIENCE


@asynccontextmanager
async def running(workspace: Workspace, _app: web.Application) -> AsyncIterator[None]:
    """Run the jobs beside the block; at its end the one under way is waited for."""
    jobs, registry = Jobs.of(workspace), registry_of(workspace)
    alarms = Gauge("oboro_alarms", "Alarms of jobs that stand", registry=registry)
    alarms.set_function(lambda: jobs.raised)
    task = asyncio.create_task(jobs.loop())
    try:
        yield
    finally:
        registry.unregister(alarms)
        task.cancel()
        await asyncio.wait([task])


def _told(error: Exception) -> str:
    """Return the words of our own errors, and only kind and place of others."""
    return str(error) if isinstance(error, OboroError) else kind_and_place(error)


def _due(due: Due) -> dict[str, Any]:
    return {
        "site": due.site,
        "day": due.day.isoformat(),
        "since": due.since.isoformat() if due.since else None,
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "begun": run.begun.isoformat(),
        "ended": run.ended.isoformat(),
        "done": run.done,
        "failed": run.failed,
    }


def _failure(standing: Standing, at: datetime) -> dict[str, Any]:
    failure = standing.failure
    return {
        "site": failure.site,
        "day": failure.day.isoformat() if failure.day else None,
        "code": failure.code,
        "why": failure.why,
        "since": standing.since.isoformat(),
        "alarm": is_alarm(standing, at),
    }
