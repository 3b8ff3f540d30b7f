"""A disk that is full: nobody is told that a hit was kept when it was not, nor who objects.

The disk is a small file system of its own, or the kernel's answers to the spool are forged by
`strace`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from oboro.clock import SystemClock
from tests.faults.test_store_in_trouble import Answer, Town
from tests.faults.test_syscall_kills import tracer_works
from tests.support.command_line import call_oboro, served
from tests.support.whole_server import AGENT, HOST, QUICK, flushed, page_of, reported

MEGABYTES = 48
"""The engine alone wants some ten."""


@contextmanager
def small_disk(directory: Path) -> Iterator[Path]:
    """Have *directory* on a small disk of its own for the length of the block."""
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(directory)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Leave no byte of *disk* free within the block."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for piece in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(piece)) == piece:
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        ballast.unlink()


@asynccontextmanager
async def a_town(data_dir: Path) -> AsyncIterator[Town]:
    """Serve one site with the embedded store."""
    call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data_dir)
    with served(data_dir, **QUICK) as server:
        async with aiohttp.ClientSession(headers={"User-Agent": AGENT}) as session:
            yield Town(data_dir, QUICK, server, session)


async def refused_some(here: Town) -> list[int]:
    """View pages until one is refused; return the numbers of those that were."""
    refused: list[int] = []
    while not refused:
        number = here.sent
        await here.visit(1)
        if here.acknowledged[-1:] != [page_of(number)]:
            refused.append(number)
        assert here.sent < 20_000
    return refused


async def answers_while_full(here: Town) -> tuple[set[Answer], set[Answer]]:
    """Return what visitors are told who are counted, and who object, over several seconds.

    Each time somebody who objects comes first: the server may be about to try again.
    """
    counted, objecting = set(), set()
    for _ in range(8):
        objecting.add(await here.send(Sec_GPC="1"))
        counted.add(await here.send(f"/never{page_of(here.sent)}"))
        await asyncio.sleep(0.45)
    return counted, objecting


async def until_taken(here: Town) -> None:
    """View pages until one is acknowledged again."""
    before = len(here.acknowledged)
    while len(here.acknowledged) == before:
        await here.visit(1)
        await asyncio.sleep(0.1)
        assert here.sent < 20_000


async def figures_at_the_end(here: Town) -> tuple[dict[str, int], int, float]:
    """Return the views of each page, all visitors, and what was set aside."""
    told = await flushed(here.server.url)
    yesterday = SystemClock().now().date() - timedelta(days=1)
    report = await reported(here.data_dir, yesterday, "views,visitors")
    views = {row["key"]: row["views"] for row in report["rows"]}
    assert told["oboro_audit_difference"] == 0
    return views, report["totals"]["visitors"], told["oboro_set_aside"]


async def live_through_a_full_disk(
    here: Town, full: Callable[[], ExitStack], come_again: Callable[[int], Awaitable[None]]
) -> None:
    """Visit, fill the disk that the spool is on, make room again, and compare."""
    await here.visit(30)
    with full():
        refused = await refused_some(here)
        counted, objecting = await answers_while_full(here)
    await until_taken(here)
    # Had their refused hits left a trace in memory, they would not count as visitors now.
    for number in refused:
        await come_again(number)
    await here.visit(20)
    views, visitors, set_aside = await figures_at_the_end(here)

    ((status, _, headers, _),) = counted
    assert status == 503
    assert int(dict(headers)["Retry-After"]) >= 1
    assert objecting == counted
    assert here.statuses == {202, 503}
    assert views == dict.fromkeys(here.acknowledged, 1)
    assert visitors == len(here.acknowledged)
    assert set_aside == 0


def coming_again(here: Town) -> Callable[[int], Awaitable[None]]:
    """Return what has the visitor of a number view their page once more, acknowledged."""

    async def come(number: int) -> None:
        here.sent, after = number, here.sent
        await here.visit(1)
        here.sent = after
        assert here.acknowledged[-1] == page_of(number)

    return come


@pytest.mark.parametrize("store_too", [True, False], ids=["with the store on it", "the spool's"])
async def test_on_a_full_disk_all_are_refused_alike_and_no_hit_is_lost_or_made_up(
    tmp_path: Path, store_too: bool
) -> None:
    with small_disk(tmp_path / "data") as disk:
        if not store_too:
            (tmp_path / "store").mkdir()
            (disk / "store").symlink_to(tmp_path / "store")

        def full() -> ExitStack:
            stack = ExitStack()
            stack.enter_context(filled(disk))
            return stack

        async with a_town(disk) as here:
            await live_through_a_full_disk(here, full, coming_again(here))


async def test_while_the_stores_disk_is_full_hits_are_taken_and_reach_it_later(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    with small_disk(tmp_path / "data" / "store") as disk:
        async with a_town(tmp_path / "data") as here:
            await here.visit(30)
            with filled(disk):
                await here.visit(60)
                # Long enough for several attempts: rows that a full disk refuses are not to blame.
                while here.server.log.read_text().count("batches wait") < 4:
                    await asyncio.sleep(0.1)
                    await here.visit(1)
            views, visitors, set_aside = await figures_at_the_end(here)

    assert here.statuses == {202}
    assert views == dict.fromkeys(here.acknowledged, 1)
    assert visitors == len(here.acknowledged)
    assert set_aside == 0


@pytest.mark.skipif(not tracer_works(), reason="strace is not installed, or may not trace here")
@pytest.mark.parametrize("calls", ["pwrite64", "fdatasync", "pwrite64,write,ftruncate,fdatasync"])
async def test_a_call_that_finds_no_room_refuses_all_alike_and_no_hit_is_lost_or_made_up(
    tmp_path: Path, calls: str
) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    async with a_town(data_dir) as here:

        def full() -> ExitStack:
            stack = ExitStack()
            stack.enter_context(_without_room(here.server.process.pid, data_dir, calls))
            return stack

        await live_through_a_full_disk(here, full, coming_again(here))


@contextmanager
def _without_room(process: int, data_dir: Path, calls: str) -> Iterator[None]:
    """Have each of *calls* of *process* on its spool fail with ENOSPC within the block."""
    traced = [
        name for suffix in ("", "-wal") for name in ("-P", str(data_dir / f"spool.db{suffix}"))
    ]
    forged = ["-e", f"trace={calls}", "-e", f"inject={calls}:error=ENOSPC"]
    tracer = subprocess.Popen(
        ["strace", "-f", "-o", "/dev/null", *traced, *forged, "-p", str(process)],
        stderr=subprocess.PIPE,
    )
    with tracer:
        try:
            assert tracer.stderr is not None
            assert b"attached" in tracer.stderr.readline()
            yield
        finally:
            tracer.send_signal(signal.SIGINT)
