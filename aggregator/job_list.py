"""The jobs that there are, in the order in which they run."""

from __future__ import annotations

from aggregator import closing_job, retention
from aggregator.job import Job
from aggregator.publish import publishing_job

JOBS: tuple[Job, ...] = (closing_job.JOB, publishing_job.JOB, retention.JOB)
