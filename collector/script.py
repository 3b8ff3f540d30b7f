"""Serve the tracker that the build wrote."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

import oboro

BUILT = Path(oboro.__file__).parent / "built" / "tracker.js"
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    # An hour, so that a corrected tracker is soon everywhere.
    "Cache-Control": "public, max-age=3600",
}
_MISSING = "// The tracker is not built; run `make setup` on the server.\n"


def script_routes(built: Path = BUILT) -> Sequence[web.AbstractRouteDef]:
    """Return the route of ``/t.js``; the file is read once, here."""
    script = built.read_bytes() if built.is_file() else b""
    tag = hashlib.sha256(script).hexdigest()[:16]

    async def tracker(request: web.Request) -> web.Response:
        if not script:
            return web.Response(status=404, text=_MISSING, content_type="text/javascript")
        matching = request.if_none_match or ()
        if any(known.value in (tag, "*") for known in matching):
            return web.Response(status=304, headers={**_HEADERS, "ETag": f'"{tag}"'})
        return web.Response(
            body=script,
            content_type="text/javascript",
            charset="utf-8",
            headers={**_HEADERS, "ETag": f'"{tag}"'},
        )

    return (web.get("/t.js", tracker),)
