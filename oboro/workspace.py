"""What every command and every room is handed: settings, time, randomness, the stores."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from oboro.catalog import Catalog
from oboro.clock import Clock
from oboro.randomness import Randomness
from oboro.settings import Settings
from oboro.store import Store

Service = TypeVar("Service")


@dataclass(slots=True)
class Workspace:
    """The parts that a process owns once.

    *services* holds what a running room offers to others, by its protocol's type, so that
    rooms never import each other; a command that runs without a server finds none.
    """

    settings: Settings
    clock: Clock
    randomness: Randomness
    catalog: Catalog
    store: Store
    owned: bool = True
    """Whether this process owns the data directory, or only looks into another's."""
    runs_jobs: bool = True
    """Whether this process closes days, keeps to periods and owns what is declared."""
    services: dict[type[Any], Any] = field(default_factory=dict)

    def offer(self, kind: type[Service], service: Service) -> None:
        """Make *service* findable as a *kind*, a protocol of `oboro.services`."""
        self.services[kind] = service

    def find(self, kind: type[Service]) -> Service | None:
        """Return the running service of *kind*, or None when no room offers it here."""
        found: Service | None = self.services.get(kind)
        return found
