"""The ground floor's commands: one JSON document each, and an exit status that tells why."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from oboro.cli import command_line
from oboro.commands.site import as_document, site_of
from oboro.goals import Goal, goal_of
from oboro.ground import GROUND
from oboro.rooms import load_rooms
from oboro.sites import Site
from oboro.workspace import Workspace
from tests.support.command_line import run_oboro
from tests.support.workspace import a_site


def test_a_site_is_added_and_listed(workspace: Workspace) -> None:
    added = run_oboro(
        *("site", "add", "www.Example.jp", "--timezone", "Asia/Tokyo", "--alias", "b.jp"),
        *("--event", "signup", "--query-key", "id", "--campaign", "spring", "--json"),
        workspace=workspace,
    )
    listed = run_oboro("site", "list", "--json", workspace=workspace)
    assert (added.status, added.err) == (0, "")
    assert listed.document == {"sites": [added.document]}
    assert added.document == {
        "host": "example.jp",
        "timezone": "Asia/Tokyo",
        "aliases": ["b.jp"],
        "campaigns": ["spring"],
        "events": ["signup"],
        "query_keys": ["id"],
        "search_keys": [],
        "properties": [],
        "downloads": [],
        "known_as": [],
        "sections": [],
        "excluded_networks": [],
        "excluded_hosts": [],
        "excluded_paths": [],
        "spam_referrers": [],
        "section_depth": 1,
        "demonstration": False,
    }


def test_what_a_site_declares_can_be_changed(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site(events=("signup",), aliases=("b.jp",)))
    changed = run_oboro(
        *("site", "update", "b.jp", "--exclude-network", "10.0.0.0/8", "--section", "/a/*=A"),
        *("--exclude-path", "/x/*", "--exclude-host", "*.C.jp", "--spam-referrer", "Spam.example"),
        *("--section-depth", "2", "--clear", "aliases", "--json"),
        workspace=workspace,
    )

    assert (changed.status, changed.err) == (0, "")
    assert workspace.catalog.sites() == (
        a_site(
            events=("signup",),
            section_depth=2,
            sections=("/a/*=A",),
            excluded_networks=("10.0.0.0/8",),
            excluded_hosts=("*.c.jp",),
            excluded_paths=("/x/*",),
            spam_referrers=("spam.example",),
        ),
    )


def test_a_site_that_is_there_already_is_a_conflict(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())
    done = run_oboro("site", "add", "example.jp", "--timezone", "UTC", workspace=workspace)
    assert (done.status, done.out) == (3, "")
    assert "example.jp is already counted; see" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("site", "add", "example.jp"),
        ("site", "add", "example.jp", "--timezone", "Mars/Base"),
        ("site", "add", "no host", "--timezone", "UTC"),
        ("site", "add", "example.jp", "--timezone", "UTC", "--exclude-network", "192.0.2.1"),
        ("site", "update", "example.jp", "--event", "signup"),
        ("site", "remove", "example.jp"),
        ("nonsense",),
        ("migrate", "--nonsense"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_so(
    workspace: Workspace, arguments: tuple[str, ...]
) -> None:
    done = run_oboro(*arguments, workspace=workspace)
    assert (done.status, done.out) == (2, "")
    assert done.err


def test_a_site_without_figures_can_be_removed(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())
    done = run_oboro("site", "remove", "example.jp", "--json", workspace=workspace)
    assert done.document == {"removed": "example.jp"}
    assert workspace.catalog.sites() == ()


def test_a_site_with_figures_stays(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())
    columns = ("site", "day", "outcome", "n", "batch")
    row = ("example.jp", date(2026, 3, 4), "counted", 7, bytes(16))
    workspace.store.insert("outcomes", columns, [row])
    done = run_oboro("site", "remove", "example.jp", workspace=workspace)
    assert done.status == 3
    assert "has figures" in done.err
    assert workspace.catalog.sites() == (a_site(),)


def test_every_table_and_every_column_says_what_it_is_for(workspace: Workspace) -> None:
    tables = run_oboro("schema", "--json", workspace=workspace).document["tables"]
    assert {"coarse_events", "outcomes", "days"} <= {table["name"] for table in tables}
    silent = [
        (table["name"], column["name"])
        for table in tables
        for column in [{"name": "", **table}, *table["columns"]]
        if not column["purpose"]
    ]
    assert silent == []


def test_the_schema_tells_the_types_the_store_has(workspace: Workspace) -> None:
    tables = run_oboro("schema", "--json", workspace=workspace).document["tables"]
    [outcomes] = [table for table in tables if table["name"] == "outcomes"]
    assert [(column["name"], column["type"]) for column in outcomes["columns"]] == [
        ("site", "LowCardinality(String)"),
        ("day", "Date"),
        ("node", "LowCardinality(String)"),
        ("outcome", "LowCardinality(String)"),
        ("n", "UInt64"),
        ("batch", "FixedString(16)"),
    ]


def test_migrate_tells_when_nothing_waits(workspace: Workspace) -> None:
    done = run_oboro("migrate", "--dry-run", "--json", workspace=workspace)
    assert done.document == {"dry_run": True, "steps": []}


def doctor(workspace: Workspace) -> dict[str, str]:
    done = run_oboro("doctor", "--json", workspace=workspace)
    return {entry["check"]: entry["state"] for entry in done.document["findings"]}


def test_doctor_warns_when_crowds_may_be_smaller_than_the_default(workspace: Workspace) -> None:
    before = doctor(workspace)["guards"]
    workspace.settings = dataclasses.replace(workspace.settings, gathering_k=3)
    assert (before, doctor(workspace)["guards"]) == ("ok", "warn")


def test_doctor_fails_when_the_data_directory_is_gone(workspace: Workspace) -> None:
    workspace.settings = dataclasses.replace(workspace.settings, data_dir=Path("/proc/nowhere"))
    done = run_oboro("doctor", "--json", workspace=workspace)
    states = {entry["check"]: entry["state"] for entry in done.document["findings"]}
    assert (done.status, done.document["ok"]) == (1, False)
    assert (states["data directory"], states["store"]) == ("fail", "ok")


def test_doctor_finds_the_store_in_order(workspace: Workspace) -> None:
    states = doctor(workspace)
    assert [states[check] for check in ("store", "migrations", "engine logs")] == ["ok"] * 3


def test_doctor_finds_parts_of_the_store_that_were_damaged(workspace: Workspace) -> None:
    before = doctor(workspace)["store parts"]
    path = "SELECT data_paths[1] FROM system.tables WHERE database = 'oboro' AND name = 'outcomes'"
    [(table,)] = workspace.store.query(path)
    Path(table, "detached", "broken-on-start_20260304_1_1_0").mkdir()
    assert (before, doctor(workspace)["store parts"]) == ("ok", "fail")


@pytest.mark.parametrize("arguments", [("site", "list"), ("schema",), ("migrate",), ("doctor",)])
def test_without_json_people_are_spoken_to(
    workspace: Workspace, arguments: tuple[str, ...]
) -> None:
    said = run_oboro(*arguments, workspace=workspace).out
    assert said.strip()
    with pytest.raises(json.JSONDecodeError):
        json.loads(said)


def test_every_command_explains_itself() -> None:
    group = command_line([GROUND, *load_rooms()])
    silent = [name for name, command in group.commands.items() if not command.help]
    assert silent == []
    assert CliRunner().invoke(group, ["--help"]).exit_code == 0


EVERYTHING = a_site(
    aliases=("b.jp",),
    campaigns=("spring",),
    events=("form",),
    query_keys=("id",),
    search_keys=("q",),
    properties=("plan=free",),
    downloads=("pdf",),
    known_as=("matomo:3",),
    section_depth=2,
    sections=("/kurashi/*=Living",),
    excluded_networks=("192.0.2.0/24",),
    excluded_hosts=("old.example.jp",),
    excluded_paths=("/admin/*",),
    spam_referrers=("spam.example",),
    demonstration=True,
)


def test_a_site_is_read_back_from_its_document_with_all_that_it_declares() -> None:
    by_version = {"policies", "goals", "funnels"}
    named = {field.name for field in dataclasses.fields(Site)} - by_version - {"host", "zone"}

    assert all(getattr(EVERYTHING, name) != getattr(a_site(), name) for name in named)
    assert site_of(as_document(EVERYTHING)) == EVERYTHING


@pytest.mark.parametrize(
    "goal",
    [
        Goal(name="apply", page="/sent"),
        Goal(name="apply", event="form", version=2, in_force_from=date(2026, 3, 4)),
        Goal(name="apply", version=3, in_force_from=date(2026, 3, 5)),
    ],
)
def test_a_goal_is_read_back_from_its_document(goal: Goal) -> None:
    assert goal_of(goal.document()) == goal
