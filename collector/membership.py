"""One collector among those that share a store: it joins, speaks, hands days in, and notices.

With the embedded store there is nobody to share it with, and nothing of this happens.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from collector.durable_file import write_durably
from collector.spooling.outbox import Outbox
from collector.threads import run_through
from oboro.catalog_copy import Copy
from oboro.clock import Clock
from oboro.day_locks import DayLocks
from oboro.errors import OboroError, UsageError
from oboro.journal import kind_and_place
from oboro.nodes import Node, Nodes, Part, SiteDay, refuse_to_join
from oboro.rooms import closed_days_of, delivering_of
from oboro.services import Stopping
from oboro.workspace import Workspace

log = logging.getLogger("oboro.membership")

FILE = "node"
"""The file that says which collector a data directory is."""
SECONDS = 2.0
"""Seconds between two looks at the store: how soon a change of the sites reaches a collector."""
LONGEST_SECONDS = 60.0
"""The same while the store is away: each look that fails doubles the pause, and is logged."""
NUMBER_BYTES = 16


@dataclass(slots=True)
class Membership:
    """A collector's place on its store; all but `run` blocks, for a thread of its own."""

    workspace: Workspace
    nodes: Nodes
    directory: str
    process: str
    part: Part
    copy: Copy
    known: dict[str, Node] = field(default_factory=dict)
    came_late: bool = False
    """Whether others counted here before: visitors of today may be known to them already."""
    came_back: bool = False
    """Whether it was retired: days were closed without what it held."""

    @classmethod
    def of(cls, workspace: Workspace) -> Membership | None:
        """Return the place of the collector that *workspace* is; None where it is alone."""
        if not workspace.settings.store_url:
            return None
        return cls(
            workspace,
            Nodes(workspace.store),
            identity(workspace.settings.data_dir / FILE, workspace),
            workspace.randomness.bytes(NUMBER_BYTES).hex(),
            Part.JOBS if workspace.runs_jobs else Part.HITS,
            workspace.find(Copy) or Copy(workspace.store, workspace.catalog),
        )

    @property
    def name(self) -> str:
        """What the collector is called."""
        return self.workspace.settings.node

    def join(self) -> None:
        """Be waited for from now on, or raise a `Conflict` that says who is in the way."""
        known = self.nodes.all()
        before = known.get(self.name)
        refuse_to_join(self._self(), known)
        others = [node for node in known.values() if node.name != self.name and not node.retired]
        self.came_back = before is not None and before.retired
        self.came_late = bool(others) and (before is None or before.retired)
        self.nodes.join(self._self()._replace(version=before.version + 1 if before else 1))
        self.known = self.nodes.active()

    def speak(self) -> None:
        """Say that the collector runs, and by which declared sites it counts."""
        self.nodes.hear(self._self())

    def look(self) -> tuple[Node | None, bool]:
        """Return what the store knows of this collector, and whether others came or went."""
        known = self.nodes.all()
        active = {name: node for name, node in known.items() if not node.retired}
        changed = active.keys() - {self.name} != self.known.keys() - {self.name}
        self.known = active
        return known.get(self.name), changed

    def take_up_catalog(self, outbox: Outbox) -> None:
        """Count by what is declared now; what waits of sites that are no longer is dropped."""
        self.copy.take(partial(self._drop_undeclared, outbox))

    def _drop_undeclared(self, outbox: Outbox) -> None:
        declared = {site.host for site in self.workspace.catalog.sites()}
        outbox.erase(outbox.sites() - declared - {""})

    def _self(self) -> Node:
        return Node(
            self.name,
            self.directory,
            self.process,
            self.part,
            self.workspace.clock.now(),
            self.copy.version,
            retired=False,
            version=1,
        )


async def belong(
    member: Membership,
    outbox: Outbox,
    locks: DayLocks,
    *,
    others_changed: Callable[[], None],
    came_back: Callable[[], object],
) -> None:
    """Speak, take up what is declared and hand in what is asked for, until cancelled.

    *others_changed* is called when a collector came or went, *came_back* when this one was
    retired and has joined again; both in a thread.
    """
    pause = SECONDS
    while True:
        try:
            await _look_around(member, outbox, locks, others_changed, came_back)
        except Exception as error:
            pause = pause_after(pause, failed=True)
            told = error if isinstance(error, OboroError) else kind_and_place(error)
            log.error(
                "the other collectors are not heard of now, next look in %.0f s: %s", pause, told
            )
        else:
            if pause > SECONDS:
                log.warning("the other collectors are heard of again")
            pause = pause_after(pause, failed=False)
        await asyncio.sleep(pause)


