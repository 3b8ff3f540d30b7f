"""What the one with the jobs may do with the other collectors, by what the store knows of them."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.collectors import await_catalog, retire, silent, state_of
from oboro.catalog import Catalog
from oboro.catalog_copy import Copy
from oboro.errors import Conflict, UsageError
from oboro.nodes import Node, Nodes, Part
from oboro.workspace import Workspace
from tests.support.workspace import NOON, a_site


def another(workspace: Workspace, ahead: timedelta) -> Node:
    """Have a collector join whose clock was *ahead* when it last spoke."""
    nodes = Nodes(workspace.store)
    nodes.join(Node("two", "d", "p", Part.HITS, NOON + ahead, 0, retired=False, version=1))
    return nodes.all()["two"]


def test_one_whose_clock_was_ahead_when_it_was_lost_can_be_retired(workspace: Workspace) -> None:
    lost = another(workspace, timedelta(days=400))
    assert state_of(lost, workspace) == "silent"
    assert [failure.code for failure in silent(workspace)] == ["node-silent"]
    retire(workspace, "two")
    assert Nodes(workspace.store).active() == {}


def test_one_that_runs_is_not_retired(workspace: Workspace) -> None:
    another(workspace, timedelta(seconds=1))
    with pytest.raises(Conflict, match="the collector two runs"):
        retire(workspace, "two")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "'' cannot be the name of a collector"),
        ("Two", "'Two' cannot be the name of a collector"),
        ("collector-3", "no collector called 'collector-3' has joined this store"),
    ],
)
def test_who_never_joined_is_not_retired(workspace: Workspace, name: str, told: str) -> None:
    with pytest.raises(UsageError, match=f"{told}.*oboro node list"):
        retire(workspace, name)


def test_what_is_erased_is_taken_out_of_the_copy_where_nobody_else_counts_either(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.catalog.add_site(a_site())
    Copy(workspace.store, workspace.catalog).give()
    workspace.catalog.remove_site("example.jp")
    await_catalog(workspace, "example.jp")
    # One that starts later counts by the copy, before anything else is told to it.
    with closing(Catalog.open(f"sqlite:///{tmp_path / 'later.db'}")) as later:
        Copy(workspace.store, later).take()
        assert later.sites() == ()
