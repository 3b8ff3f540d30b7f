"""The process that is killed: a spool, a writer and a compaction on a store of their own.

Every page is viewed once, and its name is told on stdout after the view was acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from collector.compaction import Compaction
from collector.spool import Spool
from collector.writer import Writer
from oboro.day_locks import DayLocks
from oboro.opening import open_workspace
from oboro.settings import Settings
from oboro.store import Store
from tests.support.spooled import an_entry, pages_in

AT_ONCE = 8


@asynccontextmanager
async def collecting(directory: Path) -> AsyncIterator[tuple[Spool, Writer, Compaction, Store]]:
    """Start as a server does, on the data of *directory*."""
    settings = Settings(
        data_dir=directory,
        tick_keys=5,
        tick_seconds=0.02,
        tick_limit_seconds=0.2,
        commit_milliseconds=1,
    )
    with open_workspace(settings) as workspace:
        clock, store = workspace.clock, workspace.store
        spool = Spool.open(
            directory / "spool.db",
            randomness=workspace.randomness,
            clock=clock,
            settings=settings,
        )
        locks = DayLocks()
        writer = Writer(spool, store, locks, clock=clock, settings=settings)
        compaction = Compaction(store, spool.outbox, locks, settings=settings)
        await compaction.recover()
        await writer.reconcile()
        yield spool, writer, compaction, store
        await spool.close()


def tell(line: str) -> None:
    """Write *line* at once and whole."""
    os.write(1, f"{line}\n".encode())


async def view(spool: Spool, page: str) -> None:
    """View *page*, and tell so when it is acknowledged."""
    tell(f"sent {page}")
    await spool.commit(an_entry(page))
    tell(f"kept {page}")


async def flush(spool: Spool, writer: Writer) -> None:
    """Wait until everything acknowledged was seen in the store."""
    while (audit := spool.audit()).verified != audit.acknowledged:
        await writer.step()
        await asyncio.sleep(0.01)


async def run(directory: Path, prefix: str) -> None:
    """View pages without end, until killed."""
    numbers = count()

    async def visitor(spool: Spool) -> None:
        for number in numbers:
            await view(spool, f"/{prefix}/{number}")
            await asyncio.sleep(0.002)

    async def keep_summing(compaction: Compaction) -> None:
        while True:
            await asyncio.to_thread(compaction.compact_now)
            await asyncio.sleep(0.05)

    async with collecting(directory) as (spool, writer, compaction, _):
        tell("ready")
        visitors = [visitor(spool) for _ in range(AT_ONCE)]
        await asyncio.gather(writer.run(), keep_summing(compaction), *visitors)


async def once(directory: Path, prefix: str) -> None:
    """View a few pages, bring them into the store, and end."""
    async with collecting(directory) as (spool, writer, _, _):
        for number in range(2):
            await asyncio.gather(*(view(spool, f"/{prefix}/{number}-{n}") for n in range(AT_ONCE)))
            await flush(spool, writer)


async def sum_up(directory: Path, _prefix: str) -> None:
    """Sum the day's rows, and end."""
    async with collecting(directory) as (spool, writer, compaction, _):
        await flush(spool, writer)
        await asyncio.to_thread(compaction.compact_now)


async def report(directory: Path) -> None:
    """Bring everything into the store and tell the views of each page."""
    async with collecting(directory) as (spool, writer, _, store):
        await flush(spool, writer)
        tell(json.dumps({"pages": pages_in(store), "difference": spool.audit().difference}))


MODES = {"run": run, "once": once, "sum": sum_up}


def main(mode: str, *arguments: str) -> None:
    """Live in *mode* on a directory, with pages of a name; or report on several directories."""
    if mode == "report":
        for directory in arguments:
            asyncio.run(report(Path(directory)))
        return
    directory, prefix = arguments
    asyncio.run(MODES[mode](Path(directory), prefix))


if __name__ == "__main__":
    main(*sys.argv[1:])
