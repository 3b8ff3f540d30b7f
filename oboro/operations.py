"""Perform an operation by its name: the same way in a server and in a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from oboro.catalog_copy import Copy
from oboro.errors import Conflict, OboroError
from oboro.nodes import Nodes, Part
from oboro.rooms import Json, Operation, Progress, Room
from oboro.threads import run_through
from oboro.workspace import Workspace

ANYWHERE = frozenset(
    {
        "doctor", "migrate", "schema", "site.list", "site-key.list", "goal.list", "funnel.list",
        "report", "preview", "jobs", "policy.show", "key.show", "node.list", "node.retire",
    }
)  # fmt: skip
"""Operations that change nothing of what is declared and kept, or must work when one is lost."""

BEGINNING = frozenset({"site.add", "demo.start", "key.new", "migrate", "schema"})
"""Operations that may be the first of all. For any other, a data directory that is not there was
mistyped, and none is made."""


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


def refuse_elsewhere(workspace: Workspace, name: str) -> None:
    """Raise a `Conflict` when *name* is the business of another collector on the store; blocking.

    One of them runs the jobs; it owns what is declared, and all that changes what is kept.
    """
    if not workspace.settings.store_url:
        return
    for node in Nodes(workspace.store).active().values():
        if node.part is Part.JOBS and node.name != workspace.settings.node:
            raise Conflict(
                f"{name} is done by the collector {node.name}, which runs the jobs of this store; "
                "give the command on its data directory"
            )
    if workspace.find(Copy) is None:
        # No server runs here: another collector may have run the jobs since one did.
        Copy(workspace.store, workspace.catalog).catch_up()


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
    if name not in ANYWHERE:
        await run_through(lambda: refuse_elsewhere(workspace, name))
    plain = msgspec.to_builtins(dict(arguments), str_keys=True)
    answer = await operations[name](workspace, plain, progress)
    return msgspec.to_builtins(answer, str_keys=True)
