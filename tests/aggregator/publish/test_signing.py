"""The publication key: made once, kept from others, replaced only when told to."""

from __future__ import annotations

import stat

import pytest

from aggregator.publish.signing import key_path, signing_key
from oboro.errors import OboroError
from oboro.workspace import Workspace
from tests.support.command_line import run_oboro


def test_a_key_is_made_and_shown_and_only_its_owner_can_read_it(workspace: Workspace) -> None:
    made = run_oboro("key", "new", "--json", workspace=workspace)
    shown = run_oboro("key", "show", "--json", workspace=workspace)
    path = key_path(workspace.settings.data_dir)

    assert shown.document == made.document
    assert made.document["public"].startswith("RW")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signing_key(workspace.settings.data_dir).seed.hex() not in made.out + shown.out


def test_a_second_key_is_refused_and_the_first_stays(workspace: Workspace) -> None:
    run_oboro("key", "new", workspace=workspace)
    first = key_path(workspace.settings.data_dir).read_bytes()

    again = run_oboro("key", "new", workspace=workspace)

    assert (again.status, "oboro key new --replace" in again.err) == (3, True)
    assert key_path(workspace.settings.data_dir).read_bytes() == first


def test_a_key_that_is_replaced_is_kept_under_its_number(workspace: Workspace) -> None:
    old = run_oboro("key", "new", "--json", workspace=workspace).document
    path = key_path(workspace.settings.data_dir)
    first = path.read_bytes()

    new = run_oboro("key", "new", "--replace", "--json", workspace=workspace).document

    assert new["key"] != old["key"]
    assert path.with_name(f"{old['key']}.key").read_bytes() == first


def test_without_a_key_it_says_how_to_make_one(workspace: Workspace) -> None:
    done = run_oboro("key", "show", workspace=workspace)

    assert (done.status, "make one: oboro key new" in done.err) == (1, True)


def test_a_key_that_others_can_read_is_not_used(workspace: Workspace) -> None:
    run_oboro("key", "new", workspace=workspace)
    key_path(workspace.settings.data_dir).chmod(0o640)

    with pytest.raises(OboroError, match=r"can be read by others \(mode 640\)"):
        signing_key(workspace.settings.data_dir)


def test_a_damaged_key_is_named(workspace: Workspace) -> None:
    run_oboro("key", "new", workspace=workspace)
    path = key_path(workspace.settings.data_dir)
    path.write_bytes(path.read_bytes()[:-5])

    with pytest.raises(OboroError, match=r"publication\.key cannot be used"):
        signing_key(workspace.settings.data_dir)
