"""Goals and funnels name pages as they are counted, or say that no page can ever fit."""

from __future__ import annotations

import asyncio
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.page_names import page_name
from oboro.declared_pages import pages_as_counted, steps_as_counted
from oboro.errors import UsageError
from oboro.goals import reaches_page
from oboro.workspace import Workspace
from tests.support.command_line import run_oboro
from tests.support.workspace import a_site

HOST = "example.jp"
SITE = a_site(aliases=("town.example",), query_keys=("page", "sort"), excluded_paths=("/admin/*",))
NFD = unicodedata.normalize("NFD", "がくせい")


@pytest.fixture
def declaring(workspace: Workspace) -> Workspace:
    """A workspace with a site that names pages by two keys, and excludes some."""
    workspace.catalog.add_site(SITE)
    return workspace


def counted(workspace: Workspace, pattern: str) -> str:
    [kept] = asyncio.run(pages_as_counted(workspace, SITE, [pattern]))
    return kept


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ("/contact", "/contact"),
        ("/contact/*", "/contact/*"),
        ("/*", "/*"),
        ("/", "/"),
        ("/%E3%81%94%E3%81%BF", "/ごみ"),
        ("/%E3%81%94%E3%81%BF/*", "/ごみ/*"),
        (f"/{NFD}", "/がくせい"),
        (f"/{NFD}*", "/がくせい*"),
        ("/kurashi/index.html", "/kurashi"),
        ("/kurashi/*/index.html", "/kurashi/*"),
        ("/index.php", "/"),
        ("/a//b/../c/", "/a/c"),
        ("/a;jsessionid=1", "/a"),
        ("/user/taro@example.jp", "/user/:id"),
        ("/user/12345678/*", "/user/:id/*"),
        ("/list?sort=new&page=2", "/list?page=2&sort=new"),
        ("/list?page=*", "/list?page=*"),
        ("/list?*", "/list?*"),
        ("https://www.example.jp/thanks?page=2", "/thanks?page=2"),
        ("http://town.example/thanks*", "/thanks*"),
    ],
)
def test_a_page_is_declared_as_it_is_counted(declaring: Workspace, pattern: str, kept: str) -> None:
    assert counted(declaring, pattern) == kept
    assert counted(declaring, kept) == kept


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("contact", "is no path"),
        ("/a\u200bb", r"shows nothing \(U\+200B\)"),
        ("/a\x1b[31m", r"shows nothing \(U\+001B\)"),
        ("/a%00", r"shows nothing \(U\+0000\)"),
        ("/%E3%81", "is no UTF-8"),
        ("/%25E3%2581%2594", "is escaped twice"),
        ("/a#part", "without what follows #; write '/a'"),
        ("/a?x=1", "named without x; write '/a', or declare .* --query-key page --query-key sort"),
        ("/a?page=1&x=*", "--query-key page --query-key sort --query-key x"),
        ("/user/1234567*", "write '/user/:id', or \\* for all of that part"),
        ("/user/*@example.jp", "looks like a number or token"),
        ("https://elsewhere.example/a", "is no page of example.jp"),
        ("//elsewhere.example/a", "is no page of example.jp"),
        ("/admin/users", "example.jp excludes it"),
        ("/admin/users*", "example.jp excludes it"),
        ("/" + "a/" * 100 + "b", "has 202 characters"),
    ],
)
def test_what_no_page_can_fit_is_refused_with_what_to_do(
    declaring: Workspace, pattern: str, says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        counted(declaring, pattern)


def test_any_query_is_refused_where_none_names_pages(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="named without a query"):
        asyncio.run(pages_as_counted(workspace, a_site(), ["/a?*"]))


def test_a_pattern_with_a_page_that_is_not_excluded_is_kept(declaring: Workspace) -> None:
    # /admin itself is counted, and fits.
    assert counted(declaring, "/admin/*") == "/admin/*"


def test_two_hundred_characters_are_counted_after_escapes_are_resolved(
    declaring: Workspace,
) -> None:
    path = "/ごみ" * 50
    assert counted(declaring, quote(path)) == path


@given(
    path=st.lists(
        st.sampled_from(("a", "index.html", "..", ".", "", "ご", "e\u0301", "a b", "%", "*", ";x"))
        | st.text(st.characters(codec="utf-8"), max_size=6),
        max_size=6,
    ).map(lambda parts: "/" + "/".join(parts)),
    escaped=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_page_that_is_given_as_it_is_called_fits_what_is_kept(
    workspace: Workspace, path: str, escaped: bool
) -> None:
    given_as = quote(path) if escaped else path
    name = page_name(given_as, frozenset({HOST}), SITE.query_keys)
    try:
        kept = counted(workspace, given_as)
    except UsageError:
        return
    assert name is not None
    assert reaches_page(name, kept)


def test_only_the_pages_among_steps_are_named_as_pages(declaring: Workspace) -> None:
    steps = ["/a/index.html", f"event:{NFD}", "goal:/a/", "/b"]

    kept = asyncio.run(steps_as_counted(declaring, SITE, steps))

    assert kept == ("/a", "event:がくせい", "goal:/a/", "/b")


def test_whoever_declares_is_told_the_form_that_is_counted(declaring: Workspace) -> None:
    goal = ("goal", "add", HOST, "trash", "--page", "/%E3%81%94%E3%81%BF/index.html")
    done = run_oboro(*goal, workspace=declaring)
    funnel = ("funnel", "add", HOST, "moving", "/moving/", "/done", "goal:trash")
    moved = run_oboro(*funnel, workspace=declaring)
    plain = run_oboro("goal", "add", HOST, "x", "--page", "/a", workspace=declaring)

    assert "/%E3%81%94%E3%81%BF/index.html is counted as /ごみ." in done.out
    assert "/moving/ is counted as /moving." in moved.out
    assert moved.out.count("is counted as") == 1
    assert "is counted as" not in plain.out
    [trash] = [goal for goal in declaring.catalog.declared(HOST).goals if goal.name == "trash"]
    assert trash.page == "/ごみ"


def test_names_that_look_alike_are_one(declaring: Workspace) -> None:
    run_oboro("goal", "add", HOST, NFD, "--page", "/a", workspace=declaring)
    again = run_oboro(
        "goal", "add", HOST, "がくせい", "--page", "/b", "--json", workspace=declaring
    )
    step = ("funnel", "add", HOST, "x", "/a", f"goal:{NFD}", "--json")
    funnel = run_oboro(*step, workspace=declaring)
    run_oboro("funnel", "end", HOST, "x", workspace=declaring)
    ended = run_oboro("goal", "end", HOST, NFD, "--json", workspace=declaring)

    assert again.document["version"] == 2
    assert funnel.document["steps"] == ["/a", "goal:がくせい"]
    assert (ended.document["name"], ended.document["version"]) == ("がくせい", 3)
