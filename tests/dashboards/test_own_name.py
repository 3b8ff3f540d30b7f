"""The operators' pages are shown under the server's own names: a foreign one could be made up."""

from __future__ import annotations

import dataclasses

import pytest

from dashboards.words import words_in
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.dashboards.conftest import Client
from tests.support.pages import shown
from tests.support.workspace import a_site

OPERATORS = ("/", "/importing.json", "/sites/example.jp", "/sites/example.jp/live.json",
             "/sites/example.jp/snippet")  # fmt: skip


async def test_no_page_of_the_operators_is_shown_under_a_foreign_name(
    client: Client, workspace: Workspace
) -> None:
    workspace.catalog.add_site(a_site("example.jp"))
    for path in OPERATORS:
        for named, status in (("elsewhere.example:8000", 421), ("127.0.0.1:8000", 200)):
            async with client.get(path, headers={"Host": named}) as answer:
                text = await answer.text()
                assert answer.status == status, (path, named)
            if status == 421:
                assert "example.jp" not in text
    async with client.post("/demo", headers={"Host": "elsewhere.example"}) as answer:
        assert answer.status == 421
    # What everybody may read is shown under whatever name the site's own server passes on.
    async with client.get("/privacy/example.jp", headers={"Host": "elsewhere.example"}) as answer:
        assert answer.status == 200


async def test_a_name_that_is_allowed_is_answered(client: Client, workspace: Workspace) -> None:
    workspace.settings = dataclasses.replace(
        workspace.settings, allowed_hosts=("stats.example.jp",)
    )
    async with client.get("/", headers={"Host": "stats.example.jp"}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("language", LANGUAGES)
async def test_people_are_told_what_to_set(client: Client, language: str) -> None:
    page = await shown(client, "/", language, Host="elsewhere.example")

    assert page.status == 421
    assert page.all(".//h1")[0].text == words_in(language)("problem.other_name.title")
    assert "OBORO_ALLOWED_HOSTS" in page.text
