"""How the collector plugs in."""

from __future__ import annotations

from collector.demo.command import demo
from collector.demo.operations import OPERATIONS as DEMO
from collector.log_import.command import import_log
from collector.log_import.operations import OPERATIONS as IMPORT
from oboro.rooms import Part, Room
from oboro.workspace import Workspace


def _part(workspace: Workspace) -> Part:
    from collector.demo.background import background

    return Part(lifetime=lambda _app: background(workspace))


ROOM = Room(
    name="collector",
    commands=(import_log, demo),
    operations={**IMPORT, **DEMO},
    part=_part,
)
