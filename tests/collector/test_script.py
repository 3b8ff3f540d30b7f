"""The tracker is served so that browsers keep it, yet soon notice a new one; a pinned one stays."""

from __future__ import annotations

import base64
import hashlib
import logging
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDictProxy

from collector.script import KEPT, script_routes
from oboro.tracker import pinned

SCRIPT = b"(() => {})();"
OTHER = b"(() => 1)();"


async def fetched(
    directory: Path, path: str = "/t.js", **headers: str
) -> tuple[int, CIMultiDictProxy[str], str]:
    """Ask for *path* of a server whose built files and data lie in *directory*."""
    app = web.Application()
    app.add_routes(script_routes(directory / "data", directory / "built"))
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(path, headers=headers)
        return answer.status, answer.headers, await answer.text()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "built").mkdir()
    (tmp_path / "built/t.js").write_bytes(SCRIPT)
    (tmp_path / "built/t.core.js").write_bytes(OTHER)
    (tmp_path / "built/t.mjs").write_text("export {}")
    (tmp_path / "built/t.d.mts").write_text("export {}")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/t.js", "text/javascript"),
        ("/t.core.js", "text/javascript"),
        ("/t.mjs", "text/javascript"),
        ("/t.d.mts", "text/plain"),
    ],
)
async def test_the_tracker_is_there_for_pages_of_every_origin(
    directory: Path, path: str, kind: str
) -> None:
    status, headers, text = await fetched(directory, path)

    assert (status, text) == (200, (directory / f"built{path}").read_text())
    assert headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cache-Control"] == "public, max-age=3600"


async def test_a_tracker_the_browser_has_is_not_sent_again(directory: Path) -> None:
    _, headers, _ = await fetched(directory)

    assert (await fetched(directory, **{"If-None-Match": headers["ETag"]}))[0] == 304
    assert (await fetched(directory, **{"If-None-Match": '"older"'}))[0] == 200


async def test_a_tracker_that_is_not_built_says_what_to_do(tmp_path: Path) -> None:
    status, _, text = await fetched(tmp_path)

    assert (status, "make setup" in text) == (404, True)


def test_a_pinned_script_is_named_and_checked_by_its_checksum() -> None:
    name, integrity = pinned(SCRIPT)
    digest = hashlib.sha384(SCRIPT)

    assert name == f"t.{digest.hexdigest()[:16]}.js"
    assert integrity == "sha384-" + base64.b64encode(digest.digest()).decode()


@pytest.mark.parametrize("script", [SCRIPT, OTHER])
async def test_a_pinned_script_may_be_kept_for_ever(directory: Path, script: bytes) -> None:
    status, headers, text = await fetched(directory, f"/{pinned(script).name}")

    assert (status, text) == (200, script.decode())
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_a_pinned_script_stays_after_an_update(directory: Path) -> None:
    await fetched(directory)
    (directory / "built/t.js").write_bytes(b"newer")

    assert (await fetched(directory, f"/{pinned(SCRIPT).name}"))[0] == 200
    assert (await fetched(directory, f"/{pinned(b'newer').name}"))[0] == 200
    assert (await fetched(directory))[2] == "newer"


async def test_a_kept_script_that_is_not_what_its_name_says_is_not_served(directory: Path) -> None:
    await fetched(directory)
    path = directory / "data" / KEPT / pinned(SCRIPT).name
    path.write_bytes(b"somebody else's")
    (directory / "built/t.js").write_bytes(b"newer")

    assert (await fetched(directory, f"/{path.name}"))[0] == 404
    (directory / "built/t.js").write_bytes(SCRIPT)
    assert (await fetched(directory, f"/{path.name}"))[2] == SCRIPT.decode()
    assert path.read_bytes() == SCRIPT


async def test_where_nothing_can_be_kept_the_script_of_today_is_served(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (directory / "data").write_text("no directory")

    with caplog.at_level(logging.WARNING):
        assert (await fetched(directory, f"/{pinned(SCRIPT).name}"))[0] == 200
    assert "cannot be kept" in caplog.text
