"""How a room (collector, aggregator, dashboards) plugs into the one program.

Rooms are found by the entry points ``oboro.rooms``, so the ground floor imports none of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click
from aiohttp import web
from aiohttp.typedefs import Middleware

from oboro.errors import OboroError
from oboro.findings import Check
from oboro.journal import kind_and_place
from oboro.services import ClosedDays, Delivering
from oboro.workspace import Workspace

ORDER = ("collector", "aggregator", "dashboards")

Json = Any
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and of how much (0: not known)."""
Operation = Callable[[Workspace, Mapping[str, Json], Progress], Awaitable[Json]]
"""What a command does with the store: arguments and answer are JSON documents.

It runs in the server's process when one is running, else in the command's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a room adds to a running server."""

    routes: Sequence[web.AbstractRouteDef] = ()
    lifetime: Callable[[web.Application], AbstractAsyncContextManager[None]] | None = None
    """Entered after the parts of earlier rooms, left before them; a failure stops the start."""
    middlewares: Sequence[Middleware] = ()
    """Between every handler and the plain answers to errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room: its commands, the operations behind them, and its part in a server."""

    name: str
    commands: Sequence[click.Command] = ()
    operations: Mapping[str, Operation] = field(default_factory=dict)
    part: Callable[[Workspace], Part] | None = None
    checks: Sequence[Check] = ()
    """What ``oboro doctor`` looks at."""
    waits: Callable[[Workspace, str], bool] | None = None
    """Tell whether anything of a site is on its way to the store; called in a thread."""
    erase: Callable[[Workspace, Collection[str]], None] | None = None
    """Forget what waits of some sites, which are not declared any more; called in a thread,
    before their rows are deleted from the store."""
    delivering: Callable[[Workspace], Delivering] | None = None
    """Return what is on its way to the store: a running room's, or what lies in the directory."""
    closed_days: Callable[[Workspace], ClosedDays] | None = None
    """Return which days are closed, whether a server runs or not."""


def load_rooms() -> list[Room]:
    """Return the installed rooms, collector first, dashboards last."""
    points = {point.name: point for point in entry_points(group="oboro.rooms")}
    return [_load(points[name]) for name in ORDER if name in points]


def delivering_of(workspace: Workspace) -> Delivering:
    """Return what tells how far each day's facts are on their way to the store."""
    found = workspace.find(Delivering)
    if found is None:
        found = next((room.delivering(workspace) for room in load_rooms() if room.delivering), None)
        if found is None:
            raise OboroError("no room tells what is on its way to the store; run make setup again")
        workspace.offer(Delivering, found)
    return found


def closed_days_of(workspace: Workspace) -> ClosedDays | None:
    """Return what tells which days are closed; None where no room closes any."""
    found = workspace.find(ClosedDays)
    if found is None:
        found = next(
            (room.closed_days(workspace) for room in load_rooms() if room.closed_days), None
        )
        if found is not None:
            workspace.offer(ClosedDays, found)
    return found


def _load(point: EntryPoint) -> Room:
    try:
        room = point.load()
    except Exception as error:
        raise OboroError(
            f"the room {point.name} cannot be loaded: {error} ({kind_and_place(error)}); "
            "run make setup again"
        ) from error
    if not isinstance(room, Room):
        raise OboroError(f"{point.value} is not a Room, as the entry point {point.name} says")
    return room
