"""The aggregator's place in the program: reports, and what is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aggregator.commands.attack import attack
from aggregator.commands.policy import decide, policy, show
from aggregator.commands.report import report
from oboro.rooms import Progress, Room
from oboro.workspace import Workspace


async def _report(
    workspace: Workspace, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    # Imported at the first call, so that starting any other command stays quick.
    from aggregator.reports.operation import report

    return await report(workspace, arguments, progress)


ROOM = Room(
    name="aggregator",
    commands=(attack, policy, report),
    operations={"policy.set": decide, "policy.show": show, "report": _report},
)
