"""What a running room offers to the others, by protocol, so that rooms never import each other."""

from __future__ import annotations

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
