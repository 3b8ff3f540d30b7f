"""The aggregator's place in the program: reports, days and their closing, publications."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module

from aggregator.commands.attack import attack
from aggregator.commands.close_day import close_day
from aggregator.commands.erase import erase
from aggregator.commands.jobs import jobs
from aggregator.commands.key import key, make_key, show_key
from aggregator.commands.node import node
from aggregator.commands.policy import decide, policy, show
from aggregator.commands.publish import publish
from aggregator.commands.report import report
from aggregator.commands.verify import verify
from oboro.findings import Finding
from oboro.rooms import Json, Operation, Part, Progress, Room
from oboro.services import ClosedDays
from oboro.workspace import Workspace


def _operation(module: str, name: str) -> Operation:
    """Return an operation whose module is imported when it is asked for."""

    async def perform(
        workspace: Workspace, arguments: Mapping[str, Json], progress: Progress
    ) -> Json:
        return await getattr(import_module(module), name)(workspace, arguments, progress)

    return perform


def _scheduled_jobs(workspace: Workspace) -> Finding:
    from aggregator.checks import scheduled_jobs

    return scheduled_jobs(workspace)


def _collectors(workspace: Workspace) -> Finding:
    from aggregator.checks import collectors

    return collectors(workspace)


def _part(workspace: Workspace) -> Part:
    from aggregator.days import Days
    from aggregator.jobs import running

    # Before the first hit is taken: it may belong to a day that is closed, and the store may be
    # away by then.
    Days.of(workspace).read()
    return Part(lifetime=partial(running, workspace))


def _closed_days(workspace: Workspace) -> ClosedDays:
    from aggregator.days import Days

    return Days.of(workspace)


ROOM = Room(
    name="aggregator",
    commands=(attack, close_day, erase, jobs, key, node, policy, publish, report, verify),
    operations={
        "key.new": make_key,
        "key.show": show_key,
        "policy.set": decide,
        "policy.show": show,
        "publish": _operation("aggregator.publish.operation", "publish"),
        "report": _operation("aggregator.reports.operation", "report"),
        "close-day": _operation("aggregator.day_operations", "close_day"),
        "jobs": _operation("aggregator.day_operations", "jobs"),
        "jobs.run": _operation("aggregator.day_operations", "run_jobs"),
        "node.list": _operation("aggregator.day_operations", "list_nodes"),
        "node.retire": _operation("aggregator.day_operations", "retire_node"),
        "erase": _operation("aggregator.day_operations", "erase"),
    },
    part=_part,
    checks=(_scheduled_jobs, _collectors),
    closed_days=_closed_days,
)
