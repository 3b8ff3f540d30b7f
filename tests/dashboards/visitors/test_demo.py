"""The demonstration site carries the real snippet; no real site has such pages."""

from __future__ import annotations

import pytest

from dashboards.visitors.demo import TOWNS
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.dashboards.conftest import Client
from tests.support.pages import shown
from tests.support.workspace import a_site

HOST = "city.oboro.example"


@pytest.fixture(autouse=True)
def sites(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site(HOST, demonstration=True))
    workspace.catalog.add_site(a_site("toshokan.oboro.example", demonstration=True))
    workspace.catalog.add_site(a_site("real.example.jp"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("town", TOWNS)
async def test_every_page_of_the_demonstration_answers(
    client: Client, town: str, language: str
) -> None:
    for path in ("/", *TOWNS[town].paths, "/somewhere/else/"):
        page = await shown(client, f"/demo/{town}.oboro.example{path}", language)
        assert page.status == 200


async def test_a_page_carries_the_snippet_of_its_site(client: Client) -> None:
    page = await shown(client, f"/demo/{HOST}/kurashi/gomi/")

    (snippet,) = page.all(".//script[@data-site]")
    assert snippet.attrib == {
        "defer": "",
        "src": "/t.js",
        "data-site": HOST,
        "data-root": f"/demo/{HOST}",
    }


async def test_a_page_links_the_notice_and_the_report(client: Client) -> None:
    links = (await shown(client, f"/demo/{HOST}/")).links

    assert f"/privacy/{HOST}" in links
    assert f"/sites/{HOST}" in links


async def test_a_real_site_has_no_demonstration(client: Client) -> None:
    assert (await shown(client, "/demo/real.example.jp/")).status == 404
