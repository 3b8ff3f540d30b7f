"""The control socket: what a command asks is done by the server, over a socket of its owner's."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oboro.control import LONGEST_SOCKET_PATH, NoServer, call, connection, controlled
from oboro.errors import Conflict, OboroError, UsageError
from oboro.operations import quiet
from oboro.rooms import Json, Operation, Progress
from oboro.workspace import Workspace


async def echo(_: Workspace, arguments: Mapping[str, Json], progress: Progress) -> Json:
    progress("echoing", 1, 2)
    await asyncio.to_thread(progress, "echoing", 2, 2)
    return {"said": arguments, "day": date(2026, 3, 4)}


def failing(error: Exception) -> Operation:
    async def fail(_: Workspace, _arguments: Mapping[str, Json], _progress: Progress) -> Json:
        raise error

    return fail


async def ask(
    workspace: Workspace,
    operation: Operation,
    arguments: Mapping[str, Json] | None = None,
    progress: Progress = quiet,
) -> Any:
    async with (
        controlled(workspace, {"any": operation}),
        connection(workspace.settings.control_path) as session,
    ):
        return await call(session, "any", arguments or {}, progress)


async def test_an_operation_is_answered_in_plain_json(workspace: Workspace) -> None:
    answer = await ask(workspace, echo, {"host": "例.jp"})
    assert answer == {"said": {"host": "例.jp"}, "day": "2026-03-04"}


async def test_progress_comes_along_from_any_thread(workspace: Workspace) -> None:
    seen: list[tuple[str, int, int]] = []
    await ask(workspace, echo, progress=lambda *report: seen.append(report))
    assert seen == [("echoing", 1, 2), ("echoing", 2, 2)]


async def test_a_long_answer_arrives_whole(workspace: Workspace) -> None:
    text = "朧" * 500_000
    answer = await ask(workspace, echo, {"text": text})
    assert answer["said"]["text"] == text


@pytest.mark.parametrize("kind", [OboroError, UsageError, Conflict])
async def test_an_error_keeps_its_kind_and_its_words(
    workspace: Workspace, kind: type[OboroError]
) -> None:
    with pytest.raises(kind, match="what to do") as caught:
        await ask(workspace, failing(kind("what to do")))
    assert type(caught.value) is kind


async def test_an_unexpected_error_tells_no_value(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(OboroError) as caught:
        await ask(workspace, failing(ValueError("taro@example.jp")))
    assert "any failed unexpectedly" in str(caught.value)
    assert "ValueError at tests/oboro/test_control.py" in caplog.text
    assert "taro" not in str(caught.value) + caplog.text


async def test_the_socket_is_its_owner_s_alone_and_goes_with_the_server(
    workspace: Workspace,
) -> None:
    path = workspace.settings.control_path
    async with controlled(workspace, {}):
        mode = path.stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
    assert not path.exists()


async def test_a_socket_that_a_dead_process_left_is_in_nobody_s_way(workspace: Workspace) -> None:
    path = workspace.settings.control_path
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with pytest.raises(NoServer):
        async with connection(path):
            pass
    assert (await ask(workspace, echo))["said"] == {}


async def test_without_a_socket_there_is_no_server(tmp_path: Path) -> None:
    with pytest.raises(NoServer):
        async with connection(tmp_path / "control.sock"):
            pass


@pytest.mark.parametrize("made", [True, False])
async def test_a_path_too_long_for_a_socket_s_address_works_as_well(
    workspace: Workspace, made: bool
) -> None:
    directory = workspace.settings.data_dir / ("x" * LONGEST_SOCKET_PATH)
    if made:
        directory.mkdir()
        workspace.settings = dataclasses.replace(workspace.settings, data_dir=directory)
        assert (await ask(workspace, echo))["said"] == {}
        return
    with pytest.raises(NoServer):
        async with connection(directory / "control.sock"):
            pass
