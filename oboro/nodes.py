"""The collectors that share one store: who they are, when each spoke last, what was handed in.

A collector is a name and a data directory. It joins once, with a row that only a retirement ends;
so whoever closes a day knows who has to be waited for, whatever clocks and processes do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from oboro.errors import Conflict
from oboro.sql import load_sql
from oboro.store import Store

SiteDay = tuple[str, date]

SILENT_AFTER = timedelta(hours=24)
"""From when on a collector that does not speak is somebody's business, and not only a restart."""
RUNS_WITHIN = timedelta(minutes=2)
"""How recently a collector has spoken that is taken to run."""

_JOINED, _HEARD, _RETIRED = "joined", "heard", "retired"
_COLUMNS = ("node", "said", "directory", "process", "part", "heard_at", "catalog", "version")


class Part(StrEnum):
    """What a collector does beside counting."""

    JOBS = "jobs"
    """It closes days, keeps to periods and publishes; one on a store does."""
    HITS = "hits"
    """Nothing: it counts, writes, and hands in."""


class Node(NamedTuple):
    """A collector as the store knows it."""

    name: str
    directory: str
    process: str
    part: Part
    heard_at: datetime
    catalog: int
    retired: bool
    version: int
    """How often it has joined and was retired."""

    def silent_for(self, at: datetime) -> timedelta:
        """Return how long it has not spoken; for ever, if it seems to have spoken in the future.

        Then its clock was ahead, and when it really spoke is not known.
        """
        if self.heard_at - at >= RUNS_WITHIN:
            return timedelta.max
        return max(timedelta(), at - self.heard_at)

    def runs(self, at: datetime) -> bool:
        """Tell whether it has spoken so recently that it is taken to run."""
        return not self.retired and self.silent_for(at) < RUNS_WITHIN

    def is_silent(self, at: datetime) -> bool:
        """Tell whether it has not spoken for so long that somebody has to look."""
        return not self.retired and self.silent_for(at) >= SILENT_AFTER


class Nodes:
    """The collectors of one store; blocking."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heard: dict[str, int] = {}
        """The version of what each has said last, by the last look."""

    def all(self) -> dict[str, Node]:
        """Return every collector that has ever joined, by name."""
        said: dict[str, dict[str, tuple[str, str, str, int, int, int]]] = {}
        for name, kind, *rest in self._store.query(_sql("nodes")):
            said.setdefault(name, {})[kind] = tuple(rest)
            if kind == _HEARD:
                self._heard[name] = max(rest[-1], self._heard.get(name, 0))
        return {name: _node(name, rows) for name, rows in said.items() if _JOINED in rows}

    def active(self) -> dict[str, Node]:
        """Return those that have to be waited for, by name."""
        return {name: node for name, node in self.all().items() if not node.retired}

    def join(self, node: Node) -> None:
        """Have *node* waited for from now on; its process is the one that speaks for the name."""
        self._write(node, _JOINED, node.version)
        self.hear(node)

    def hear(self, node: Node) -> None:
        """Note that *node* spoke, whatever its clock said when it spoke before."""
        if node.name not in self._heard:
            self.all()
        # By the clock, so that of two that count from the same look the later one wins; and
        # counted up, so that a clock which once was ahead does not keep it from being heard.
        version = max(self._heard.get(node.name, 0) + 1, int(node.heard_at.timestamp() * 1000))
        self._write(node, _HEARD, version)
        self._heard[node.name] = version

    def retire(self, node: Node) -> None:
        """Wait for *node* no longer."""
        self._write(node, _RETIRED, node.version + 1)

    def to_hand_in(self, name: str) -> list[SiteDay]:
        """Return the days that are being closed and that *name* has not handed in yet."""
        return [(site, day) for site, day in self._store.query(_sql("to_hand_in"), {"node": name})]

    def hand_in(self, name: str, site_days: Iterable[SiteDay]) -> None:
        """Note that nothing more of *site_days* will come from *name*."""
        rows = [(site, day, name) for site, day in site_days]
        self._store.insert("handed_in", ("site", "day", "node"), rows)

    def missing(
        self, site_days: Sequence[SiteDay], names: Collection[str]
    ) -> Mapping[SiteDay, list[str]]:
        """Return which of *names* have not handed in each of *site_days*, where any has not."""
        if not names or not site_days:
            return {}
        pairs = {"sites": [site for site, _ in site_days], "days": [day for _, day in site_days]}
        there = {
            (site, day, name) for site, day, name in self._store.query(_sql("handed_in"), pairs)
        }
        found = {
            key: sorted(name for name in names if (*key, name) not in there) for key in site_days
        }
        return {key: some for key, some in found.items() if some}

    def _write(self, node: Node, said: str, version: int) -> None:
        row = (
            node.name, said, node.directory, node.process, node.part.value,
            int(node.heard_at.timestamp()), node.catalog, version,
        )  # fmt: skip
        self._store.insert("nodes", _COLUMNS, [row])


def _node(name: str, rows: Mapping[str, tuple[str, str, str, int, int, int]]) -> Node:
    directory, process, part, joined_at, _, version = rows[_JOINED]
    heard_at, catalog = joined_at, 0
    if _HEARD in rows:
        heard_at, catalog = rows[_HEARD][3], rows[_HEARD][4]
    retirement = rows[_RETIRED][5] if _RETIRED in rows else -1
    return Node(
        name,
        directory,
        process,
        Part(part),
        datetime.fromtimestamp(heard_at, UTC),
        catalog,
        retirement > version,
        max(version, retirement),
    )


def refuse_to_join(wanted: Node, known: Mapping[str, Node]) -> None:
    """Raise a `Conflict` that says what to do unless *wanted* may join those *known*."""
    same = known.get(wanted.name)
    if same is not None and not same.retired and same.directory != wanted.directory:
        raise Conflict(
            f"another data directory counts as {wanted.name} on this store, last heard of at "
            f"{told(same.heard_at)}; give this collector a name of its own with OBORO_NODE or, if "
            f"the other one is lost for good: oboro node retire {wanted.name}"
        )
    if wanted.part is not Part.JOBS:
        return
    for node in known.values():
        if node.name != wanted.name and not node.retired and node.part is Part.JOBS:
            raise Conflict(
                f"the collector {node.name} runs the jobs of this store, last heard of at "
                f"{told(node.heard_at)}; start this one with --collector alone or, if that one is "
                f"lost for good: oboro node retire {node.name}"
            )


def refuse_to_stay(ours: Node, known: Mapping[str, Node]) -> None:
    """Raise a `Conflict` should *ours*, which has joined, have to make room for one of *known*.

    Two that start the jobs at once find nobody there. Then the first by name goes on.
    """
    before = {
        name: node
        for name, node in known.items()
        if node.part is not Part.JOBS or name <= ours.name
    }
    refuse_to_join(ours, before)


def told(moment: datetime) -> str:
    """Return *moment* as people read it.

    >>> told(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))
    '2026-03-04 05:06 UTC'
    """
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _sql(name: str) -> str:
    return load_sql("oboro.joining", f"{name}.sql")
