"""Operators name paths, hosts and networks; what cannot be meant is refused with advice."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oboro.errors import UsageError
from oboro.patterns import (
    checked_host_pattern,
    checked_network,
    checked_path,
    checked_section,
    host_fits,
    path_fits,
    section_by,
)


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("/a", "/a", True),
        ("/a/b", "/a", False),
        ("/a/b/c", "/a/*", True),
        ("/a.html", "/a?html", False),
        ("/x/a/y", "/*/a/*", True),
        ("/お知らせ/1", "/お知らせ/*", True),
        ("/a+b(c)", "/a+b(c)", True),
    ],
)
def test_a_star_stands_for_any_characters_and_nothing_else_is_special(
    path: str, pattern: str, fits: bool
) -> None:
    assert path_fits(path, (pattern,)) is fits


def test_a_host_stands_for_itself_and_a_star_for_what_is_below() -> None:
    assert host_fits("a.jp", ("a.jp",))
    assert not host_fits("b.a.jp", ("a.jp",))
    assert host_fits("c.b.a.jp", (checked_host_pattern("*.A.jp"),))


def test_the_first_rule_that_fits_names_the_section() -> None:
    rules = ("/kurashi/gomi*=ごみ", "/kurashi/*=くらし")

    assert [section_by(path, rules) for path in ("/kurashi/gomi.html", "/kurashi/x", "/y")] == [
        "ごみ",
        "くらし",
        "",
    ]


@pytest.mark.parametrize("text", ["192.0.2.0/25", "192.0.2.7", "2001:db8::/64", "a.jp", "", "10/8"])
def test_a_network_that_is_none_or_too_fine_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"network|finer"):
        checked_network(text)


def test_a_network_that_is_too_fine_names_the_one_that_is_known() -> None:
    with pytest.raises(UsageError, match=r"name at least 192\.0\.2\.0/24"):
        checked_network("192.0.2.128/25")


@pytest.mark.parametrize("text", ["admin", "*", "", "a" * 300])
def test_a_path_begins_with_a_slash(text: str) -> None:
    with pytest.raises(UsageError, match="no path"):
        checked_path(text)


def test_a_path_that_is_too_long_is_told_how_long_it_is() -> None:
    assert checked_path("/" + "a" * 199)
    with pytest.raises(UsageError, match=r"has 201 characters, and a path at most 200; write \*"):
        checked_path("/" + "a" * 200)


@pytest.mark.parametrize("rule", ["/a", "/a=", "a=b", "=b", "/a= "])
def test_a_rule_of_sections_has_a_path_and_a_name(rule: str) -> None:
    with pytest.raises(UsageError):
        checked_section(rule)


@given(
    path=st.text("ab/", max_size=12).map("/".__add__),
    pattern=st.text("ab/*", max_size=8).map("/".__add__),
)
def test_a_star_stands_for_any_run_of_characters(path: str, pattern: str) -> None:
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), path) is not None
    assert path_fits(path, (pattern,)) is expected


def test_a_long_path_that_nearly_fits_many_stars_costs_no_more_than_a_look_along_it() -> None:
    path = "/a" * 1000
    assert not path_fits(path, ("/*" * 50 + "/thanks",))
    assert path_fits(f"{path}/thanks", ("/*" * 50 + "/thanks",))
