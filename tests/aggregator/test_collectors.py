"""What the one with the jobs may do with the other collectors, by what the store knows of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.collectors import retire, silent, state_of
from oboro.errors import Conflict
from oboro.nodes import Node, Nodes, Part
from oboro.workspace import Workspace
from tests.support.workspace import NOON


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
