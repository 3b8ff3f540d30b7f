"""How the collector plugs in: what it can be asked, and what it adds to a server."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module

from collector.commands.database import database
from collector.commands.preview import preview
from collector.demo.command import demo
from collector.log_import.command import import_log
from oboro.findings import Check, Finding
from oboro.rooms import Json, Operation, Part, Progress, Room
from oboro.services import Delivering
from oboro.workspace import Workspace


def _operation(module: str, name: str) -> Operation:
    """Return an operation whose module is imported when it is asked for."""

    async def perform(
        workspace: Workspace, arguments: Mapping[str, Json], progress: Progress
    ) -> Json:
        return await getattr(import_module(module), name)(workspace, arguments, progress)

    return perform


def _check(name: str) -> Check:
    """Return a check of `collector.checks`, imported when it is made."""

    def check(workspace: Workspace) -> Finding:
        found: Finding = getattr(import_module("collector.checks"), name)(workspace)
        return found

    check.__name__ = name
    return check


def _waits(workspace: Workspace, site: str) -> bool:
    from collector.erasing import waits_in_spool

    return waits_in_spool(workspace, site)


def _erase(workspace: Workspace, sites: Collection[str]) -> None:
    from collector.erasing import erase_from_spool

    erase_from_spool(workspace, sites)


def _left(workspace: Workspace) -> Delivering:
    from collector.outstanding import Left

    return Left(workspace)


def _part(workspace: Workspace) -> Part:
    from collector.running import part

    return part(workspace)


ROOM = Room(
    name="collector",
    commands=(import_log, preview, database, demo),
    operations={
        "pages.name": _operation("collector.page_names", "name_pages"),
        "preview": _operation("collector.commands.preview", "preview_hit"),
        "import.begin": _operation("collector.log_import.operations", "begin"),
        "import.stage": _operation("collector.log_import.operations", "stage"),
        "import.finish": _operation("collector.log_import.operations", "finish"),
        "import.discard": _operation("collector.log_import.operations", "discard"),
        "demo.start": _operation("collector.demo.operations", "start"),
        "demo.wait": _operation("collector.demo.operations", "wait"),
        "demo.remove": _operation("collector.demo.operations", "take_away"),
    },
    part=_part,
    waits=_waits,
    erase=_erase,
    delivering=_left,
    checks=(
        _check("country_database"),
        _check("region_database"),
        _check("network_database"),
        _check("tracker"),
        _check("set_aside"),
    ),
)
