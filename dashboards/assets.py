"""Serve the pages' own style sheet, script and icon; nothing ever comes from elsewhere."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from aiohttp import web

from oboro.errors import OboroError

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
YEAR_SECONDS = 31_536_000


def asset_path(name: str) -> str:
    """Return the address of the asset *name*; it changes when the asset does."""
    return f"/assets/{name}?v={_read(name)[1]}"


async def serve(request: web.Request) -> web.Response:
    """Answer with an asset."""
    name = request.match_info["name"]
    if name not in _known():
        raise web.HTTPNotFound
    return web.Response(
        body=_read(name)[0],
        content_type=_TYPES["." + name.rpartition(".")[2]],
        charset="utf-8",
        headers={"Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable"},
    )


@cache
def _read(name: str) -> tuple[bytes, str]:
    if name not in _known():
        raise OboroError(f"the pages' {name} is not built; run make setup")
    content = _known()[name].read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


@cache
def _known() -> dict[str, Traversable]:
    """Return every asset by name: what was built, and the pictures as they lie here."""
    folders = (
        (files("oboro").joinpath("built", "assets"), (".css", ".js")),
        (files("dashboards").joinpath("assets"), (".svg",)),
    )
    return {
        file.name: file
        for folder, kinds in folders
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith(kinds)
    }
