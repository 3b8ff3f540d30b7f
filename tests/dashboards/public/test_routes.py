"""What was published is served to everybody, as it lies there, and nothing else is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from yarl import URL

from dashboards.words import words_in
from oboro.public_list import FILE, PUBLICATIONS
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.dashboards.conftest import Client
from tests.support.pages import shown
from tests.support.published import lay_out
from tests.support.town_publications import months

ROOT = Path(__file__).parents[3]
HOST = "city.oboro.example"
KINDS = {
    "ja/index.html": "text/html",
    "assets/publication.css": "text/css",
    "assets/moon.svg": "image/svg+xml",
    "data/pages.csv": "text/csv",
    "publication.json": "application/json",
    "method.ja.md": "text/markdown",
    "LICENSE.txt": "text/plain",
    "SHA256SUMS": "text/plain",
    "SHA256SUMS.minisig": "text/plain",
    "oboro.pub": "text/plain",
}


@pytest.fixture
def root(workspace: Workspace) -> Path:
    """Two months of a site, published."""
    root = workspace.settings.data_dir / PUBLICATIONS
    lay_out(root, months(2))
    return root


@pytest.fixture
def bundle(root: Path) -> str:
    """The address of the latest bundle."""
    return f"/public/{HOST}/{list(months(2))[-1]}"


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
async def test_a_file_is_answered_with_its_bytes_and_kind(
    client: Client, root: Path, bundle: str, name: str, kind: str
) -> None:
    async with client.get(f"{bundle}/{name}") as answer:
        assert (answer.status, answer.content_type, answer.charset) == (200, kind, "utf-8")
        assert await answer.read() == (root / bundle.removeprefix("/public/") / name).read_bytes()
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers


async def test_head_says_the_same_without_the_file(client: Client, bundle: str) -> None:
    async with (
        client.get(f"{bundle}/SHA256SUMS") as got,
        client.head(f"{bundle}/SHA256SUMS") as asked,
    ):
        assert await asked.read() == b""
        for name in ("ETag", "Content-Length", "Content-Type"):
            assert asked.headers[name] == got.headers[name]


async def test_what_a_browser_has_already_is_not_sent_again(client: Client, bundle: str) -> None:
    async with client.get(f"{bundle}/publication.json") as first:
        etag = first.headers["ETag"]
    for sent, status in ((etag, 304), (f'"x", W/{etag}', 304), ('"x"', 200)):
        async with client.get(
            f"{bundle}/publication.json", headers={"If-None-Match": sent}
        ) as again:
            assert (again.status, again.headers["ETag"]) == (status, etag)
            assert bool(await again.read()) == (status == 200)


@pytest.mark.parametrize(("accepted", "language"), [("ja", "ja"), ("fr, en;q=0.5", "en")])
async def test_a_folder_leads_to_the_language_that_is_preferred(
    client: Client, bundle: str, accepted: str, language: str
) -> None:
    for folder in (f"/public/{HOST}/", f"{bundle}/"):
        async with client.get(
            folder, headers={"Accept-Language": accepted}, allow_redirects=False
        ) as answer:
            assert answer.status == 302
            assert answer.headers["Location"] == f"{folder}{language}/"
            assert "Accept-Language" in answer.headers["Vary"]
        page = await shown(client, f"{folder}{language}/", accepted)
        assert (page.status, page.tree.attrib["lang"]) == (200, language)


async def test_an_address_without_its_last_stroke_is_led_to_the_folder(
    client: Client, bundle: str
) -> None:
    for address in ("/public", f"/public/{HOST}", bundle, f"{bundle}/ja"):
        async with client.get(address, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, f"{address}/")


@pytest.mark.parametrize(
    "path",
    [
        "..%2Fcatalog.db",
        "%2e%2e/catalog.db",
        f"{HOST}/%2e%2e/%2e%2e/catalog.db",
        f"{HOST}/..%2f..%2fcatalog.db",
        f"{HOST}/%00",
        f"{HOST}/nothing.html",
        f"{HOST}//",
        "elsewhere.example/",
        "%2F%2Fevil.example",
        "evil.example%5C%5C",
    ],
)
async def test_nothing_else_is_answered(
    client: Client, root: Path, workspace: Workspace, path: str
) -> None:
    assert (workspace.settings.data_dir / "catalog.db").exists()

    async with client.get(URL(f"/public/{path}", encoded=True), allow_redirects=False) as answer:
        assert answer.status in (302, 404)
        if answer.status == 302:
            location = answer.headers["Location"]
            assert location.startswith("/public/")
            assert "//" not in location
            assert "\\" not in location


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_sites_that_have_published_are_listed(
    client: Client, root: Path, language: str
) -> None:
    (root / "broken.example").mkdir()
    (root / "broken.example" / FILE).write_text("no list")
    (root / "empty.example").mkdir()

    page = await shown(client, "/public/", language)

    figure = next(table for table in months(2).popitem()[1].tables).figures[0].figure
    assert page.status == 200
    assert f"/public/{HOST}/{language}/" in page.links
    assert f"{figure:,}" in page.text
    assert ".example" not in page.text.replace(HOST, "")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_before_the_first_publication_the_list_says_so(client: Client, language: str) -> None:
    page = await shown(client, "/public/", language)

    assert words_in(language)("public.none") in page.text


def test_the_public_code_loads_neither_the_store_nor_the_catalog() -> None:
    program = (
        "import sys, dashboards.public.routes\n"
        "found = {'oboro.store', 'oboro.catalog', 'oboro.workspace', 'aggregator', 'sqlalchemy',"
        " 'clickhouse_connect', 'chdb'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(found)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
