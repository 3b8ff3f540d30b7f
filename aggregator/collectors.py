"""The collectors that a day has to wait for, and what becomes of it when one is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from aggregator.day_state import Quality, SiteDay
from aggregator.days import NOT_CLOSED, Days
from aggregator.job import Failure
from oboro.catalog_copy import Copy
from oboro.clock import local_day
from oboro.errors import Conflict, UsageError
from oboro.nodes import Node, Nodes, told
from oboro.services import Spooling
from oboro.settings import NODE_NAME
from oboro.workspace import Workspace

SILENT = "node-silent"
"""The code of a failure that belongs to no day: a collector has not been heard of for a day."""
PATIENCE_SECONDS = 30.0
"""How long the others may take to drop what they hold of a site: they look every two seconds."""
POLL_SECONDS = 0.2


def others(workspace: Workspace) -> dict[str, Node]:
    """Return the collectors beside this one that have to be waited for; blocking."""
    if not workspace.settings.store_url:
        return {}
    active = Nodes(workspace.store).active()
    active.pop(workspace.settings.node, None)
    return active


def not_handed_in(workspace: Workspace, site_days: Sequence[SiteDay]) -> list[Failure]:
    """Return a failure for each of *site_days* that a collector may still have something of.

    Comes after the days take no further fact: a collector that joins later knows of that.
    """
    names = others(workspace)
    missing = Nodes(workspace.store).missing(site_days, names)
    return [
        Failure(site, day, NOT_CLOSED, _waits_for([names[name] for name in some]), waits=True)
        for (site, day), some in missing.items()
    ]


def silent(workspace: Workspace) -> list[Failure]:
    """Return one failure that names the collectors not heard of for a day, if there are any."""
    at = workspace.clock.now()
    found = [node for node in others(workspace).values() if node.is_silent(at)]
    if not found:
        return []
    named = ", ".join(f"{node.name} (last heard of at {told(node.heard_at)})" for node in found)
    why = (
        f"no day can be closed without the collector {named}; start it again or, if it is lost "
        "for good, give up what it held: oboro node retire NAME"
    )
    return [Failure("", None, SILENT, why)]


def await_catalog(
    workspace: Workspace, host: str, *, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Return once no collector counts *host* any more, or has anything of it in its spool.

    Blocking; raises a `Conflict` that names the one that does not answer.
    """
    if not workspace.settings.store_url:
        return
    copy = workspace.find(Copy) or Copy(workspace.store, workspace.catalog)
    # Also where nobody has to be waited for: one that starts or comes back counts by the copy.
    version = copy.give()
    waited = 0.0
    while behind := sorted(n.name for n in others(workspace).values() if n.catalog < version):
        if waited >= PATIENCE_SECONDS:
            raise Conflict(
                f"{host} is counted no more, but the collector {', '.join(behind)} has not said "
                "that it holds nothing of it; start it, or retire it if it is lost for good, and "
                "erase again: that goes on from here"
            )
        sleep(POLL_SECONDS)
        waited += POLL_SECONDS


def documents(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every collector that has ever joined; blocking."""
    return [
        {
            "node": node.name,
            "part": node.part.value,
            "state": state_of(node, workspace),
            "heard": node.heard_at.isoformat(),
            "this": node.name == workspace.settings.node,
        }
        for node in Nodes(workspace.store).all().values()
    ]


def state_of(node: Node, workspace: Workspace) -> str:
    """Return in one word how a collector is: running, stopped, silent or retired."""
    at = workspace.clock.now()
    if node.retired:
        return "retired"
    if node.name == workspace.settings.node:
        # One that is alone speaks to nobody.
        return "running" if workspace.find(Spooling) else "stopped"
    if node.is_silent(at):
        return "silent"
    return "running" if node.runs(at) else "stopped"


def retire(workspace: Workspace, name: str) -> dict[str, Any]:
    """Wait for the collector *name* no longer, and mark the days that it may be missed on.

    Blocking. A kill in between leaves it waited for, and the days marked: asking again goes on.
    """
    if not NODE_NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be the name of a collector: small letters, digits and hyphens; "
            "see: oboro node list"
        )
    nodes = Nodes(workspace.store)
    node = nodes.all().get(name)
    if node is None:
        raise UsageError(
            f"no collector called {name!r} has joined this store; see: oboro node list"
        )
    if name == workspace.settings.node:
        raise Conflict(f"{name} is this collector; stop it, and retire it from another one")
    at = workspace.clock.now()
    if node.runs(at):
        raise Conflict(
            f"the collector {name} runs: it was heard of at {told(node.heard_at)}; stop it first, "
            "which hands over all it has, and wait two minutes"
        )
    marked = [] if node.retired else _mark(workspace, nodes, name)
    if not node.retired:
        nodes.retire(node)
    return {"node": name, "days": [{"site": site, "day": day} for site, day in marked]}


def _mark(workspace: Workspace, nodes: Nodes, name: str) -> list[SiteDay]:
    """Mark every day that *name* may still have had something of."""
    at = workspace.clock.now()
    today = {
        (site.host, local_day(at, site.zone))
        for site in workspace.catalog.sites()
        if not site.demonstration
    }
    days = Days(workspace.store)
    open_days = {(one.site, one.day) for one in days.open_days() if not one.imported}
    wanted = sorted(open_days | {key for key in today if not days.is_closed(*key)})
    marked = sorted(nodes.missing(wanted, [name]))
    workspace.store.insert(
        "days",
        ("site", "day", "node", "state", "label", "version"),
        [(site, day, name, Quality.PARTIAL, "", 1) for site, day in marked],
    )
    return marked


def _waits_for(nodes: Sequence[Node]) -> str:
    named = ", ".join(f"{node.name} (last heard of at {told(node.heard_at)})" for node in nodes)
    return (
        f"it waits for what the collector {named} still has of it; if that one is lost for good: "
        "oboro node retire NAME"
    )
