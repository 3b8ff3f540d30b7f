"""What a collector does every two seconds by what its store says of it and of the others.

What fails is still to be done, and done by a later look: the longer the store is away, the less
often it is asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import date
from functools import partial
from typing import NamedTuple

from collector.membership import Membership
from collector.spooling.outbox import Outbox
from collector.threads import run_through
from oboro.day_locks import DayLocks
from oboro.errors import Conflict, OboroError
from oboro.journal import kind_and_place
from oboro.nodes import Part, SiteDay
from oboro.rooms import closed_days_of, delivering_of
from oboro.services import Stopping

log = logging.getLogger("oboro.membership")

SECONDS = 2.0
"""Seconds between two looks at the store: how soon a change of the sites reaches a collector."""
LONGEST_SECONDS = 60.0
"""The same while the store is away: each look that fails doubles the pause, and is logged."""


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
