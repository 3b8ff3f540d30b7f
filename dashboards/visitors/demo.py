"""The demonstration site: a few municipal pages that carry the real snippet."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from dashboards.rendering import page
from oboro.sites import Site

PAGES: Sequence[str] = (
    "/kurashi/",
    "/kurashi/gomi/",
    "/kosodate/",
    "/kosodate/hoikuen/",
    "/bousai/",
    "/bousai/hazardmap/",
    "/news/",
    "/shisei/",
)
"""The paths that have words of their own; every other one is an article without news."""
SECTIONS: Sequence[str] = ("/kurashi/", "/kosodate/", "/bousai/", "/news/", "/shisei/")


async def demo_page(request: web.Request, site: Site) -> web.Response:
    """Answer with a page of the demonstration of *site*."""
    path = "/" + request.match_info["path"]
    known = path if path == "/" or path in PAGES else ""
    return page(
        request,
        "demo.html",
        site=site,
        root=f"/demo/{site.host}",
        shown=path,
        name=(known.strip("/").replace("/", ".") or "home") if known else "other",
        sections=SECTIONS,
        below=[other for other in PAGES if other.startswith(path) and other != path],
    )
