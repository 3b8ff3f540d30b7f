"""The notice says what is kept, and in which state this browser's opt-out is."""

from __future__ import annotations

import dataclasses

import pytest

from dashboards.visitors.choice import State
from dashboards.words import words_in
from oboro.commands.schema import read_schema
from oboro.operations import quiet
from oboro.topics import TOPICS
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.dashboards.conftest import Client
from tests.support.pages import shown
from tests.support.workspace import a_site

NOTICE = "/privacy/example.jp"
STATES = [
    (State.COUNTED, {}, ""),
    (State.STOPPED, {"Cookie": "oboro-optout=1"}, ""),
    (State.STOPPED, {"Cookie": "a=b; __Host-oboro-optout=1"}, "?set=1"),
    (State.STOPPED, {"Cookie": "__Secure-oboro-optout=1", "Sec-GPC": "1"}, ""),
    (State.GPC, {"Sec-GPC": "1"}, ""),
    (State.GPC, {"Sec-GPC": "1", "DNT": "1"}, ""),
    (State.DNT, {"DNT": "1"}, ""),
    (State.BLOCKED, {}, "?set=1"),
]


@pytest.fixture(autouse=True)
def site(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())


@pytest.mark.parametrize(("state", "headers", "query"), STATES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_state_is_told_in_words(
    client: Client, state: State, headers: dict[str, str], query: str, language: str
) -> None:
    page = await shown(client, NOTICE + query, language, **headers)

    told = page.all(".//p[@role='status']/strong")
    assert [element.text for element in told] == [words_in(language)(f"optout.{state}")]


@pytest.mark.parametrize(
    ("state", "action"),
    [(State.COUNTED, "/opt-out"), (State.STOPPED, "/opt-in"), (State.GPC, None)],
)
async def test_there_is_one_button_for_the_other_way(
    client: Client, state: State, action: str | None
) -> None:
    headers = next(sent for named, sent, _ in STATES if named is state)
    page = await shown(client, f"{NOTICE}?lang=ja", **headers)

    forms = page.all(".//form[@method='post']")
    assert [form.attrib["action"] for form in forms] == ([action] if action else [])
    sent = {
        field.attrib["name"]: field.attrib["value"]
        for form in forms
        for field in form.findall(".//input[@type='hidden']")
    }
    assert sent == ({"site": "example.jp", "lang": "ja"} if action else {})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_topic_table_and_column_is_on_the_notice(
    client: Client, workspace: Workspace, language: str
) -> None:
    schema = await read_schema(workspace, {}, quiet)
    page = await shown(client, NOTICE, language)

    names = [element.text for element in page.all(".//th/code")]
    assert names == [column["name"] for table in schema["tables"] for column in table["columns"]]
    assert [e.text for e in page.all(".//summary/code")] == [t["name"] for t in schema["tables"]]
    assert all(words_in(language)(f"purpose.{topic}") in page.text for topic in TOPICS)


async def test_the_notice_follows_the_settings(client: Client, workspace: Workspace) -> None:
    workspace.settings = dataclasses.replace(
        workspace.settings, gathering_k=17, visit_minutes=41, retention_months=7
    )

    page = await shown(client, NOTICE)

    assert "17 visitor-days" in page.text
    assert "41 idle minutes" in page.text
    assert "kept for 7 months" in page.text


async def test_the_notice_sets_no_cookie_and_is_kept_by_no_cache(client: Client) -> None:
    page = await shown(client, NOTICE)

    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/privacy/elsewhere.example", "/privacy/%3Cb%3E"])
async def test_a_site_that_is_not_counted_is_told_in_both_languages(
    client: Client, path: str
) -> None:
    page = await shown(client, path)

    assert page.status == 404
    for language in LANGUAGES:
        assert words_in(language)("problem.missing.title") in page.text
