"""What a running room offers to the others, by protocol, so that rooms never import each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol


class LiveFigures(Protocol):
    """Totals of a site from the collector's memory; never from rows, never written."""

    def now(self, site_host: str) -> int:
        """Return the visitors of the last five minutes."""
        ...

    def views(self, site_host: str) -> list[int]:
        """Return thirty totals of a minute each, the oldest first."""
        ...

    def arrived(self, site_host: str) -> bool:
        """Tell whether any hit was counted since the start."""
        ...


class Importing(Protocol):
    """How far a running import is."""

    def progress(self) -> dict[str, Any] | None:
        """Return ``{"what", "done", "of"}``, or nothing when no import runs."""
        ...


class Spooling(Protocol):
    """Whether hits can be taken down."""

    def has_room(self) -> bool:
        """Tell whether the next hit can be acknowledged."""
        ...


class ClosedDays(Protocol):
    """Which site-days are closed, or being closed: nothing is added to them any more."""

    def is_closed(self, site: str, day: date) -> bool:
        """Tell whether *day* of *site* is closed; answers from memory, since every hit asks."""
        ...

    def read(self) -> None:
        """Read all days now; blocking. Until then `is_closed` may ask the store."""
        ...

    def read_again(self) -> None:
        """Read all days anew: another process moved them meanwhile; blocking."""
        ...

    def beyond(self) -> set[tuple[str, date]]:
        """Return every day that takes no further fact."""
        ...

    def note_closing(self, site_days: Iterable[tuple[str, date]]) -> None:
        """Take no further fact of *site_days*, which another process closes."""
        ...

    def forget(self, sites: Iterable[str]) -> None:
        """Forget in memory the days of *sites*, whose rows were erased."""
        ...


class Stopping(Protocol):
    """The server itself."""

    def stop(self) -> None:
        """Stop as by a signal; from the event loop's thread."""
        ...


class Delivering(Protocol):
    """What of a site-day is still on its way to the store.

    Whoever closes a day has `ClosedDays` say so first, then ends its visits, waits until nothing
    is pending, takes the day's lock, and releases the day.
    """

    async def end_visits(self, site: str, day: date) -> None:
        """End the visits that *day* of *site* still has, and keep their ends like any facts.

        Raises an `OboroError` when they cannot be taken down now; then nothing has changed.
        """
        ...

    async def pending(self, site: str, day: date) -> bool:
        """Tell whether anything of *day* is open in memory, spooled, or sent and not verified."""
        ...

    def release(self, day: date) -> bool:
        """Forget what was delivered of *day*, so that no start delivers it once more.

        Called in a thread, with the day's lock held, before rows of *day* are changed in the
        store; False, changing nothing, while a batch of *day* is on its way.
        """
        ...
