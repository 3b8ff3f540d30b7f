"""The doctor names a country database or a tracker that is not there."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from collector.checks import country_database, set_aside, tracker
from oboro.findings import State
from oboro.workspace import Workspace


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
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.checks.BUILT", tmp_path / "missing.js")

    assert tracker(workspace).state is State.FAIL


def test_a_spool_that_was_set_aside_is_a_warning(workspace: Workspace) -> None:
    assert set_aside(workspace).state is State.OK
    (workspace.settings.data_dir / "spool.db.damaged-1").touch()
    (workspace.settings.data_dir / "spool.db.damaged-1-wal").touch()

    found = set_aside(workspace)

    assert (found.state, "damaged-1 may" in found.says) == (State.WARN, True)
