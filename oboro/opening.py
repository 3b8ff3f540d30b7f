"""Open a workspace: own the data directory, then its stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from oboro.catalog import Catalog
from oboro.clock import Clock, SystemClock
from oboro.lock import owned
from oboro.migrate import migrate
from oboro.randomness import Randomness, SystemRandomness
from oboro.scratch import scratch_in
from oboro.settings import Settings
from oboro.store import Store
from oboro.workspace import Workspace


@contextmanager
def open_workspace(
    settings: Settings,
    *,
    clock: Clock | None = None,
    randomness: Randomness | None = None,
    migrated: bool = True,
) -> Iterator[Workspace]:
    """Own the data directory for the length of the block; *migrated* runs waiting migrations."""
    with (
        owned(settings),
        scratch_in(settings.data_dir),
        closing(Store.open(settings)) as store,
    ):
        if migrated:
            migrate(store)
        with closing(Catalog.open(f"sqlite:///{settings.data_dir / 'catalog.db'}")) as catalog:
            yield Workspace(
                settings=settings,
                clock=clock or SystemClock(),
                randomness=randomness or SystemRandomness(),
                catalog=catalog,
                store=store,
            )
