"""What is declared reaches the collectors without a catalog of their own, whole and once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from oboro.catalog import Catalog
from oboro.catalog_copy import COPIED, Copy
from oboro.errors import OboroError
from oboro.funnels import Funnel
from oboro.goals import Goal
from oboro.store import Store
from tests.support.workspace import a_site


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Catalog]:
    """The catalog of a collector that only counts."""
    with closing(Catalog.open(f"sqlite:///{tmp_path / 'other.db'}")) as catalog:
        yield catalog


def test_what_is_declared_is_taken_up_and_what_is_removed_is_gone(
    store: Store, catalog: Catalog, other: Catalog
) -> None:
    owner, follower = Copy(store, catalog), Copy(store, other)
    catalog.add_site(a_site())
    assert owner.give() == 1
    assert follower.take() == 1
    assert other.sites() == catalog.sites()
    catalog.remove_site(a_site().host)
    assert owner.give() == 2
    assert follower.take() == 2
    assert other.sites() == ()


def test_a_catalog_that_another_one_has_followed_on_is_not_taken_for_what_is_declared_now(
    store: Store, catalog: Catalog, other: Catalog
) -> None:
    catalog.add_site(a_site())
    catalog.add_site(a_site("gone.jp"))
    Copy(store, catalog).give()
    # This one is stopped, or is a backup; then it runs the jobs.
    Copy(store, other).take()
    catalog.remove_site("gone.jp")
    Copy(store, catalog).give()
    successor = Copy(store, other)
    successor.catch_up()
    assert successor.taken
    assert other.sites() == catalog.sites()
    other.add_site(a_site("new.jp"))
    assert Copy(store, other).give() == 3
    # And back again.
    Copy(store, catalog).catch_up()
    assert catalog.sites() == other.sites()


@pytest.mark.parametrize("killed", [True, False])
def test_what_its_owner_declared_while_no_server_ran_is_kept(
    store: Store, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    catalog.add_site(a_site())
    Copy(store, catalog).give()
    catalog.add_site(a_site("new.jp"))
    if killed:
        with monkeypatch.context() as patched:
            patched.setattr(Store, "insert", _killed)
            with pytest.raises(KeyboardInterrupt):
                Copy(store, catalog).give()
    again = Copy(store, catalog)
    again.catch_up()
    assert not again.taken
    assert again.give() == 2
    assert [site.host for site in catalog.sites()] == ["example.jp", "new.jp"]


def test_an_owner_that_lost_its_catalog_finds_what_it_had_declared(
    store: Store, catalog: Catalog, other: Catalog
) -> None:
    Copy(store, other).catch_up()
    catalog.add_site(a_site())
    Copy(store, catalog).give()
    Copy(store, other).catch_up()
    assert other.sites() == catalog.sites()


def test_one_that_has_removed_its_last_site_does_not_find_it_again(
    store: Store, catalog: Catalog
) -> None:
    catalog.add_site(a_site())
    Copy(store, catalog).give()
    catalog.remove_site(a_site().host)
    Copy(store, catalog).catch_up()
    assert catalog.sites() == ()


def _killed(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_two_threads_that_hand_on_at_once_give_no_version_twice(
    store: Store, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = Copy(store, catalog)
    catalog.add_site(a_site())
    inserted: list[int] = []
    both = threading.Barrier(2)

    def insert(
        table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], token: str | None = None
    ) -> None:
        with suppress(threading.BrokenBarrierError):
            # The other one comes here as well, unless it is kept from it.
            both.wait(1)
        inserted.append(rows[0][-1])
        Store.insert(store, table, columns, rows, token)

    monkeypatch.setattr(store, "insert", insert)
    with ThreadPoolExecutor(2) as threads:
        given = [each.result() for each in [threads.submit(owner.give) for _ in range(2)]]
    assert given == [1, 1]
    assert inserted == [1]


def test_nothing_is_written_or_taken_up_where_nothing_has_changed(
    store: Store, catalog: Catalog, other: Catalog
) -> None:
    catalog.add_site(a_site())
    assert [Copy(store, catalog).give() for _ in range(3)] == [1, 1, 1]
    follower = Copy(store, other)
    follower.take()
    taken_up = other.sites()
    assert follower.take() == 1
    assert other.sites() is taken_up


def test_a_store_without_a_copy_says_who_has_to_be_started(store: Store, other: Catalog) -> None:
    with pytest.raises(OboroError, match="start the one that runs the jobs first"):
        Copy(store, other).take()


def test_goals_and_funnels_come_along(store: Store, catalog: Catalog, other: Catalog) -> None:
    goal = Goal(name="thanks", page="/thanks")
    funnel = Funnel(name="apply", steps=("/form", "goal:thanks"))
    catalog.add_site(replace(a_site(), goals=(goal,), funnels=(funnel,)))
    Copy(store, catalog).give()
    Copy(store, other).take()
    (site,) = other.sites()
    assert (site.goals, site.funnels) == ((goal,), (funnel,))


def test_every_table_of_the_catalog_is_copied_or_is_no_matter_of_counting(catalog: Catalog) -> None:
    left = set(inspect(catalog.engine).get_table_names()) - {table.name for table in COPIED}
    # Names for pages, keys of publications, notes of changes: the side of the jobs reads them.
    assert left == {"page_titles", "key_sets", "site_changes"}
