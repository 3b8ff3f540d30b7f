"""What the docs have a web server pass on is what visitors need, and nothing of the site's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboards.operators.snippets import Snippets
from oboro.workspace import Workspace
from tests.dashboards.conftest import Client
from tests.support.pages import shown
from tests.support.workspace import a_site

PAGE = (Path(__file__).parents[3] / "docs" / "embedding.md").read_text("utf-8")
NGINX = [re.compile(each) for each in re.findall(r'location ~ "([^"]+)"', PAGE)]
CADDY = re.findall(
    r"(?<= )/[a-z][^\s`]*", PAGE.partition("@oboro path")[2].partition("log_skip")[0]
)
ASKED = re.compile(r'(?:href|src|action)="(/[^"?#]*)')


def by_nginx(path: str) -> bool:
    return any(each.search(path) for each in NGINX)


def by_caddy(path: str) -> bool:
    patterns = (re.escape(each).replace(r"\*", ".*") for each in CADDY)
    return any(re.fullmatch(each, path) for each in patterns)


async def test_all_that_visitors_need_is_passed_on(client: Client, workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())
    needed = {"/t.js", "/t.core.js", "/api/hit", "/pixel.gif", "/opt-out", "/opt-in"}
    needed |= set(re.findall(r'="(/[^"?]+)', Snippets.of("", "example.jp").pinned))
    for host in ("example.jp", "www.example.jp"):
        notice = await shown(client, f"/privacy/{host}", "en")
        needed |= {f"/privacy/{host}", *ASKED.findall(notice.source)}

    assert {"/assets/pages.css", "/assets/pages.js", "/assets/moon.svg"} < needed
    assert [path for path in sorted(needed) if not by_nginx(path)] == []
    assert [path for path in sorted(needed) if not by_caddy(path)] == []


@pytest.mark.parametrize(
    "path",
    [
        "/", "/sites/example.jp", "/metrics", "/importing.json", "/api/events", "/assets/",
        "/assets/site.css", "/assets/pages.css/x", "/privacy", "/privacy/", "/privacy/policy.html",
    ],
)  # fmt: skip
def test_the_sites_own_paths_and_the_operators_are_not(path: str) -> None:
    assert not by_nginx(path)
    assert not by_caddy(path)
