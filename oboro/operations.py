"""Perform an operation by its name: the same way in a server and in a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from oboro.errors import OboroError
from oboro.rooms import Json, Operation, Progress, Room
from oboro.workspace import Workspace


def quiet(_what: str, _done: int, _of: int) -> None:
    """Report progress to nobody."""


def operations_of(rooms: Iterable[Room]) -> dict[str, Operation]:
    """Return the operations of all *rooms*; two of one name are a mistake."""
    found: dict[str, Operation] = {}
    for room in rooms:
        if twice := found.keys() & room.operations.keys():
            raise OboroError(f"two rooms have an operation {min(twice)}; rename the {room.name}'s")
        found.update(room.operations)
    return found


async def perform(
    workspace: Workspace,
    operations: Mapping[str, Operation],
    name: str,
    arguments: Mapping[str, Json],
    progress: Progress,
) -> Json:
    """Run *name* and return its answer as plain JSON values (a date is a string)."""
    if name not in operations:
        raise OboroError(f"there is no operation {name}; is the server another version?")
    plain = msgspec.to_builtins(dict(arguments), str_keys=True)
    answer = await operations[name](workspace, plain, progress)
    return msgspec.to_builtins(answer, str_keys=True)
