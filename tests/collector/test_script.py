"""The tracker is served so that browsers keep it, yet soon notice a new one."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDictProxy

from collector.script import script_routes


async def fetched(built: Path, **headers: str) -> tuple[int, CIMultiDictProxy[str], str]:
    """Ask for the tracker that lies at *built*."""
    app = web.Application()
    app.add_routes(script_routes(built))
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/t.js", headers=headers)
        return answer.status, answer.headers, await answer.text()


@pytest.fixture
def built(tmp_path: Path) -> Path:
    path = tmp_path / "tracker.js"
    path.write_text("(() => {})();", encoding="utf-8")
    return path


async def test_the_tracker_is_a_script_for_pages_of_every_origin(built: Path) -> None:
    status, headers, text = await fetched(built)

    assert (status, text) == (200, "(() => {})();")
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cache-Control"] == "public, max-age=3600"


async def test_a_tracker_the_browser_has_is_not_sent_again(built: Path) -> None:
    _, headers, _ = await fetched(built)

    assert (await fetched(built, **{"If-None-Match": headers["ETag"]}))[0] == 304
    assert (await fetched(built, **{"If-None-Match": '"older"'}))[0] == 200


async def test_a_tracker_that_is_not_built_says_what_to_do(tmp_path: Path) -> None:
    status, _, text = await fetched(tmp_path / "missing.js")

    assert (status, "make setup" in text) == (404, True)
