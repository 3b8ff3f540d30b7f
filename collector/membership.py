"""One collector among those that share a store: it joins, speaks, hands days in, and notices.

With the embedded store there is nobody to share it with, and nothing of this happens.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from collector.durable_file import write_durably
from collector.erasing import erase_held
from collector.reckoning import Reckoning
from collector.spooling.outbox import Outbox
from oboro.catalog_copy import BEHIND, Copy
from oboro.clock import Clock
from oboro.day_locks import DayLocks
from oboro.errors import Conflict, UsageError
from oboro.nodes import Node, Nodes, Part, refuse_to_join, refuse_to_stay
from oboro.workspace import Workspace

log = logging.getLogger("oboro.membership")

FILE = "node"
"""The file that says which collector a data directory is."""
RECKONING = "others"
"""The file that says which other collectors this one has reckoned with."""
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
            if self.part is Part.JOBS and self.copy.is_behind():
                raise Conflict(BEHIND)
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
