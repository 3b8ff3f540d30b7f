"""Who may join a store, who is waited for, and what each is told that may not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from oboro.errors import Conflict
from oboro.nodes import Node, Nodes, Part, refuse_to_join
from oboro.store import Store
from tests.support.workspace import NOON

DAY = NOON.date()
KEY = ("example.jp", DAY)


def a_node(name: str, part: Part = Part.HITS, directory: str = "", version: int = 1) -> Node:
    return Node(name, directory or name, "p", part, NOON, 0, retired=False, version=version)


def known(*nodes: Node) -> dict[str, Node]:
    return {node.name: node for node in nodes}


def test_a_name_belongs_to_one_data_directory_until_it_is_retired() -> None:
    other = a_node("two", directory="another")
    refuse_to_join(a_node("two"), known(a_node("two")))
    with pytest.raises(Conflict, match="oboro node retire two"):
        refuse_to_join(a_node("two"), known(other))
    refuse_to_join(a_node("two"), known(other._replace(retired=True)))


def test_the_jobs_run_in_one_place() -> None:
    first = a_node("one", Part.JOBS)
    refuse_to_join(a_node("two"), known(first))
    refuse_to_join(first, known(first))
    with pytest.raises(Conflict, match="the collector one runs the jobs"):
        refuse_to_join(a_node("two", Part.JOBS), known(first))
    refuse_to_join(a_node("two", Part.JOBS), known(first._replace(retired=True)))


def test_one_is_silent_after_a_day_unless_it_was_retired() -> None:
    node = a_node("one")
    assert not node.is_silent(NOON + timedelta(hours=23, minutes=59))
    assert node.is_silent(NOON + timedelta(hours=24))
    assert not node._replace(retired=True).is_silent(NOON + timedelta(days=9))


def test_who_has_joined_is_waited_for_until_it_is_retired(store: Store) -> None:
    nodes = Nodes(store)
    nodes.join(a_node("one"))
    nodes.join(a_node("two"))
    assert set(nodes.active()) == {"one", "two"}
    nodes.retire(nodes.all()["two"])
    assert set(nodes.active()) == {"one"}
    # What it says afterwards changes nothing; joining again does.
    nodes.hear(a_node("two")._replace(heard_at=NOON + timedelta(hours=1)))
    assert set(nodes.active()) == {"one"}
    nodes.join(a_node("two", version=nodes.all()["two"].version + 1))
    assert set(nodes.active()) == {"one", "two"}


def test_what_was_heard_last_is_told_with_its_catalog(store: Store) -> None:
    nodes = Nodes(store)
    nodes.join(a_node("one"))
    later = NOON + timedelta(seconds=90)
    nodes.hear(a_node("one")._replace(heard_at=later, catalog=4))
    found = nodes.all()["one"]
    assert (found.heard_at, found.catalog) == (later, 4)


def test_one_whose_clock_was_ahead_is_heard_of_again_once_it_is_right(store: Store) -> None:
    nodes = Nodes(store)
    nodes.join(a_node("one")._replace(heard_at=NOON + timedelta(days=400)))
    # Its next start: another process, which knows of the store what it reads there.
    again = Nodes(store)
    again.hear(a_node("one")._replace(heard_at=NOON, catalog=3))
    again.hear(a_node("one")._replace(heard_at=NOON + timedelta(seconds=2), catalog=4))
    found = nodes.all()["one"]
    assert (found.heard_at, found.catalog) == (NOON + timedelta(seconds=2), 4)


def test_of_one_that_spoke_in_the_future_it_is_not_known_when(store: Store) -> None:
    ahead = a_node("one")._replace(heard_at=NOON + timedelta(days=400))
    assert not ahead.runs(NOON)
    assert ahead.is_silent(NOON)
    # Two machines' clocks never agree to the second.
    almost = a_node("one")._replace(heard_at=NOON + timedelta(seconds=90))
    assert almost.runs(NOON)
    assert not almost.is_silent(NOON)


def test_a_day_waits_for_those_that_have_not_handed_it_in(store: Store) -> None:
    nodes = Nodes(store)
    columns = ("site", "day", "state", "open_rows", "kept_rows", "closed_on", "version")
    store.insert("closed_days", columns, [(*KEY, "closing", 0, 0, DAY, 2)])
    assert nodes.to_hand_in("one") == [KEY]
    nodes.hand_in("one", [KEY])
    assert nodes.to_hand_in("one") == []
    assert nodes.to_hand_in("two") == [KEY]
    assert nodes.missing([KEY], ["one", "two"]) == {KEY: ["two"]}
    assert nodes.missing([KEY], ["one"]) == {}
