"""Open a workspace: own the data directory, then its stores; or only look into another's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import URL

from oboro.catalog import Catalog
from oboro.clock import Clock, SystemClock
from oboro.errors import OboroError, UsageError
from oboro.lock import owned
from oboro.migrate import migrate
from oboro.randomness import Randomness, SystemRandomness
from oboro.scratch import scratch_in
from oboro.settings import Settings
from oboro.store import Store
from oboro.workspace import Workspace

CATALOG = "catalog.db"
"""The file of the declared sites, in the data directory."""


@contextmanager
def open_workspace(
    settings: Settings,
    *,
    clock: Clock | None = None,
    randomness: Randomness | None = None,
    migrated: bool = True,
    wait: float = 0,
) -> Iterator[Workspace]:
    """Own the data directory for the length of the block; *migrated* runs waiting migrations.

    *wait*: seconds in which another owner may still come to its end.
    """
    with (
        owned(settings, wait=wait),
        scratch_in(settings.data_dir),
        closing(Store.open(settings)) as store,
    ):
        if migrated:
            migrate(store)
        with closing(_catalog(settings)) as catalog:
            yield Workspace(
                settings=settings,
                clock=clock or SystemClock(),
                randomness=randomness or SystemRandomness(),
                catalog=catalog,
                store=store,
            )


@contextmanager
def look_into_workspace(settings: Settings) -> Iterator[Workspace]:
    """Look into what another process owns, for the length of the block.

    Sites may be declared here, which the owner takes up within seconds; all else is only read.
    The embedded engine lets one process alone at its files, so the store must be on a server.
    """
    if not settings.store_url:
        raise UsageError(
            "the embedded store belongs to one process; to serve the pages in another one, set "
            "OBORO_STORE_URL to a ClickHouse server"
        )
    if not (settings.data_dir / CATALOG).exists():
        raise OboroError(
            f"nothing is kept in {settings.data_dir} yet; start the collector on it first"
        )
    with closing(Store.open(settings)) as store, closing(_catalog(settings)) as catalog:
        yield Workspace(
            settings=settings,
            clock=SystemClock(),
            randomness=SystemRandomness(),
            catalog=catalog,
            store=store,
            owned=False,
        )


def _catalog(settings: Settings) -> Catalog:
    # Written as text, an address would have what follows a percent sign decoded: another folder.
    return Catalog.open(URL.create("sqlite", database=str(settings.data_dir / CATALOG)))
