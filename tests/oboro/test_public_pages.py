"""Lists of public pages: texts and sitemaps, named as hits are, whole or not at all."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from oboro.errors import UsageError
from oboro.page_list import read_page_list
from oboro.policy import ALWAYS
from oboro.workspace import Workspace
from tests.support.command_line import Finished, run_oboro
from tests.support.workspace import NOON, a_site

SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc> https://example.jp/ </loc><image:image><image:loc>https://example.jp/a.png
  </image:loc></image:image></url>
  <url><loc>https://example.jp/b?q=1&amp;r=2</loc><lastmod>2026-03-01</lastmod></url>
</urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <sitemap><loc>https://example.jp/maps/one.xml.gz</loc></sitemap></sitemapindex>"""


def written(tmp_path: Path, content: str | bytes, name: str = "pages.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def addresses(path: Path) -> list[str]:
    return [each.address for each in read_page_list(path)]


def added(workspace: Workspace, pages: Path, *options: str) -> Finished:
    return run_oboro(
        *("site", "add", "example.jp", "--timezone", "Asia/Tokyo", "--json"),
        *("--public-pages", str(pages), *options),
        workspace=workspace,
    )


def test_a_text_is_read_line_by_line_without_empty_lines_and_remarks(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff# pages\n/\n\n  /b \r\nhttps://example.jp/c\n")

    assert addresses(path) == ["/", "/b", "https://example.jp/c"]
    assert read_page_list(path)[1].where == f"{path} line 4"


def test_a_sitemap_gives_its_pages_and_not_their_pictures(tmp_path: Path) -> None:
    path = written(tmp_path, SITEMAP, "sitemap.xml")

    assert addresses(path) == ["https://example.jp/", "https://example.jp/b?q=1&r=2"]


def test_an_index_leads_to_the_sitemaps_beside_it(tmp_path: Path) -> None:
    written(tmp_path, gzip.compress(SITEMAP.encode()), "one.xml.gz")

    assert len(addresses(written(tmp_path, INDEX, "index.xml"))) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("# nothing\n", "lists no page"),
        ("<urlset></urlset>", "lists no page"),
        ("<html></html>", "its first element is html"),
        ("<urlset>", "is not a sitemap"),
        (b"/\xff\n", "is not UTF-8"),
        (gzip.compress(b"/\n" * 999, mtime=0)[:-9], "is not a whole gzip file"),
        (INDEX, "put the sitemaps beside their index"),
        (INDEX.replace("one.xml.gz", "pages.txt"), "put the sitemaps beside their index"),
    ],
)
def test_what_is_no_list_is_refused_by_name(
    tmp_path: Path, content: str | bytes, says: str
) -> None:
    path = written(tmp_path, content)

    with pytest.raises(UsageError, match=says) as refused:
        read_page_list(path)
    assert str(path) in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.txt cannot be read: No such file"):
        read_page_list(tmp_path / "gone.txt")


def test_listed_pages_have_the_names_under_which_hits_are_counted(
    workspace: Workspace, tmp_path: Path
) -> None:
    pages = written(
        tmp_path,
        "/\n/index.html\nhttps://www.example.jp/%E5%BA%83%E5%A0%B1/?q=1\n/list?id=7&x=1\n/a/1234567\n",
    )

    done = added(workspace, pages, "--query-key", "id")
    keys = workspace.catalog.key_set_on("example.jp", "pages", NOON.date())

    assert done.document["public_pages"] == {"count": 4, "version": 1, "in_force_from": None}
    assert keys is not None
    assert keys.keys == ("/", "/a/:id", "/list?id=7", "/広報")
    assert (keys.listed_on, keys.in_force_from) == (NOON.date(), ALWAYS)


def test_a_list_with_a_page_of_another_host_is_refused_whole(
    workspace: Workspace, tmp_path: Path
) -> None:
    pages = written(tmp_path, "/\nhttps://other.jp/\nno page\n")

    done = added(workspace, pages)

    assert done.status == 2
    assert f"{pages} line 2: https://other.jp/; {pages} line 3: no page" in done.err
    assert workspace.catalog.sites() == ()


def test_a_list_given_later_holds_for_all_days_while_nothing_is_kept(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.catalog.add_site(a_site(aliases=("old.jp",), events=("signup",)))
    pages = written(tmp_path, "https://old.jp/a\n")

    done = run_oboro(
        *("site", "update", "old.jp", "--public-pages", str(pages), "--json"),
        workspace=workspace,
    )

    assert done.document["public_pages"] == {"count": 1, "version": 1, "in_force_from": None}
    assert (done.document["aliases"], done.document["events"]) == (["old.jp"], ["signup"])


def test_a_list_given_after_the_first_hit_holds_from_the_next_day_on(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.catalog.add_site(a_site())
    columns = ("site", "day", "outcome", "n", "batch")
    workspace.store.insert("outcomes", columns, [("example.jp", NOON.date(), "bot", 1, bytes(16))])

    done = run_oboro(
        *("site", "update", "example.jp", "--json"),
        *("--public-pages", str(written(tmp_path, "/a\n"))),
        workspace=workspace,
    )

    assert done.document["public_pages"]["in_force_from"] == "2026-03-05"
    assert workspace.catalog.key_set_on("example.jp", "pages", NOON.date()) is None


def test_what_is_not_given_stays_when_a_site_is_changed(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site(events=("signup",), section_depth=2))

    done = run_oboro(
        *("site", "update", "example.jp", "--query-key", "id", "--json"), workspace=workspace
    )

    assert done.status == 0
    assert workspace.catalog.sites() == (
        a_site(events=("signup",), section_depth=2, query_keys=("id",)),
    )
    assert run_oboro("site", "update", "other.jp", workspace=workspace).status == 2
