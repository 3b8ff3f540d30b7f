"""Every route answers every method: by doing what it says, or by naming the methods it has."""

from __future__ import annotations

import dataclasses
import re

import aiohttp
import pytest

from oboro.rooms import load_rooms
from oboro.serve import running
from oboro.workspace import Workspace
from tests.support.fuzzing.requests import documented_routes

FILLED = {"host": "example.jp", "name": "a.css", "path": "a", "id": "1"}


@pytest.fixture
def here(workspace: Workspace) -> Workspace:
    """A workspace that serves on a free port."""
    workspace.settings = dataclasses.replace(workspace.settings, port=0)
    return workspace


async def test_every_route_answers_or_refuses_each_method_by_name(here: Workspace) -> None:
    by_path: dict[str, set[str]] = {}
    for method, path in documented_routes():
        filled = re.sub(r"\{(\w+)\}", lambda found: FILLED.get(found[1], "a"), path)
        by_path.setdefault(filled, set()).add(method)
    counting = {path for path, methods in by_path.items() if "OPTIONS" in methods} | {"/pixel.gif"}
    wrong = []
    async with running(here, load_rooms(), {}) as url, aiohttp.ClientSession() as session:
        for path, methods in by_path.items():
            for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
                async with session.request(
                    method, url + path, headers={"Origin": "https://a.jp"}, allow_redirects=False
                ) as answer:
                    body, status = await answer.read(), answer.status
                    allowed = answer.headers.get("Allow", "")
                    origin = answer.headers.get("Access-Control-Allow-Origin")
                shown = method == "HEAD" and "GET" in methods and path not in counting
                if method == "OPTIONS" and method in methods:
                    fine = status == 204 and origin in ("*", "https://a.jp")
                elif shown:
                    fine = status < 500 and status != 405 and not body
                else:
                    # A page that does not exist may be said before the method is looked at.
                    fine = (
                        status == 405 and bool(methods & set(allowed.split(",")))
                    ) or status == 404
                if not fine:
                    wrong.append((method, path, status, allowed))
    assert wrong == []
