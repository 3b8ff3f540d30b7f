"""The command line: whatever happens ends in a status and one line without a value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import EntryPoint

import msgspec
import pytest

from oboro import cli, program, rooms
from oboro.errors import OboroError
from oboro.lock import owned
from oboro.operations import operations_of
from oboro.program import Program
from oboro.rooms import Json, Progress, Room, load_rooms
from oboro.settings import Settings
from oboro.workspace import Workspace

SENTINEL = "taro@example.jp"

BROKEN = Room(name="broken")
NOT_A_ROOM = "neither"


async def crash(_: Workspace, _arguments: Mapping[str, Json], _progress: Progress) -> Json:
    raise ValueError(SENTINEL)


async def send(_: Workspace, arguments: Mapping[str, Json], _progress: Progress) -> Json:
    return len(msgspec.json.encode(dict(arguments)))


async def interrupt(_: Workspace, _arguments: Mapping[str, Json], _progress: Progress) -> Json:
    raise KeyboardInterrupt


def test_an_unexpected_error_ends_with_1_and_tells_no_value(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    status = cli.run(["site", "list"], Program({"site.list": crash}, workspace=workspace))
    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    assert said.err.startswith("oboro: failed unexpectedly: ValueError at tests/oboro/test_cli.py:")
    assert said.err.count("\n") == 1
    assert SENTINEL not in said.err


def test_what_is_typed_in_another_encoding_than_utf_8_is_refused_with_what_to_do(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = os.fsdecode("ごみ".encode("shift_jis"))

    status = cli.run(["site", "remove", typed], Program({"site.remove": send}, workspace=workspace))

    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert "not text in UTF-8" in said.err


def test_debugging_shows_the_way_but_no_value(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OBORO_LOG_LEVEL", "debug")
    cli.run(["site", "list"], Program({"site.list": crash}, workspace=workspace))
    said = capsys.readouterr().err
    assert "raise ValueError(SENTINEL)" in said
    assert SENTINEL not in said


def test_an_interrupted_command_ends_with_1(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    status = cli.run(["site", "list"], Program({"site.list": interrupt}, workspace=workspace))
    assert (status, capsys.readouterr().err.strip()) == (1, "oboro: stopped")


def test_a_directory_that_stays_taken_is_a_conflict(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "PATIENCE_SECONDS", 0.0)
    with owned(settings):
        status = cli.run(["schema"], Program({}, settings=lambda: settings))
    assert status == 3
    assert f"process {os.getpid()}" in capsys.readouterr().err


def test_the_installed_rooms_come_in_the_order_of_the_floors() -> None:
    assert [room.name for room in load_rooms()] == ["collector", "aggregator", "dashboards"]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("nowhere.room:ROOM", "No module named 'nowhere'"),
        (f"{__name__}:MISSING", "MISSING"),
        (f"{__name__}:NOT_A_ROOM", "is not a Room"),
    ],
)
def test_a_broken_room_is_named_with_the_reason(
    value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = EntryPoint("collector", value, "oboro.rooms")
    monkeypatch.setattr(rooms, "entry_points", lambda group: [point])
    with pytest.raises(OboroError, match="collector") as caught:
        load_rooms()
    assert says in str(caught.value)


def test_two_operations_of_one_name_are_a_mistake() -> None:
    with pytest.raises(OboroError, match="operation same"):
        operations_of(Room(name=name, operations={"same": crash}) for name in ("a", "b"))
