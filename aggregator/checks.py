"""What ``oboro doctor`` looks at in the aggregator."""

from __future__ import annotations

from aggregator.jobs import Jobs
from oboro.findings import Finding, State
from oboro.workspace import Workspace


def scheduled_jobs(workspace: Workspace) -> Finding:
    """Tell whether a day could not be closed or published, or a job failed."""
    name = "scheduled jobs"
    alarms = Jobs.of(workspace).alarms()
    if not alarms:
        return Finding(name, State.OK, "no day and no job is stuck")
    failure = alarms[0].failure
    of = f"{failure.day} of {failure.site}: " if failure.day else ""
    more = f" ({len(alarms) - 1} more)" if len(alarms) > 1 else ""
    return Finding(name, State.FAIL, f"{of}{failure.why}{more}; see oboro jobs")
