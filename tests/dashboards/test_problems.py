"""People get a page in both languages; programs get the plain answer; nobody gets a value back."""

from __future__ import annotations

from typing import NoReturn

import pytest
from aiohttp.test_utils import TestClient, TestServer

from dashboards.operators import routes
from dashboards.room import ROOM
from dashboards.words import words_in
from oboro.serve import create_app
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.dashboards.conftest import Client
from tests.support.pages import shown


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_unknown_address_is_told_in_both_languages(client: Client, language: str) -> None:
    page = await shown(client, "/no/such/page-with-a-value", language)

    assert page.status == 404
    assert page.all(".//h1")[0].text == words_in(language)("problem.missing.title")
    assert all(words_in(other)("problem.missing.text") in page.text for other in LANGUAGES)


async def test_a_program_gets_the_plain_answer(client: Client) -> None:
    async with client.get("/no/such", headers={"Accept": "application/json"}) as answer:
        assert (answer.status, answer.content_type) == (404, "text/plain")


async def test_a_wrong_method_still_says_which_there_are(client: Client) -> None:
    async with client.post("/", headers={"Accept": "text/html"}) as answer:
        assert answer.status == 405
        assert "GET" in answer.headers["Allow"]


async def test_a_failure_of_ours_quotes_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> NoReturn:
        raise RuntimeError("a value of somebody's")

    monkeypatch.setattr(routes, "welcome", fail)
    async with TestClient(TestServer(create_app(workspace, [ROOM]))) as client:
        page = await shown(client, "/")

    assert page.status == 500
    assert words_in("ja")("problem.failed.title") in page.text
    assert "somebody" not in page.source + caplog.text
