"""Serve the tracker that the build wrote, and earlier ones that pages have pinned."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from oboro.tracker import BUILT, SCRIPTS, built_script, pinned

log = logging.getLogger("oboro.script")

KEPT = "trackers"
"""The folder of the data directory with every script that pages may have pinned."""
_PINNED = re.compile(r"t\.[0-9a-f]{16}\.js")
_TYPES = {"t.mjs": "text/javascript", "t.d.mts": "text/plain"}
_CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# An hour, so that a corrected tracker is soon everywhere.
_SHORT = {**_CROSS_ORIGIN, "Cache-Control": "public, max-age=3600"}
_FOR_EVER = {**_CROSS_ORIGIN, "Cache-Control": "public, max-age=31536000, immutable"}
_MISSING = "// The tracker is not built; run `make setup` on the server.\n"


class _File(NamedTuple):
    """What is served, and the tag by which browsers ask whether it is another one by now."""

    contents: bytes
    tag: str

    @classmethod
    def of(cls, contents: bytes) -> _File:
        return cls(contents, hashlib.sha256(contents).hexdigest()[:16])


def script_routes(data_dir: Path, built: Path = BUILT) -> Sequence[web.AbstractRouteDef]:
    """Return the routes of the tracker; its files are read once, here.

    What is built is kept in *data_dir* under its own name, so that a page that has pinned it goes
    on being counted after an update.
    """
    files = {name: _File.of(built_script(name, built)) for name in (*SCRIPTS, *_TYPES)}
    kept = kept_scripts(data_dir / KEPT, [files[name].contents for name in SCRIPTS])

    async def tracker(request: web.Request) -> web.Response:
        name = request.path[1:]
        return _answered(request, files[name], _TYPES.get(name, "text/javascript"))

    async def one(request: web.Request) -> web.Response:
        script = kept.get(request.path[1:])
        if script is None:
            raise web.HTTPNotFound
        return web.Response(
            body=script, content_type="text/javascript", charset="utf-8", headers=_FOR_EVER
        )

    return (
        *(web.get(f"/{name}", tracker) for name in files),
        web.get("/t.{hash:[0-9a-f]{16}}.js", one),
    )


def kept_scripts(folder: Path, current: Sequence[bytes]) -> Mapping[str, bytes]:
    """Keep the *current* scripts in *folder* by name, and return them and all earlier ones.

    A file whose contents are not what its name says is left out: a page that has pinned it would
    refuse it.
    """
    now = {pinned(script).name: script for script in current if script}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = [path for path in folder.iterdir() if _PINNED.fullmatch(path.name)]
        kept = {path.name: path.read_bytes() for path in found}
        for name in now:
            if kept.get(name) != now[name]:
                (folder / name).write_bytes(now[name])
    except OSError as error:
        log.warning(
            "scripts that pages have pinned cannot be kept: %s; make room, or the directory "
            "writable, and start again",
            error.strerror,
        )
        return now
    return {name: script for name, script in kept.items() if pinned(script).name == name} | now


def _answered(request: web.Request, file: _File, kind: str) -> web.Response:
    if not file.contents:
        return web.Response(status=404, text=_MISSING, content_type="text/javascript")
    headers = {**_SHORT, "ETag": f'"{file.tag}"'}
    matching = request.if_none_match or ()
    if any(known.value in (file.tag, "*") for known in matching):
        return web.Response(status=304, headers=headers)
    return web.Response(body=file.contents, content_type=kind, charset="utf-8", headers=headers)
