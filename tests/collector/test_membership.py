"""A collector among others: what it still has to do is done once, whatever fails or is killed."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from collector.looking_around import Duties, belong, look_around
from collector.membership import RECKONING, Membership
from collector.room import ROOM
from collector.spool import Spool, spool_path
from collector.spooling.file import SpoolFile
from collector.writer import Writer
from oboro.catalog import Catalog
from oboro.catalog_copy import Copy
from oboro.clock import ManualClock
from oboro.day_locks import DayLocks
from oboro.errors import Conflict
from oboro.nodes import Node, Nodes, Part, refuse_to_join
from oboro.serve import running
from oboro.services import Stopping
from oboro.store import Store, StoreError
from oboro.workspace import Workspace
from tests.collector.test_running import send
from tests.support.spooled import DAY, a_spool, an_entry, commit_all, pages_in
from tests.support.workspace import NOON, a_site, quick

GONE = "gone.jp"
ENTRIES = [an_entry("/stays"), an_entry("/goes", site=GONE)]
SECONDS = 15


@pytest.fixture
def owner(store: Store, tmp_path: Path) -> Iterator[Catalog]:
    """The catalog of the collector with the jobs, on which two sites are declared."""
    (tmp_path / "jobs").mkdir()
    with closing(Catalog.open(f"sqlite:///{tmp_path / 'jobs' / 'catalog.db'}")) as catalog:
        catalog.add_site(a_site())
        catalog.add_site(a_site(GONE))
        Copy(store, catalog).give()
        Nodes(store).join(a_node("jobs", Part.JOBS))
        yield catalog


@pytest.fixture
def follower(workspace: Workspace, owner: Catalog) -> Workspace:
    """The workspace of a collector that only counts, by what the owner has declared."""
    workspace.settings = quick(workspace.settings)
    workspace.runs_jobs = False
    return workspace


def a_node(name: str, part: Part = Part.HITS) -> Node:
    return Node(name, f"of {name}", "p", part, NOON, 0, retired=False, version=1)


def a_member(workspace: Workspace) -> Membership:
    """Return the collector as a start makes it."""
    member = Membership.of(workspace)
    assert member is not None
    return member


def erase_at(owner: Catalog, store: Store) -> int:
    """Declare the site no more; return the version of what is declared then."""
    owner.remove_site(GONE)
    return Copy(store, owner).give()


def said_by(store: Store, name: str = "collector") -> int:
    """Return by which version a collector has said that it counts."""
    return Nodes(store).all()[name].catalog


def close(store: Store, site: str, day: date, state: str) -> None:
    columns = ("site", "day", "state", "open_rows", "kept_rows", "closed_on", "version")
    store.insert("closed_days", columns, [(site, day, state, 1, 1, day, 2)])


def closed_without(workspace: Workspace, nodes: Nodes) -> None:
    """Have the collector retired and its present day closed."""
    nodes.retire(nodes.all()["collector"])
    close(workspace.store, "example.jp", DAY, "closed")


def outcomes(store: Store) -> dict[str, int]:
    return dict(store.query("SELECT outcome, sum(n) FROM outcomes GROUP BY outcome"))


async def until(workspace: Workspace, holds: Callable[[], object]) -> None:
    """Wait for *holds*; meanwhile what lies in the spool becomes ripe."""
    assert isinstance(workspace.clock, ManualClock)
    async with asyncio.timeout(SECONDS):
        while not await asyncio.to_thread(holds):
            workspace.clock.advance(timedelta(seconds=0.05))
            await asyncio.sleep(0.02)


@dataclass
class Done:
    """What a member was seen to do, and how often it fails first."""

    spool: Spool
    member: Membership
    failing: int = 0
    calls: list[str] = field(default_factory=list)
    on_reckon: Callable[[], None] = lambda: None

    async def look(self) -> None:
        """Have the member look around once."""
        duties = Duties(
            reckon=lambda: self._do("reckon"),
            refuse_closed=self._refuse,
            let_go=self.spool.wait_for_earlier,
        )
        await look_around(self.member, self.spool.outbox, DayLocks(), duties)

    async def _refuse(self) -> None:
        self._do("refuse")

    def _do(self, what: str) -> None:
        self.calls.append(what)
        if self.failing:
            self.failing -= 1
            raise StoreError("the store is away")
        if what == "reckon":
            self.on_reckon()
        if what == "refuse":
            self.member.reckoning.refused()


async def leave_in_spool(directory: Path) -> None:
    """Leave hits as a stopped collector does."""
    spool = a_spool(directory)
    await commit_all(spool, ENTRIES)
    await spool.close()


@pytest.mark.parametrize("starting", [False, True])
async def test_a_site_that_was_erased_while_it_did_not_run_is_not_delivered_at_its_start(
    follower: Workspace, owner: Catalog, starting: bool
) -> None:
    """Also where that was between its first look at what is declared and its joining."""
    store = follower.store
    await leave_in_spool(follower.settings.data_dir)
    copy = Copy(store, follower.catalog)
    follower.offer(Copy, copy)
    if starting:
        copy.take()  # as the server does before its rooms begin
    version = erase_at(owner, store)
    if not starting:
        copy.take()
    async with running(follower, [ROOM], {}):
        await until(follower, lambda: said_by(store) == version and outcomes(store))
    assert pages_in(store) == {"/stays": 1}
    assert outcomes(store) == {"counted": 1}


async def test_a_site_that_was_erased_before_it_took_the_jobs_over_is_not_delivered(
    follower: Workspace, owner: Catalog
) -> None:
    store = follower.store
    await leave_in_spool(follower.settings.data_dir)
    Copy(store, follower.catalog).take()
    erase_at(owner, store)
    nodes = Nodes(store)
    nodes.retire(nodes.all()["jobs"])
    follower.runs_jobs = True
    copy = Copy(store, follower.catalog)
    follower.offer(Copy, copy)
    copy.catch_up()  # as the server does before its rooms begin
    async with running(follower, [ROOM], {}):
        await until(follower, lambda: outcomes(store))
    assert pages_in(store) == {"/stays": 1}


async def test_what_it_holds_waits_where_it_was_retired_and_has_not_looked_yet(
    follower: Workspace, owner: Catalog, tmp_path: Path
) -> None:
    """It stood still meanwhile: days may be closed, and a site is erased."""
    store, member = follower.store, a_member(follower)
    nodes, spool = Nodes(store), a_spool(tmp_path)
    member.join()
    done = Done(spool, member)
    await done.look()
    writer = Writer(
        spool,
        store,
        DayLocks(),
        clock=follower.clock,
        settings=follower.settings,
        may_deliver=member.may_deliver,
    )
    await commit_all(spool, ENTRIES)
    nodes.retire(nodes.all()["collector"])
    erase_at(owner, store)
    await writer.step()
    assert pages_in(store) == {}
    done.failing = 1
    with pytest.raises(StoreError):
        await done.look()
    await writer.step()
    assert pages_in(store) == {}
    await done.look()
    await writer.step()
    assert pages_in(store) == {"/stays": 1}
    await spool.close()


async def test_a_visit_of_a_day_that_was_closed_without_it_leaves_nothing_of_that_day(
    follower: Workspace,
) -> None:
    """It stood still, with visits in memory, while it was retired and the day was closed."""
    store, nodes = follower.store, Nodes(follower.store)
    Copy(store, follower.catalog).take()
    async with running(follower, [ROOM], {}) as url:
        assert await send(url) == 202
        await until(follower, lambda: pages_in(store))
        closed_without(follower, nodes)
        pending = follower.settings.data_dir / RECKONING
        await until(follower, lambda: not nodes.all()["collector"].retired)
        await until(follower, lambda: not pending.read_text().startswith("returned"))
        assert isinstance(follower.clock, ManualClock)
        follower.clock.advance(timedelta(hours=2))
        await asyncio.sleep(0.2)
    ends = "SELECT count() FROM coarse_events WHERE topic = 'exit'"
    assert store.query(ends) == [(0,)]
    with closing(SpoolFile.open(spool_path(follower.settings), follower.randomness)) as file:
        assert {day for _, day, _ in file.site_days("coarse_events")} <= {DAY + timedelta(days=1)}


async def test_nothing_is_marked_of_a_site_that_is_erased(
    follower: Workspace, owner: Catalog, tmp_path: Path
) -> None:
    store, member = follower.store, a_member(follower)
    member.join()
    spool = a_spool(tmp_path)
    done = Done(spool, member)
    erase_at(owner, store)
    seen = []
    done.on_reckon = lambda: seen.append([site.host for site in follower.catalog.sites()])
    await done.look()
    assert seen == [["example.jp"]]
    await spool.close()


async def test_it_says_that_it_holds_nothing_only_after_a_look_that_found_nothing(
    follower: Workspace, owner: Catalog, tmp_path: Path
) -> None:
    store, member = follower.store, a_member(follower)
    member.join()
    spool = a_spool(tmp_path, commit_milliseconds=300)
    done = Done(spool, member)
    await done.look()
    assert said_by(store) == 1
    version = erase_at(owner, store)
    # Taken before it knew of that: the hits still wait for the disk when it looks.
    taken = asyncio.create_task(commit_all(spool, ENTRIES))
    await asyncio.sleep(0)
    await done.look()
    assert said_by(store) == 1
    await taken
    assert spool.outbox.all_site_days() == {("example.jp", DAY)}
    await done.look()
    assert said_by(store) == version
    await spool.close()


async def test_it_says_so_only_once_the_visits_that_it_had_in_memory_are_gone(
    follower: Workspace, owner: Catalog
) -> None:
    # No tick: nothing but the look takes them out.
    follower.settings = dataclasses.replace(follower.settings, tick_seconds=1000)
    copy = Copy(follower.store, follower.catalog)
    follower.offer(Copy, copy)
    copy.take()
    async with running(follower, [ROOM], {}) as url:
        assert await send(url, site=GONE) == 202
        version = erase_at(owner, follower.store)
        await until(follower, lambda: said_by(follower.store) == version)
    # The stop ended what visits there were.
    with closing(SpoolFile.open(spool_path(follower.settings), follower.randomness)) as file:
        assert {site for site, _ in file.all_site_days()} <= {"example.jp"}


async def test_what_a_failure_kept_from_being_done_is_done_by_the_next_look(
    follower: Workspace, tmp_path: Path
) -> None:
    nodes, member = Nodes(follower.store), a_member(follower)
    member.join()
    spool = a_spool(tmp_path)
    done = Done(spool, member)
    await done.look()
    await done.look()
    assert done.calls == ["reckon"]

    done.calls.clear()
    done.failing = 1
    nodes.join(a_node("another"))
    with pytest.raises(StoreError):
        await done.look()
    await done.look()
    await done.look()
    assert done.calls == ["reckon", "reckon"]

    done.calls.clear()
    done.failing = 1
    nodes.retire(nodes.all()["collector"])
    with pytest.raises(StoreError):
        await done.look()
    await done.look()
    await done.look()
    assert done.calls == ["refuse", "refuse", "reckon"]
    await spool.close()


def test_what_is_still_to_be_done_outlives_a_kill(follower: Workspace) -> None:
    nodes = Nodes(follower.store)
    # It came late, and is killed before it gave up the day on which networks moved.
    a_member(follower).join()
    again = a_member(follower)
    again.join()
    assert again.has_to_reckon()
    again.reckoned()
    again = a_member(follower)
    again.join()
    assert not again.has_to_reckon()
    # Somebody comes while it is stopped.
    nodes.join(a_node("another"))
    again = a_member(follower)
    again.join()
    assert again.has_to_reckon()
    again.reckoned()
    # It is retired, comes back, and is killed before what it held was refused.
    nodes.retire(nodes.all()["collector"])
    a_member(follower).join()
    again = a_member(follower)
    again.join()
    assert again.reckoning.returned
    assert again.has_to_reckon()


@pytest.mark.parametrize("retired", [True, False])
async def test_what_lies_in_the_spool_of_a_day_that_was_closed_without_it_is_late(
    follower: Workspace, retired: bool
) -> None:
    """Killed after it joined again, or started from a copy that was put back: not delivered."""
    store = follower.store
    await leave_in_spool(follower.settings.data_dir)
    Copy(store, follower.catalog).take()
    if retired:
        nodes = Nodes(store)
        nodes.join(a_node("collector")._replace(directory=a_member(follower).directory))
        nodes.retire(nodes.all()["collector"])
        a_member(follower).join()
    close(store, "example.jp", DAY, "closed")
    async with running(follower, [ROOM], {}):
        await until(
            follower, lambda: outcomes(store) == {"counted": 1, "late": 1} and pages_in(store)
        )
    assert pages_in(store) == {"/goes": 1}


async def test_a_day_that_waits_for_it_is_delivered_by_its_next_start(follower: Workspace) -> None:
    store = follower.store
    await leave_in_spool(follower.settings.data_dir)
    Copy(store, follower.catalog).take()
    a_member(follower).join()
    close(store, "example.jp", DAY, "closing")
    async with running(follower, [ROOM], {}):
        await until(follower, lambda: outcomes(store) == {"counted": 2})
    assert pages_in(store) == {"/stays": 1, "/goes": 1}


async def test_while_the_store_is_away_it_looks_ever_less_often_and_says_so_each_time(
    follower: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    member, spool = a_member(follower), a_spool(tmp_path)
    member.join()
    pauses: list[float] = []

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 7:
            raise asyncio.CancelledError

    monkeypatch.setattr(member.nodes, "all", away)
    duties = Duties(lambda: None, spool.wait_for_earlier, spool.wait_for_earlier)
    with monkeypatch.context() as patched:
        patched.setattr("collector.looking_around.asyncio.sleep", noted)
        with pytest.raises(asyncio.CancelledError):
            await belong(member, spool.outbox, DayLocks(), duties)
    assert pauses == [4, 8, 16, 32, 60, 60, 60]
    assert len(caplog.records) == 7
    await spool.close()


async def test_while_the_store_is_away_hits_are_taken_and_counted_once_it_is_back(
    follower: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    Copy(follower.store, follower.catalog).take()
    async with running(follower, [ROOM], {}) as url:
        with monkeypatch.context() as patched:
            for name in ("query", "command", "insert"):
                patched.setattr(Store, name, away)
            assert [await send(url) for _ in range(3)] == [202] * 3
            await asyncio.sleep(2.5)  # a look, and many ticks
            assert await send(url) == 202
        await until(follower, lambda: outcomes(follower.store) == {"counted": 4})
    assert pages_in(follower.store) == {"/kurashi": 4}


async def test_one_with_the_jobs_that_was_retired_stops_once_a_successor_runs_them(
    workspace: Workspace, tmp_path: Path
) -> None:
    nodes, member = Nodes(workspace.store), a_member(workspace)
    member.join()
    nodes.retire(nodes.all()["collector"])
    nodes.join(a_node("successor", Part.JOBS))
    stopped = asyncio.Event()
    workspace.offer(Stopping, Signal(stopped))
    spool = a_spool(tmp_path)
    duties = Duties(lambda: None, spool.wait_for_earlier, spool.wait_for_earlier)
    async with asyncio.timeout(SECONDS):
        await belong(member, spool.outbox, DayLocks(), duties)
    assert stopped.is_set()
    assert set(nodes.active()) == {"successor"}
    await spool.close()


async def test_one_with_the_jobs_stops_where_others_declared_anything_while_it_was_retired(
    workspace: Workspace, tmp_path: Path
) -> None:
    store, nodes = workspace.store, Nodes(workspace.store)
    workspace.catalog.add_site(a_site())
    workspace.catalog.add_site(a_site(GONE))
    copy = Copy(store, workspace.catalog)
    copy.give()
    workspace.offer(Copy, copy)
    member, spool = a_member(workspace), a_spool(tmp_path)
    member.join()
    nodes.retire(nodes.all()["collector"])
    # Another one runs the jobs for a while, and is given up as well.
    with closing(Catalog.open(f"sqlite:///{tmp_path / 'another.db'}")) as another:
        Copy(store, another).catch_up()
        erase_at(another, store)
    with pytest.raises(Conflict, match="restart this one"):
        await Done(spool, member).look()
    workspace.catalog.add_site(a_site("new.jp"))
    with pytest.raises(Conflict, match="restart this one"):
        copy.give()
    assert nodes.all()["collector"].retired
    again = Copy(store, workspace.catalog)
    again.catch_up()
    assert [site.host for site in workspace.catalog.sites()] == ["example.jp"]
    await spool.close()


async def test_what_a_retired_one_was_handed_at_its_start_is_left_to_its_first_look(
    follower: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes, seen = Nodes(follower.store), []
    Copy(follower.store, follower.catalog).take()
    a_member(follower).join()
    closed_without(follower, nodes)

    async def looked(member: Membership, *_: object) -> None:
        seen.append(member.reckoning.returned)

    monkeypatch.setattr("collector.among_others.belong", looked)
    async with running(follower, [ROOM], {}):
        await until(follower, lambda: seen)
    assert seen == [True]


async def test_of_two_that_start_the_jobs_at_once_one_goes_on(
    workspace: Workspace, tmp_path: Path
) -> None:
    nodes, spool = Nodes(workspace.store), a_spool(tmp_path)
    member = a_member(workspace)
    member.join()
    # Had looked before this one had joined, and joins now.
    later, earlier = a_node("later", Part.JOBS), a_node("before", Part.JOBS)
    nodes.join(later)
    await Done(spool, member).look()
    nodes.join(earlier)
    with pytest.raises(Conflict, match="the collector before runs the jobs"):
        await Done(spool, member).look()
    # It says so: the other one is not kept from starting again.
    found = nodes.all()
    assert found["collector"].part is Part.HITS
    refuse_to_join(earlier, {name: found[name] for name in ("collector", "before")})
    await spool.close()


def away(*_: Any, **__: Any) -> Any:
    """Answer as a store that cannot be reached."""
    raise StoreError("the store is away")


class Signal:
    """The server that is told to stop."""

    def __init__(self, stopped: asyncio.Event) -> None:
        self._stopped = stopped

    def stop(self) -> None:
        self._stopped.set()
