"""How the dashboards plug in: pages for operators, for visitors and for all, and their assets."""

from __future__ import annotations

from oboro.public_list import PUBLICATIONS
from oboro.rooms import Part, Room
from oboro.workspace import Workspace


def _part(workspace: Workspace) -> Part:
    # Imported when a server starts: commands that show no page need none of it.
    from aiohttp import web

    from dashboards import assets
    from dashboards.operators.routes import routes as operators
    from dashboards.problems import problem_pages
    from dashboards.public.routes import routes as public
    from dashboards.visitors.routes import routes as visitors
    from dashboards.words import words_in
    from oboro.words import LANGUAGES

    for language in LANGUAGES:
        words_in(language)
    return Part(
        routes=[
            *operators(workspace),
            *visitors(workspace),
            *public(workspace.settings.data_dir / PUBLICATIONS),
            web.get("/assets/{name}", assets.serve),
        ],
        middlewares=[problem_pages],
    )


ROOM = Room(name="dashboards", part=_part)
