"""The catalog: sites that are found by any of their hosts, each host once."""

from __future__ import annotations

import dataclasses
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from oboro.catalog import Catalog
from oboro.errors import Conflict, OboroError, UsageError
from oboro.opening import open_workspace
from oboro.settings import Settings
from oboro.site_rows import zone_named
from oboro.sites import Site
from tests.support.workspace import a_site


def test_a_site_is_found_by_its_host_and_its_aliases(catalog: Catalog) -> None:
    catalog.add_site(a_site(aliases=("www.old.example.jp",)))
    found = {catalog.site_for(host) for host in ("www.Example.jp:443", "old.example.jp")}
    assert found == {a_site(aliases=("old.example.jp",))}


def test_an_unknown_host_is_no_site(catalog: Catalog) -> None:
    assert catalog.site_for("elsewhere.jp") is None


def test_everything_declared_survives_a_restart(catalog: Catalog, settings: Settings) -> None:
    site = a_site(
        zone=ZoneInfo("America/New_York"),
        aliases=("a.jp",),
        campaigns=("spring",),
        events=("signup",),
        query_keys=("id",),
        known_as=("matomo:3",),
        section_depth=2,
        sections=("/a/*=A",),
        excluded_networks=("10.0.0.0/8",),
        excluded_hosts=("*.b.jp",),
        excluded_paths=("/x",),
        spam_referrers=("spam.example",),
        demonstration=True,
    )
    catalog.add_site(site)
    with closing(Catalog.open(f"sqlite:///{settings.data_dir / 'catalog.db'}")) as again:
        assert again.sites() == (site,)


def test_a_catalog_of_an_earlier_version_gains_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    with closing(sqlite3.connect(path)) as earlier:
        earlier.execute(
            "CREATE TABLE sites (host VARCHAR PRIMARY KEY, zone VARCHAR NOT NULL, aliases JSON NOT "
            "NULL, campaigns JSON NOT NULL, events JSON NOT NULL, query_keys JSON NOT NULL, "
            "section_depth INTEGER NOT NULL, demonstration BOOLEAN NOT NULL)"
        )
        earlier.execute(
            "INSERT INTO sites VALUES ('example.jp', 'Asia/Tokyo', '[]', '[]', '[]', '[]', 1, 0)"
        )
        earlier.commit()
    for _ in range(2):
        with closing(Catalog.open(f"sqlite:///{path}")) as catalog:
            assert catalog.sites() == (a_site(),)


def test_the_catalog_lies_in_the_data_directory_also_where_its_name_has_a_percent_sign(
    settings: Settings, tmp_path: Path
) -> None:
    another = tmp_path / "ab"
    another.mkdir()
    own = tmp_path / "a%62"
    with open_workspace(dataclasses.replace(settings, data_dir=own)):
        assert (own / "catalog.db").exists()
    assert list(another.iterdir()) == []


@pytest.mark.parametrize("other", [a_site(), a_site("b.jp", aliases=("example.jp",))])
def test_a_host_is_counted_once(catalog: Catalog, other: Site) -> None:
    catalog.add_site(a_site())
    with pytest.raises(Conflict):
        catalog.add_site(other)
    assert catalog.sites() == (a_site(),)


def test_an_updated_site_keeps_its_own_hosts(catalog: Catalog) -> None:
    catalog.add_site(a_site(aliases=("a.jp",)))
    catalog.update_site(a_site(aliases=("a.jp", "b.jp")))
    assert catalog.site_for("b.jp") == a_site(aliases=("a.jp", "b.jp"))


def test_a_damaged_catalog_is_named(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(OboroError, match=r"catalog\.db, cannot be used: file is not a database"):
        Catalog.open(f"sqlite:///{path}")


def test_a_catalog_whose_disk_is_full_is_named_and_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    with closing(Catalog.open(f"sqlite:///{path}")) as catalog:
        with catalog.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
        with pytest.raises(OboroError, match=r"catalog\.db, cannot be used: .* is full"):
            catalog.add_site(a_site(aliases=tuple(f"host{n}.jp" for n in range(1000))))
        assert catalog.sites() == ()


def test_a_removed_site_is_not_found(catalog: Catalog) -> None:
    catalog.add_site(a_site())
    catalog.remove_site("example.jp")
    assert catalog.site_for("example.jp") is None


def test_what_is_not_there_can_be_neither_changed_nor_removed(catalog: Catalog) -> None:
    with pytest.raises(UsageError):
        catalog.update_site(a_site())
    with pytest.raises(UsageError):
        catalog.remove_site("example.jp")


def test_each_change_is_announced_once(catalog: Catalog) -> None:
    seen: list[int] = []
    catalog.on_change(lambda: seen.append(len(catalog.sites())))
    catalog.add_site(a_site())
    catalog.update_site(a_site(section_depth=2))
    catalog.remove_site("example.jp")
    assert seen == [1, 1, 0]


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "/etc/passwd"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        zone_named(name)


def test_a_site_is_found_by_what_other_products_call_it(catalog: Catalog) -> None:
    site = a_site(known_as=("matomo:3", "umami:94db1cb1", "goatcounter:stats.example.jp"))
    catalog.add_site(site)

    assert [catalog.site_for(name) for name in site.known_as] == [site] * 3
    assert catalog.site_for("matomo:4") is None
    with pytest.raises(Conflict):
        catalog.add_site(a_site("b.jp", known_as=("matomo:3",)))


@pytest.mark.parametrize("name", ["matomo", "matomo:", "plausible:a.jp", "matomo:3 4", "3"])
def test_a_name_of_no_other_product_is_refused(catalog: Catalog, name: str) -> None:
    with pytest.raises(UsageError, match="no name of another product's"):
        catalog.add_site(a_site(known_as=(name,)))


def test_a_catalog_of_an_earlier_version_gets_what_can_be_declared_since(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.db'}"
    with closing(Catalog.open(url)) as catalog:
        catalog.add_site(a_site(events=("signup",)))
        with catalog.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE sites DROP COLUMN known_as")

    with closing(Catalog.open(url)) as again:
        assert again.sites() == (a_site(events=("signup",)),)
        again.update_site(a_site(known_as=("matomo:3",)))
        assert again.site_for("matomo:3") == a_site(known_as=("matomo:3",))
