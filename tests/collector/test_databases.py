"""Databases are added by one command, and taken up by a collector that runs."""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from collector.admission import admit, checks_by
from collector.coarsen.place import BUNDLED
from collector.databases import FOLDER, KINDS, Databases
from collector.intake import network_of
from oboro.errors import OboroError
from oboro.outcomes import Outcome
from oboro.settings import Settings
from oboro.workspace import Workspace
from tests.support.arrivals import an_arrival
from tests.support.command_line import run_oboro
from tests.support.workspace import a_site

TABLE = "16777216,16842751,1,Large\n50331648,50397183,16509,Amazon\n"
LARGE, CLOUD = network_of("1.0.0.1"), network_of("3.0.0.1")


def a_package(path: Path, kind: str, content: bytes, name: str = "", version: str = "7") -> Path:
    described = json.dumps({"name": name or KINDS[kind].package, "version": version}).encode()
    files = dict.fromkeys(KINDS[kind].files, content)
    with tarfile.open(path, "w:gz") as archive:
        for file, bytes_ in {"package.json": described, **files}.items():
            member = tarfile.TarInfo(f"package/{file}")
            member.size = len(bytes_)
            archive.addfile(member, io.BytesIO(bytes_))
    return path


def add(workspace: Workspace, kind: str, package: Path) -> None:
    done = run_oboro(
        *("database", "add", kind, "--from", str(package), "--json"), workspace=workspace
    )
    assert (done.status, done.err) == (0, "")


def test_an_added_table_is_listed_taken_up_and_removed(
    workspace: Workspace, tmp_path: Path
) -> None:
    databases = Databases(workspace.settings)
    assert (databases.name_of(LARGE), databases.refresh()) == ("", False)

    add(workspace, "network", a_package(tmp_path / "a.tgz", "network", TABLE.encode()))

    assert (databases.refresh(), databases.name_of(LARGE)) == (True, "Large")
    assert not databases.refresh()
    listed = run_oboro("database", "list", "--json", workspace=workspace).document["databases"]
    assert [(each["kind"], each["version"]) for each in listed] == [("network", "7")]

    removed = run_oboro("database", "remove", "network", "region", workspace=workspace)
    assert removed.out == "Removed: network\nNot there: region\n"
    assert (databases.refresh(), databases.name_of(LARGE)) == (True, "")


def test_a_newer_country_database_takes_the_place_of_the_bundled_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    if not BUNDLED.exists():
        pytest.skip("the bundled country database is not built")
    databases = Databases(workspace.settings)
    package = a_package(tmp_path / "a.tgz", "country", BUNDLED.read_bytes())

    add(workspace, "country", package)

    assert databases.refresh()
    assert databases.country_of(network_of("133.11.0.1")) == "JP"


def test_a_damaged_table_is_told_once_and_the_one_before_stays(
    settings: Settings, tmp_path: Path
) -> None:
    folder = settings.data_dir / FOLDER
    folder.mkdir(parents=True)
    for name in KINDS["network"].files.values():
        (folder / name).write_text(TABLE if "ipv4" in name else "", "utf-8")
    databases = Databases(settings)
    (folder / "network-ipv4.csv").write_text("no table", "utf-8")

    with pytest.raises(OboroError, match=r"network-ipv4\.csv cannot be read"):
        databases.refresh()
    assert (databases.refresh(), databases.name_of(LARGE)) == (False, "Large")


def test_a_data_centre_is_refused_where_its_table_is_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    add(workspace, "network", a_package(tmp_path / "a.tgz", "network", TABLE.encode()))
    settings = workspace.settings
    databases = Databases(settings)
    counting = dataclasses.replace(settings, refuse_data_centres=False)

    arrival = an_arrival(network=CLOUD)
    assert admit(arrival, a_site(), checks_by(settings, databases)) is Outcome.DATA_CENTRE
    assert admit(arrival, a_site(), checks_by(counting, databases)) is None
    assert admit(an_arrival(network=LARGE), a_site(), checks_by(settings, databases)) is None


@pytest.mark.parametrize("damage", ["other package", "no package", "missing"])
def test_what_is_not_the_package_is_refused_and_changes_nothing(
    workspace: Workspace, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "a.tgz"
    if damage == "other package":
        a_package(path, "network", TABLE.encode(), name="another")
    elif damage == "no package":
        path.write_bytes(b"nothing")

    done = run_oboro("database", "add", "network", "--from", str(path), workspace=workspace)

    assert done.status == 1
    assert "@ip-location-db/asn" in done.err
    left = list((workspace.settings.data_dir / FOLDER).iterdir())
    assert left == []


def test_without_npm_the_command_says_what_to_do(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    done = run_oboro("database", "add", "network", workspace=workspace)

    assert done.status == 1
    assert "there is no npm here" in done.err
