"""The doctor names a country database or a tracker that is not there."""

from __future__ import annotations

import dataclasses
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from collector.checks import (
    country_database,
    network_database,
    region_database,
    set_aside,
    tracker,
)
from collector.coarsen.place import BUNDLED
from collector.databases import Databases, paths_of
from oboro.findings import Check, State
from oboro.workspace import Workspace
from tests.support.command_line import run_oboro
from tests.support.workspace import NOON


def test_an_installation_that_was_built_is_in_order(workspace: Workspace) -> None:
    assert (country_database(workspace).state, tracker(workspace).state) == (State.OK, State.OK)


def test_a_missing_bundled_database_is_a_warning(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("collector.checks", "collector.coarsen.place"):
        monkeypatch.setattr(f"{module}.BUNDLED", tmp_path / "missing.mmdb")

    assert country_database(workspace).state is State.WARN


def test_a_named_database_that_is_broken_is_a_failure(workspace: Workspace, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"not a database")
    workspace.settings = dataclasses.replace(workspace.settings, country_database=broken)

    found = country_database(workspace)

    assert (found.state, str(broken) in found.says) == (State.FAIL, True)


def test_a_tracker_that_is_not_built_is_a_failure(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.checks.built_script", lambda: b"")

    assert tracker(workspace).state is State.FAIL


def test_a_spool_that_was_set_aside_is_a_warning(workspace: Workspace) -> None:
    assert set_aside(workspace).state is State.OK
    (workspace.settings.data_dir / "spool.db.damaged-1").touch()
    (workspace.settings.data_dir / "spool.db.damaged-1-wal").touch()

    found = set_aside(workspace)

    assert (found.state, "damaged-1 may" in found.says) == (State.WARN, True)


TABLE = "16777216,16842751,1,Large\n"


def put_networks(workspace: Workspace, text: str = TABLE, *, days: int = 3) -> None:
    """Put a table of networks there as if it had been added so many *days* ago."""
    at = (NOON - timedelta(days=days)).timestamp()
    for path in paths_of(workspace.settings, "network"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if "ipv4" in path.name else "", "utf-8")
        os.utime(path, (at, at))


@pytest.mark.parametrize("check", [region_database, network_database])
def test_a_database_that_was_never_added_may_be_left_so(workspace: Workspace, check: Check) -> None:
    found = check(workspace)

    assert (found.state, "oboro database add" in found.says) == (State.OK, True)


def test_an_added_database_is_told_with_its_age_and_whether_it_can_be_read(
    workspace: Workspace,
) -> None:
    put_networks(workspace)
    assert network_database(workspace).says == "added 3 days ago, readable"

    put_networks(workspace, "no table")
    found = network_database(workspace)
    assert (found.state, "network-ipv4.csv cannot be read" in found.says) == (State.FAIL, True)

    paths_of(workspace.settings, "network")[1].unlink()
    found = network_database(workspace)
    assert (found.state, "network-ipv6.csv is missing" in found.says) == (State.FAIL, True)


def test_an_added_database_that_is_old_is_a_warning(workspace: Workspace) -> None:
    put_networks(workspace, days=121)

    found = network_database(workspace)

    assert (found.state, "121 days ago" in found.says) == (State.WARN, True)


def test_a_running_server_tells_whether_it_has_taken_a_database_up(workspace: Workspace) -> None:
    databases = Databases(workspace.settings)
    workspace.offer(Databases, databases)
    put_networks(workspace)

    before = network_database(workspace)
    databases.refresh()
    after = network_database(workspace)

    assert (before.state, "not taken up yet" in before.says) == (State.WARN, True)
    assert (after.state, after.says) == (State.OK, "added 3 days ago, in use")


def test_an_added_country_database_is_told_instead_of_the_bundled_one(
    workspace: Workspace,
) -> None:
    if not BUNDLED.exists():
        pytest.skip("the bundled country database is not built")
    (path,) = paths_of(workspace.settings, "country")
    path.parent.mkdir(parents=True)
    shutil.copyfile(BUNDLED, path)
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    assert country_database(workspace).says == "added today, readable"

    path.write_bytes(b"damaged")
    found = country_database(workspace)
    assert (found.state, str(path) in found.says) == (State.FAIL, True)


def test_the_doctor_asks_for_every_database(workspace: Workspace) -> None:
    document = run_oboro("doctor", "--json", workspace=workspace).document

    checks = {finding["check"] for finding in document["findings"]}
    assert {"country database", "region database", "network database"} <= checks
