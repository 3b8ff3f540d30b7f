"""Titles come from the operator's list alone: read whole or not at all, kept by page."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oboro.errors import UsageError
from oboro.page_titles import Title
from oboro.title_list import LONGEST, read_title_list
from oboro.workspace import Workspace
from tests.support.command_line import Finished, run_oboro
from tests.support.workspace import a_site

HEAD = "path,title,title_ja,title_en\n"


def written(tmp_path: Path, content: str | bytes, name: str = "titles.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def titles_in(path: Path) -> dict[str, Title]:
    return {each.address: each.title for each in read_title_list(path)}


def updated(workspace: Workspace, *options: str) -> Finished:
    return run_oboro("site", "update", "example.jp", "--json", *options, workspace=workspace)


def kept(workspace: Workspace, *pages: str) -> dict[str, Title]:
    return dict(workspace.catalog.page_titles("example.jp", pages))


@pytest.fixture
def site(workspace: Workspace) -> Workspace:
    workspace.catalog.add_site(a_site(aliases=("b.jp",), query_keys=("id",)))
    return workspace


@pytest.mark.parametrize(
    ("content", "titles"),
    [
        ("/,Home\n/b,About us\n", {"/": Title("Home"), "/b": Title("About us")}),
        ("\ufeffpath\ttitle\r\n/\tHome, sweet\r\n\r\n", {"/": Title("Home, sweet")}),
        ('# pages\n/,"Say ""hi"", all"\n', {"/": Title('Say "hi", all')}),
        (f"{HEAD}/,,ごみ,Waste\n", {"/": Title("", "ごみ", "Waste")}),
        ("en,note,URL\nWaste,x,/\n", {"/": Title("", "", "Waste")}),
        ("パス,日本語,英語\n/,ごみ,\n", {"/": Title("", "ごみ", "")}),
        ('/,"two\nlines\u202e\u200b  here"\n', {"/": Title("two lines here")}),
    ],
)
def test_a_table_is_read_with_or_without_names_of_its_columns(
    tmp_path: Path, content: str, titles: dict[str, Title]
) -> None:
    assert titles_in(written(tmp_path, content)) == titles


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "holds no title"),
        ("# nothing\n", "holds no title"),
        (b"/,\xff\n", "is not UTF-8"),
        ("/,Home\n/b\n", r"row 2 has no title"),
        ("/,Home\n,About\n", r"row 2 names no page"),
        (f"/,{'x' * (LONGEST + 1)}\n", r"row 1 has a title of 301 characters"),
        ('/,Home\n/b,"About" us\n', r"line 2 is no row of a table"),
        ('/,Home\n/b,"About\n', r"is no row of a table"),
        ("path,note\n/,x\n", r"row 1 names no column of titles"),
        ("path,title,title\n/,x,y\n", r"row 1 names a column twice"),
    ],
)
def test_what_is_no_table_is_refused_with_its_row(
    tmp_path: Path, content: str | bytes, says: str
) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        read_title_list(written(tmp_path, content))
    assert "titles.csv" in str(refused.value)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.csv cannot be read: No such file"):
        read_title_list(tmp_path / "gone.csv")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, any_: bytes) -> None:
    path = written(tmp_path_factory.mktemp("titles"), any_)
    try:
        titles = titles_in(path)
    except UsageError:
        return
    for address, title in titles.items():
        assert address
        assert title.in_language("ja").isprintable()


def test_titles_are_kept_under_the_names_of_pages_and_replaced_whole(
    site: Workspace, tmp_path: Path
) -> None:
    first = written(
        tmp_path,
        "https://www.example.jp/kurashi/index.html,Living\n/kurashi/,Living\n//b.jp/x?id=5&y=1,Five\n"
        "/user/1234567,Somebody\n/user/7654321,Somebody else\n",
    )
    done = updated(site, "--page-titles", str(first))

    assert done.document["page_titles"] == {"count": 2, "masked": 2}
    pages = ("/kurashi", "/x?id=5", "/user/:id", "/")
    assert kept(site, *pages) == {"/kurashi": Title("Living"), "/x?id=5": Title("Five")}

    updated(site, "--page-titles", str(written(tmp_path, "/,Home\n")))
    assert kept(site, *pages) == {"/": Title("Home")}

    updated(site, "--clear", "page_titles")
    assert kept(site, *pages) == {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            "/,A\n/a,A\nhttps://c.jp/,C\n",
            "row 3: https://c.jp/ is no page of example.jp",
        ),
        ("/a,A\n/a/,B\n", "row 2: /a has another title at"),
        ("/a,A\nkurashi,B\n", "row 2: kurashi is no page"),
    ],
)
def test_rows_that_are_no_pages_or_disagree_change_nothing(
    site: Workspace, tmp_path: Path, content: str, says: str
) -> None:
    updated(site, "--page-titles", str(written(tmp_path, "/,Before\n")))
    refused = updated(site, "--page-titles", str(written(tmp_path, content)))

    assert (refused.status, says in refused.err.replace("\n", " ")) == (2, True), refused.err
    assert kept(site, "/", "/a") == {"/": Title("Before")}


def test_a_site_may_be_added_with_its_titles_and_takes_them_along(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = written(tmp_path, "/,Home\n")
    added = run_oboro(
        *("site", "add", "example.jp", "--timezone", "Asia/Tokyo", "--json"),
        *("--page-titles", str(path)),
        workspace=workspace,
    )
    assert added.document["page_titles"] == {"count": 1, "masked": 0}

    workspace.catalog.remove_site("example.jp")
    assert kept(workspace, "/") == {}


def test_many_titles_are_read_by_page(site: Workspace) -> None:
    titles = {f"/{number}": Title(f"Page {number}") for number in range(1200)}
    site.catalog.set_page_titles("example.jp", titles)

    assert kept(site, *titles) == titles
    assert kept(site, "/7", "/none") == {"/7": Title("Page 7")}
