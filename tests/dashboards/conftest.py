"""A server of the pages alone, on a workspace of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from dashboards.room import ROOM
from oboro.serve import create_app
from oboro.services import LiveFigures
from oboro.workspace import Workspace
from tests.support.pages import FakeLive

Client = TestClient[Any, Any]


@pytest.fixture
def live(workspace: Workspace) -> FakeLive:
    """Live figures, offered as a collector does."""
    figures = FakeLive()
    workspace.offer(LiveFigures, figures)
    return figures


@pytest.fixture
async def client(workspace: Workspace, live: FakeLive) -> AsyncIterator[Client]:
    """A browser's stand-in."""
    async with TestClient(TestServer(create_app(workspace, [ROOM]))) as client:
        yield client
