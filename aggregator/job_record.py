"""What jobs did and could not do, kept in the catalog so that it outlives the process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, String, Table, delete, select

from aggregator.job import Failure

KEPT_RUNS = 20
"""Runs that are remembered of each job."""

METADATA = MetaData()
RUNS = Table(
    "job_runs",
    METADATA,
    Column("id", Integer, primary_key=True, comment="place in the order"),
    Column("job", String, nullable=False, comment="name of the job"),
    Column("begun", DateTime, nullable=False, comment="when the run began, in UTC"),
    Column("ended", DateTime, nullable=False, comment="when it ended, in UTC"),
    Column("done", Integer, nullable=False, comment="site-days it saw to"),
    Column("failed", Integer, nullable=False, comment="site-days it could not see to"),
)
FAILURES = Table(
    "job_failures",
    METADATA,
    Column("job", String, primary_key=True, comment="name of the job"),
    Column("site", String, primary_key=True, comment="host of the site; empty: the job itself"),
    Column("day", String, primary_key=True, comment="local day of the site; empty: none"),
    Column("code", String, nullable=False, comment="fixed word for the reason"),
    Column("why", String, nullable=False, comment="the reason in a sentence"),
    Column("waits", Integer, nullable=False, comment="1: it may end by itself"),
    Column("since", DateTime, nullable=False, comment="when it failed first, in UTC"),
)


class Run(NamedTuple):
    """A run that did something, or newly failed to."""

    begun: datetime
    ended: datetime
    done: int
    failed: int


class Standing(NamedTuple):
    """A failure that has not been mended, and when it was first met."""

    job: str
    failure: Failure
    since: datetime


class JobRecord:
    """The runs and the standing failures of all jobs; blocking."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        METADATA.create_all(engine)

    def note(self, job: str, run: Run, failures: Sequence[Failure]) -> None:
        """Keep *run* of *job*, after which exactly *failures* stand.

        A run that did nothing and met only what stood before is not worth a line.
        """
        found = {_key(failure): failure for failure in failures}
        with self._engine.begin() as connection:
            rows = connection.execute(select(FAILURES).where(FAILURES.c.job == job)).mappings()
            since = {(row["site"], row["day"]): row["since"] for row in rows}
            connection.execute(delete(FAILURES).where(FAILURES.c.job == job))
            for (site, day), failure in found.items():
                connection.execute(
                    FAILURES.insert().values(
                        job=job,
                        site=site,
                        day=day,
                        code=failure.code,
                        why=failure.why,
                        waits=int(failure.waits),
                        since=since.get((site, day), _kept(run.ended)),
                    )
                )
            if not run.done and found.keys() == since.keys():
                return
            connection.execute(
                RUNS.insert().values(
                    job=job,
                    begun=_kept(run.begun),
                    ended=_kept(run.ended),
                    done=run.done,
                    failed=run.failed,
                )
            )
            newest = (select(RUNS.c.id).where(RUNS.c.job == job).order_by(RUNS.c.id.desc())).limit(
                KEPT_RUNS
            )
            connection.execute(delete(RUNS).where(RUNS.c.job == job, RUNS.c.id.not_in(newest)))

    def runs(self, job: str) -> list[Run]:
        """Return the runs of *job* that are remembered, the newest first."""
        newest = select(RUNS).where(RUNS.c.job == job).order_by(RUNS.c.id.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(newest).mappings().all()
        return [
            Run(_aware(row["begun"]), _aware(row["ended"]), row["done"], row["failed"])
            for row in rows
        ]

    def failures(self) -> list[Standing]:
        """Return what no job could do yet, by site and day."""
        order = (FAILURES.c.site, FAILURES.c.day, FAILURES.c.job)
        with self._engine.connect() as connection:
            rows = connection.execute(select(FAILURES).order_by(*order)).mappings().all()
        return [
            Standing(
                row["job"],
                Failure(
                    row["site"],
                    date.fromisoformat(row["day"]) if row["day"] else None,
                    row["code"],
                    row["why"],
                    bool(row["waits"]),
                ),
                _aware(row["since"]),
            )
            for row in rows
        ]

    def forget(self, sites: Sequence[str]) -> None:
        """Forget the failures of *sites*, which were erased."""
        with self._engine.begin() as connection:
            connection.execute(delete(FAILURES).where(FAILURES.c.site.in_(sites)))


def _key(failure: Failure) -> tuple[str, str]:
    return failure.site, failure.day.isoformat() if failure.day else ""


def _kept(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
