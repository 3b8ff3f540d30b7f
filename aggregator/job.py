"""What a job is: something that falls due by the calendar, and may run as often as it likes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from oboro.rooms import Progress
from oboro.workspace import Workspace


class Due(NamedTuple):
    """One day of one site that a job has to see to, and since when (UTC)."""

    site: str
    day: date
    since: datetime | None
    """None when nothing has to be waited for."""


class Failure(NamedTuple):
    """Why a job could not do its work on *day* of *site*.

    *code* is one of a few fixed words, the same that a gap has; *why* is a sentence that says
    what to do, and holds no value of a visitor. An empty *site* means the job as a whole.
    """

    site: str
    day: date | None
    code: str
    why: str
    waits: bool = False
    """Whether it may end by itself: an alarm is raised only when it has lasted."""


class Ran(NamedTuple):
    """What a run did: how many days it saw to, and what it could not do."""

    done: int
    failures: Sequence[Failure] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One kind of work. *run* does all that is due and changes nothing when called once more.

    *due* is called in a thread and answers with what *run* would see to at this moment.
    """

    name: str
    purpose: str
    due: Callable[[Workspace], Sequence[Due]]
    run: Callable[[Workspace, Progress], Awaitable[Ran]]
