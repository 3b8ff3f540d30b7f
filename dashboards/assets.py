"""Serve the pages' own style sheets, scripts and icon; nothing ever comes from elsewhere."""

from __future__ import annotations

import hashlib
from functools import cache

from aiohttp import web

from oboro.assets import KINDS, asset, assets

YEAR_SECONDS = 31_536_000


def asset_path(name: str) -> str:
    """Return the address of the asset *name*; it changes when the asset does."""
    return f"/assets/{name}?v={_digest(name)}"


async def serve(request: web.Request) -> web.Response:
    """Answer with an asset."""
    name = request.match_info["name"]
    if name not in assets():
        raise web.HTTPNotFound
    return web.Response(
        body=asset(name),
        content_type=KINDS["." + name.rpartition(".")[2]],
        charset="utf-8",
        headers={"Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable"},
    )


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(asset(name)).hexdigest()[:12]
