"""The first page: two choices, whatever there is already."""

from __future__ import annotations

import re
from datetime import date

import pytest

from dashboards.operators import welcome
from dashboards.words import words_in
from oboro.services import Importing
from oboro.tracker import built_script, pinned
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.dashboards.conftest import Client
from tests.support.kept_facts import a_fact, keep
from tests.support.pages import FakeLive, shown
from tests.support.workspace import a_site

FORM = {"host": "www.example.jp", "timezone": "Asia/Tokyo"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_first_page_opens_on_two_choices(client: Client, language: str) -> None:
    page = await shown(client, "/", language)

    words = words_in(language)
    choices = [re.sub(r"\s+", "", heading.text or "") for heading in page.all(".//h2")]
    expected = [words("welcome.demo"), words("welcome.add")]
    assert choices == [re.sub(r"\s+", "", text) for text in expected]


async def test_a_demonstration_that_runs_is_linked(client: Client, workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site("city.example", demonstration=True))

    page = await shown(client, "/")

    assert "/sites/city.example" in page.links
    assert words_in("en")("welcome.heading") in page.text


async def test_the_sites_are_listed_with_the_figures_of_their_last_week(
    client: Client, workspace: Workspace
) -> None:
    workspace.catalog.add_site(a_site("a.example.jp"))
    for day, views in (
        (date(2026, 2, 25), 100_000),
        (date(2026, 2, 26), 4000),
        (date(2026, 3, 4), 321),
    ):
        keep(workspace.store, [a_fact("a.example.jp", day, "total", "", views=views)])

    page = await shown(client, "/")

    assert "/sites/a.example.jp" in page.links
    assert "4,321" in page.text
    assert words_in("en")("welcome.add") in page.text


async def test_a_site_is_added_and_its_snippet_shown(client: Client, workspace: Workspace) -> None:
    async with client.post("/sites?lang=ja", data=FORM, allow_redirects=False) as answer:
        location = answer.headers["Location"]

    assert location == "/sites/example.jp/snippet?lang=ja"
    assert [site.host for site in workspace.catalog.sites()] == ["example.jp"]
    page = await shown(client, location)
    assert re.search(r'<script defer src="http://[^"]+/t.js"></script>', page.text)


async def test_the_snippets_page_has_the_lines_for_particular_pages(
    client: Client, workspace: Workspace
) -> None:
    workspace.catalog.add_site(a_site())
    name, integrity = pinned(built_script())

    text = (await shown(client, "/sites/example.jp/snippet")).text

    assert re.search(r'<script defer src="http://[^"]+/t.js" data-site="example.jp">', text)
    assert f'/{name}" integrity="{integrity}" crossorigin="anonymous"></script>' in text
    assert "/pixel.gif?site=example.jp&amp;url=/PAGE" in text


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"host": "not a host"}, "host"),
        ({"host": ""}, "host"),
        ({"timezone": "Mars/Olympus"}, "zone"),
        ({"host": "taken.example.jp"}, "taken"),
    ],
)
async def test_a_site_that_cannot_be_added_is_explained_beside_the_form(
    client: Client, workspace: Workspace, changed: dict[str, str], key: str
) -> None:
    workspace.catalog.add_site(a_site("taken.example.jp"))

    async with client.post("/sites", data={**FORM, **changed}) as answer:
        text = await answer.text()

    assert answer.status == 400
    assert words_in("en")(f"welcome.problem.{key}") in text
    assert len(workspace.catalog.sites()) == 1


@pytest.mark.parametrize("path", ["/sites", "/demo"])
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}]
)
async def test_another_site_cannot_press_our_buttons(
    client: Client, workspace: Workspace, path: str, headers: dict[str, str]
) -> None:
    async with client.post(path, data=FORM, headers=headers) as answer:
        assert answer.status == 403

    assert workspace.catalog.sites() == ()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"\xff\xfe--x\r\n"),
        ("multipart/form-data", b"x"),
        ("application/x-www-form-urlencoded; charset=nope", b"host=a"),
        ("application/x-www-form-urlencoded", b"host=%ff&timezone=\xff"),
    ],
)
async def test_a_form_that_no_browser_sends_is_refused(
    client: Client, workspace: Workspace, kind: str, body: bytes
) -> None:
    async with client.post("/sites", data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == 400
    assert workspace.catalog.sites() == ()


async def test_the_demonstration_is_started_by_its_button(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    async def start(*_: object) -> dict[str, str]:
        started.append("demo")
        return {}

    monkeypatch.setattr(welcome, "operations", lambda: {"demo.start": start})
    page = await shown(client, "/")
    assert [form.attrib["action"] for form in page.all(".//form")] == ["/demo", "/sites"]

    async with client.post("/demo", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert started == ["demo"]


async def test_a_filling_demonstration_says_how_far_it_is(
    client: Client, workspace: Workspace
) -> None:
    class Half:
        def progress(self) -> dict[str, object]:
            return {"what": "demo", "done": 200, "of": 400}

    workspace.offer(Importing, Half())
    workspace.catalog.add_site(a_site("city.example", demonstration=True))

    bar = (await shown(client, "/sites/city.example")).all(".//progress")[0]
    assert (bar.attrib["value"], bar.attrib["max"]) == ("200", "400")
    async with client.get("/importing.json") as answer:
        assert (await answer.json())["importing"]["done"] == 200


@pytest.mark.parametrize(
    ("arrived", "key"), [(False, "snippet.waiting"), (True, "snippet.arrived")]
)
async def test_the_snippets_page_tells_whether_a_hit_has_arrived(
    client: Client, workspace: Workspace, live: FakeLive, arrived: bool, key: str
) -> None:
    workspace.catalog.add_site(a_site())
    live.has_arrived = arrived

    page = await shown(client, "/sites/example.jp/snippet")

    assert words_in("en")(key) in page.text
    assert "/sites/example.jp" in page.links
