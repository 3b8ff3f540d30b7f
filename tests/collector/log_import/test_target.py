from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.log_import.target import Targets
from oboro.outcomes import Outcome

TARGETS = Targets("example.jp", ("example.com",))


@pytest.mark.parametrize(
    "target",
    [
        b"/",
        b"/kurashi/gomi.html",
        b"/blog/node.js-guide/",
        b"/projects/xdotool/xdotool.xhtml",
        b"/index.php?page=2",
        b"/v1.2",
        b"//double",
        b"/%E3%81%94%E3%81%BF",
        "/ごみ".encode(),
    ],
)
def test_a_page_keeps_its_address(target: bytes) -> None:
    assert TARGETS.of(target) == (Outcome.COUNTED, "https://example.jp" + target.decode())


@pytest.mark.parametrize(
    "target",
    [
        b"/logo.PNG",
        b"/css/site.css?v=3",
        b"/favicon.ico",
        b"/robots.txt",
        b"/sitemap.xml",
        b"/.well-known/security.txt",
        b"/apple-touch-icon-precomposed",
        b"/report.pdf#page=2",
        b"/file.tar.gz",
    ],
)
def test_parts_of_pages_and_files_for_programs_are_assets(target: bytes) -> None:
    assert TARGETS.of(target) == (Outcome.ASSET, "")


@pytest.mark.parametrize(
    "target",
    [b"/feed/", b"/blog/rss", b"/index.xml", b"/news.atom", b"/?flav=rss20", b"/?feed=rss2",
     b"/rss.xml", b"/blog/tags/puppet?flav=atom"],
)  # fmt: skip
def test_feeds_are_told_apart(target: bytes) -> None:
    assert TARGETS.of(target) == (Outcome.FEED, "")


def test_an_address_in_full_counts_only_for_the_sites_own_hosts() -> None:
    assert TARGETS.of(b"http://www.example.com/a?b") == (
        Outcome.COUNTED,
        "https://example.jp/a?b",
    )
    assert TARGETS.of(b"http://elsewhere.example/a") == (Outcome.INVALID, "")
    assert TARGETS.of(b"elsewhere.example:443") == (Outcome.INVALID, "")
    assert TARGETS.of(b"http://[broken") == (Outcome.INVALID, "")


@given(st.binary(max_size=200))
def test_any_bytes_get_an_outcome(target: bytes) -> None:
    outcome, url = TARGETS.of(target)
    assert (outcome is Outcome.COUNTED) == bool(url)


@given(st.lists(st.binary(max_size=20), max_size=40))
def test_forgetting_known_targets_changes_no_outcome(targets: list[bytes]) -> None:
    small = Targets("example.jp", ("example.com",), kept=2)
    assert [small.of(target) for target in targets] == [TARGETS.of(target) for target in targets]
