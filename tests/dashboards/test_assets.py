"""What pages load comes from here, and is kept by browsers until it changes."""

from __future__ import annotations

import re

import pytest

from dashboards.assets import asset_path
from tests.dashboards.conftest import Client

ASSETS = {"pages.css": "text/css", "pages.js": "text/javascript", "moon.svg": "image/svg+xml"}


@pytest.mark.parametrize(("name", "kind"), ASSETS.items())
async def test_an_asset_is_served_for_long(client: Client, name: str, kind: str) -> None:
    async with client.get(asset_path(name)) as answer:
        assert (answer.status, answer.content_type) == (200, kind)
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ASSETS)
async def test_no_asset_names_another_host(client: Client, name: str) -> None:
    async with client.get(asset_path(name)) as answer:
        text = await answer.text()

    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)|url\((?!\"?#)|@import", text) == []


@pytest.mark.parametrize("name", ["none.css", "pages.ts", "..%2froom.py"])
async def test_nothing_else_is_served(client: Client, name: str) -> None:
    async with client.get(f"/assets/{name}") as answer:
        assert answer.status == 404
