"""The addresses of what was published: files as they lie there, and the list of sites."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from aiohttp import ETag, web

from dashboards.public.bundles import FOLDER, Found, is_folder, read, segments_of
from dashboards.public.site_list import public_lists
from dashboards.rendering import language_of, page

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""What published pages may load: their own style and pictures, and no script at all."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    # Asked again each time, and answered in a few bytes while nothing has changed.
    "Cache-Control": "public, no-cache",
    # Open data: pages of any origin may read it, and no cookie has a part in it.
    "Access-Control-Allow-Origin": "*",
}


def routes(root: Path) -> list[web.RouteDef]:
    """Return the addresses of what lies below *root*, the folder of publications."""

    async def sites(request: web.Request) -> web.StreamResponse:
        lists = await asyncio.to_thread(public_lists, root)
        return page(request, "public.html", lists=lists, day_of=date.fromisoformat, look="narrow")

    async def file(request: web.Request) -> web.StreamResponse:
        asked = request.match_info["path"]
        names = segments_of(f"{request.match_info['host']}/{asked}".rstrip("/"))
        if names is None:
            raise web.HTTPNotFound
        if asked == "" or asked.endswith("/"):
            return await _folder(request, root, names)
        found = await asyncio.to_thread(read, root, names)
        if found is None and await asyncio.to_thread(is_folder, root, names):
            raise web.HTTPFound(f"/public/{'/'.join(names)}/")
        return _answer(request, found)

    async def without_slash(request: web.Request) -> web.StreamResponse:
        names = segments_of(request.match_info.get("host", "public"))
        if names is None:
            raise web.HTTPNotFound
        raise web.HTTPFound(f"/public/{names[0]}/" if "host" in request.match_info else "/public/")

    return [
        web.get("/public", without_slash),
        web.get("/public/", sites),
        web.get("/public/{host}", without_slash),
        web.get("/public/{host}/{path:.*}", file),
    ]


async def _folder(request: web.Request, root: Path, names: Sequence[str]) -> web.StreamResponse:
    """Answer with the folder's page; where it has one in each language, lead to the preferred."""
    language = language_of(request)
    if await asyncio.to_thread(is_folder, root, (*names, language)):
        raise web.HTTPFound(
            f"/public/{'/'.join(names)}/{language}/",
            headers={"Vary": "Accept-Language", "Cache-Control": "no-cache"},
        )
    return _answer(request, await asyncio.to_thread(read, root, (*names, FOLDER)))


def _answer(request: web.Request, found: Found | None) -> web.Response:
    if found is None:
        raise web.HTTPNotFound
    etag = hashlib.sha256(found.content).hexdigest()[:32]
    known = request.if_none_match or ()
    if any(each.value in (etag, "*") for each in known):
        answer = web.Response(status=304, headers=HEADERS)
    else:
        answer = web.Response(
            body=found.content, content_type=found.content_type, charset="utf-8", headers=HEADERS
        )
    answer.etag = ETag(etag)
    return answer
