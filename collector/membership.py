"""One collector among those that share a store: it joins, speaks, hands days in, and notices.

With the embedded store there is nobody to share it with, and nothing of this happens.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from collector.durable_file import write_durably
from collector.erasing import erase_held
from collector.reckoning import Reckoning
from collector.spooling.outbox import Outbox
from collector.threads import run_through
from oboro.catalog_copy import Copy
from oboro.clock import Clock
from oboro.day_locks import DayLocks
from oboro.errors import Conflict, OboroError, UsageError
from oboro.journal import kind_and_place
from oboro.nodes import Node, Nodes, Part, SiteDay, refuse_to_join, refuse_to_stay
from oboro.rooms import closed_days_of, delivering_of
from oboro.services import Stopping
from oboro.workspace import Workspace

log = logging.getLogger("oboro.membership")

FILE = "node"
"""The file that says which collector a data directory is."""
RECKONING = "others"
"""The file that says which other collectors this one has reckoned with."""
SECONDS = 2.0
"""Seconds between two looks at the store: how soon a change of the sites reaches a collector."""
LONGEST_SECONDS = 60.0
"""The same while the store is away: each look that fails doubles the pause, and is logged."""
NUMBER_BYTES = 16


@dataclass(slots=True)
class Membership:
    """A collector's place on its store; all of it blocks, for a thread of its own."""

    workspace: Workspace
    nodes: Nodes
    directory: str
    process: str
    part: Part
    copy: Copy
    reckoning: Reckoning
    known: dict[str, Node] = field(default_factory=dict)
    """Those that have to be waited for, by the last look."""
    met: set[str] = field(default_factory=set)
    """The others that have ever counted here, retired ones too: they may know today's visitors."""
    clean: int = 0
    """The version of what is declared by which nothing undeclared was left to deliver."""

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
            Reckoning(workspace.settings.data_dir / RECKONING),
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
        if before is None or before.retired:
            self.reckoning.begin(returned=before is not None)
        self.nodes.join(self._self()._replace(version=before.version + 1 if before else 1))
        self._note(self.nodes.all())

    def keep_place(self) -> None:
        """Look who is there, and raise a `Conflict` that says who is where this one was.

        One that was retired joins again, if it may.
        """
        known = self.nodes.all()
        self._note(known)
        ours = known.get(self.name)
        if ours is None or ours.retired:
            log.warning("%s was retired and joins again; days closed without it stay so", self.name)
            self.join()
        elif ours.process != self.process:
            raise Conflict(
                f"another process counts as {self.name} on this store since; give each collector "
                "a name of its own with OBORO_NODE, and never copy a data directory"
            )
        else:
            self._stay(ours, known)

    def speak(self) -> None:
        """Say that the collector runs, and by which declared sites it counts."""
        self.nodes.hear(self._self())

    def may_deliver(self) -> bool:
        """Tell whether what the spool holds may go to the store by now; asks the store.

        Days are closed and sites are erased without one that was retired: should that have
        happened while its process stood still, it first has to look around.
        """
        ours = self.nodes.all().get(self.name)
        return (
            ours is not None
            and not ours.retired
            and ours.process == self.process
            and not self.reckoning.returned
        )

    def has_to_reckon(self) -> bool:
        """Tell whether others came or went since today was last given up for that."""
        return bool(self.met) and not self.reckoning.is_with(self.known.keys() - {self.name})

    def reckoned(self) -> None:
        """Note that what the others' coming and going asks for is done."""
        self.reckoning.end(self.known.keys() - {self.name})

    def drop_undeclared(self, outbox: Outbox, locks: DayLocks) -> bool:
        """Drop what waits of sites that are not declared; tell whether there was any."""
        declared = {site.host for site in self.workspace.catalog.sites()}
        gone = {site for site, _ in outbox.all_site_days()} - declared - {""}
        return bool(gone) and erase_held(outbox, locks, gone)

    def _stay(self, ours: Node, known: Mapping[str, Node]) -> None:
        try:
            refuse_to_stay(self._self(), known)
        except Conflict:
            # As far as others know it runs the jobs no longer: they are not kept from them.
            self.nodes.join(self._self()._replace(part=Part.HITS, version=ours.version + 1))
            raise

    def _note(self, known: Mapping[str, Node]) -> None:
        self.known = {name: node for name, node in known.items() if not node.retired}
        self.met |= known.keys() - {self.name}

    def _self(self) -> Node:
        return Node(
            self.name,
            self.directory,
            self.process,
            self.part,
            self.workspace.clock.now(),
            self.copy.version if self.part is Part.JOBS else self.clean,
            retired=False,
            version=1,
        )


class Duties(NamedTuple):
    """What a collector does about what it finds on its store."""

    reckon: Callable[[], None]
    """Others came or went; in a thread."""
    refuse_closed: Callable[[], Awaitable[None]]
    """This one was retired and has joined again: days may have been closed without it."""
    let_go: Callable[[], Awaitable[None]]
    """Sites may be declared no more: nothing more of them comes to the spool afterwards."""


class _InTheWay(Conflict):
    """Another collector is where this one was."""


async def belong(member: Membership, outbox: Outbox, locks: DayLocks, duties: Duties) -> None:
    """Speak, take up what is declared and hand in what is asked for, until cancelled.

    Ends by itself once another one is in the way: then the whole server is told to stop.
    """
    pause = SECONDS
    while True:
        try:
            await look_around(member, outbox, locks, duties)
        except _InTheWay as conflict:
            # It writes to the same partitions, or does what only one may: rows would be lost.
            log.error("%s. This one stops", conflict)
            stopping = member.workspace.find(Stopping)
            if stopping is not None:
                stopping.stop()
            return
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


async def look_around(member: Membership, outbox: Outbox, locks: DayLocks, duties: Duties) -> None:
    """Do what is to be done by what the store says now; what fails is to be done next time."""
    try:
        await run_through(member.keep_place)
    except Conflict as conflict:
        raise _InTheWay(str(conflict)) from None
    if member.part is Part.HITS:
        # First, so that nothing is marked of a site that is erased.
        await _take_up_catalog(member, outbox, locks, duties)
    if member.reckoning.returned:
        await duties.refuse_closed()
    if member.has_to_reckon():
        await run_through(duties.reckon)
    await run_through(member.reckoned)
    if member.part is Part.HITS:
        await hand_in(member, locks)
    # Nobody listens to one that is alone, so it writes nothing by the clock either.
    if member.known.keys() - {member.name}:
        await run_through(member.speak)


async def _take_up_catalog(
    member: Membership, outbox: Outbox, locks: DayLocks, duties: Duties
) -> None:
    """Count by what is declared now; say so once nothing is left of sites that no longer are.

    What is found is dropped, and looked for again next time.
    """
    version = await run_through(member.copy.take)
    if version == member.clean:
        return
    await duties.let_go()
    if not await run_through(partial(member.drop_undeclared, outbox, locks)):
        member.clean = version


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
