"""What ``oboro doctor`` looks at in the aggregator."""

from __future__ import annotations

from aggregator.collectors import others, silent, state_of
from aggregator.jobs import Jobs
from oboro.findings import Finding, State
from oboro.workspace import Workspace


def collectors(workspace: Workspace) -> Finding:
    """Tell whether every collector on the store is heard of."""
    name = "collectors"
    lost = silent(workspace)
    if lost:
        return Finding(name, State.FAIL, lost[0].why)
    beside = others(workspace)
    if not beside:
        return Finding(name, State.OK, "no other one is on this store")
    stopped = [node.name for node in beside.values() if state_of(node, workspace) == "stopped"]
    if stopped:
        says = f"{', '.join(stopped)} does not run; days are not closed until it is back"
        return Finding(name, State.WARN, says)
    return Finding(name, State.OK, f"{len(beside)} more on this store, all of them heard of")


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
