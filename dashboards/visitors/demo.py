"""The demonstration sites: a few pages of a town that does not exist, with the real snippet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from dashboards.rendering import page
from oboro.sites import Site


@dataclass(frozen=True, slots=True)
class Town:
    """One demonstration site: *name* leads to its words, *paths* are those that have some.

    Every other path is an article whose text is left out.
    """

    name: str
    sections: Sequence[str]
    paths: Sequence[str]


_CITY = Town(
    name="city",
    sections=("/kurashi/", "/kosodate/", "/bousai/", "/kanko/", "/news/", "/shisei/"),
    paths=(
        "/kurashi/",
        "/kurashi/gomi/",
        "/kosodate/",
        "/kosodate/hoikuen/",
        "/bousai/",
        "/bousai/hazardmap/",
        "/bousai/hinanjo/",
        "/kanko/",
        "/news/",
        "/shisei/",
    ),
)
_LIBRARY = Town(
    name="toshokan",
    sections=("/kensaku/", "/shinchaku/", "/calendar/", "/event/", "/kodomo/"),
    paths=("/kensaku/", "/shinchaku/", "/calendar/", "/event/", "/kodomo/"),
)
TOWNS: Mapping[str, Town] = {town.name: town for town in (_CITY, _LIBRARY)}


async def demo_page(request: web.Request, site: Site) -> web.Response:
    """Answer with a page of the demonstration of *site*."""
    town = TOWNS.get(site.host.partition(".")[0], _CITY)
    path = "/" + request.match_info["path"]
    return page(
        request,
        "demo.html",
        site=site,
        town=town,
        root=f"/demo/{site.host}",
        shown=path,
        words=words_key(town, path),
        below=[(other, words_key(town, other)) for other in town.paths if _is_below(other, path)],
        sections=[(section, words_key(town, section)) for section in town.sections],
    )


def words_key(town: Town, path: str) -> str:
    """Return where the words of *path* stand.

    >>> words_key(TOWNS["city"], "/kurashi/gomi/")
    'demo.city.kurashi.gomi'
    """
    if path == "/":
        return f"demo.{town.name}.home"
    name = path.strip("/").replace("/", ".") if path in town.paths else "other"
    return f"demo.{town.name}.{name}"


def _is_below(path: str, above: str) -> bool:
    return path.startswith(above) and path != above
