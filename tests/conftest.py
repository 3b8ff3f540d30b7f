"""Fixtures for everybody: one embedded store in the whole run, emptied before each test.

The engine takes one path in a process, so no test opens a store of its own; what opens a
workspace itself is given the ``settings`` fixture, whose ``store_url`` leads to the same one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hypothesis
import pytest

from oboro.catalog import Catalog
from oboro.clock import ManualClock
from oboro.migrate import migrate
from oboro.randomness import SeededRandomness
from oboro.settings import Settings
from oboro.store import Store
from oboro.workspace import Workspace
from tests.support.workspace import NOON, settings_in

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("oboro", deadline=None)
hypothesis.settings.load_profile("oboro")


@pytest.fixture(scope="session")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one directory in which the engine keeps the store of this run."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def opened_store(store_path: Path) -> Iterator[Store]:
    """The store of this run; take ``store`` instead, which is empty."""
    with closing(Store.open(settings_in(store_path, store_path))) as store:
        migrate(store)
        yield store


@pytest.fixture
def store(opened_store: Store) -> Store:
    """An empty, migrated store."""
    rows = opened_store.query(
        "SELECT name FROM system.tables WHERE database = currentDatabase()"
        " AND engine LIKE '%MergeTree' AND name != 'migrations'"
    )
    for (table,) in rows:
        opened_store.command("TRUNCATE TABLE {table:Identifier}", {"table": table})
    return opened_store


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at noon in Tokyo until it is moved."""
    return ManualClock(NOON)


@pytest.fixture
def settings(tmp_path: Path, store_path: Path) -> Settings:
    """The defaults, in a directory of the test's own."""
    return settings_in(tmp_path, store_path)


@pytest.fixture
def catalog(settings: Settings) -> Iterator[Catalog]:
    """A catalog without sites."""
    with closing(Catalog.open(f"sqlite:///{settings.data_dir / 'catalog.db'}")) as catalog:
        yield catalog


@pytest.fixture
def workspace(settings: Settings, store: Store, catalog: Catalog, clock: ManualClock) -> Workspace:
    """An open workspace: empty store, no sites, time and randomness under control."""
    return Workspace(
        settings=settings,
        clock=clock,
        randomness=SeededRandomness(1),
        catalog=catalog,
        store=store,
    )