def pause_after(pause: float, *, failed: bool) -> float:
    """Return how many seconds after a look, which came *pause* after the one before, is the next.

    >>> [pause_after(pause, failed=True) for pause in (2.0, 32.0, 60.0)]
    [4.0, 60.0, 60.0]
    >>> pause_after(60.0, failed=False)
    2.0
    """
    return min(2 * pause, LONGEST_SECONDS) if failed else SECONDS


async def _look_around(
    member: Membership,
    outbox: Outbox,
    locks: DayLocks,
    others_changed: Callable[[], None],
    came_back: Callable[[], object],
) -> None:
    ours, changed = await run_through(member.look)
    if ours is not None and ours.process != member.process and not ours.retired:
        # It writes to the same partitions: whoever is asked to stop first, rows would be lost.
        log.error(
            "another process counts as %s on this store since; this one stops. Give each "
            "collector a name of its own with OBORO_NODE, and never copy a data directory",
            member.name,
        )
        stopping = member.workspace.find(Stopping)
        if stopping is not None:
            stopping.stop()
        return
    if ours is None or ours.retired:
        log.warning("%s was retired and joins again; days closed without it stay so", member.name)
        await run_through(member.join)
        await run_through(came_back)
        changed = True
    if changed:
        await run_through(others_changed)
    if member.part is Part.HITS:
        await run_through(partial(member.take_up_catalog, outbox))
        await hand_in(member, locks)
    # Nobody listens to one that is alone, so it writes nothing by the clock either.
    if member.known.keys() - {member.name}:
        await run_through(member.speak)


async def hand_in(member: Membership, locks: DayLocks) -> None:
    """Write all there is of the days that are being closed, and say of which that is done."""
    wanted = await run_through(partial(member.nodes.to_hand_in, member.name))
    closed = closed_days_of(member.workspace)
    if not wanted or closed is None:
        return
    closed.note_closing(wanted)
    delivering = delivering_of(member.workspace)
    ready: dict[date, list[SiteDay]] = {}
    for site, day in wanted:
        try:
            await delivering.end_visits(site, day)
        except OboroError as error:
            log.error("visits of %s of %s are not ended yet: %s", day, site, error)
            continue
        if not await delivering.pending(site, day):
            ready.setdefault(day, []).append((site, day))

    def hand_in_day(day: date, site_days: Collection[SiteDay]) -> None:
        with locks.holding(day):
            if delivering.release(day):
                member.nodes.hand_in(member.name, site_days)

    for day, site_days in ready.items():
        await run_through(partial(hand_in_day, day, site_days))


def identity(path: Path, workspace: Workspace) -> str:
    """Return the number of the data directory that *path* lies in, made when there is none.

    Raises a `UsageError` when the directory is that of a collector of another name.
    """
    name = workspace.settings.node
    if path.exists():
        known, _, number = path.read_text(encoding="utf-8").strip().partition(" ")
        if known != name:
            raise UsageError(
                f"{path.parent} is the data directory of the collector {known}; set "
                f"OBORO_NODE={known}, or give {name} a directory of its own with OBORO_DATA_DIR"
            )
        return number
    number = workspace.randomness.bytes(NUMBER_BYTES).hex()
    write_durably(path, f"{name} {number}\n")
    return number


class NodesHeard(Collector):
    """How long ago the other collectors were heard of, by the last look at the store."""

    def __init__(self, member: Membership, clock: Clock) -> None:
        self._member = member
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Return one figure for each collector that has to be waited for."""
        silent = GaugeMetricFamily(
            "oboro_node_silent_seconds",
            "Seconds since another collector on this store was heard of",
            labels=["node"],
        )
        for name, node in sorted(self._member.known.items()):
            if name == self._member.name:
                continue
            seconds = node.silent_for(self._clock.now()).total_seconds()
            silent.add_metric([name], seconds)
        yield silent
