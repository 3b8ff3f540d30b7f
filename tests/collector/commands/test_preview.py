"""The preview shows what would be kept, leaves nothing, and asks the ledger nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from click.testing import CliRunner

from collector.commands.preview import AT_ONCE, GATHERING, preview, preview_hit
from oboro.operations import quiet
from oboro.program import Program
from oboro.topics import TOPICS
from oboro.workspace import Workspace
from tests.support.arrivals import CHROME
from tests.support.workspace import a_site

ASKED: Mapping[str, Any] = {
    "url": "https://example.jp/kurashi/gomi.html?mail=taro@example.jp",
    "ip": "133.11.0.77",
    "user_agent": CHROME,
    "referrer": "https://www.google.co.jp/search?q=geheim",
}


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """A workspace that counts example.jp."""
    workspace.catalog.add_site(a_site())
    return workspace


async def previewed(workspace: Workspace, **changed: Any) -> Any:
    """Return what the operation answers."""
    return await preview_hit(workspace, {**ASKED, **changed}, quiet)


async def test_what_would_be_kept_at_once_and_what_would_gather(workspace: Workspace) -> None:
    document = await previewed(workspace)

    kept = {
        (fact["topic"], fact["value"], fact["value2"]): fact["kept"] for fact in document["facts"]
    }
    assert (document["outcome"], document["reason"]) == ("counted", "counted")
    assert kept[("page", "/kurashi/gomi.html", "")] == AT_ONCE
    assert kept[("source", "Google", "")] == AT_ONCE
    assert kept[("country", "JP", "")] == AT_ONCE
    assert kept[("page*source", "/kurashi/gomi.html", "Google")] == GATHERING
    assert all(TOPICS[topic].gathers == (how == GATHERING) for (topic, *_), how in kept.items())


async def test_nothing_of_the_visitor_is_shown_that_would_not_be_kept(workspace: Workspace) -> None:
    shown = str(await previewed(workspace))

    assert not any(secret in shown for secret in ("taro", "geheim", "133.11", "Mozilla"))


async def test_a_preview_is_the_same_each_time_and_leaves_nothing(workspace: Workspace) -> None:
    before = workspace.store.query("SELECT count() FROM coarse_events")

    assert await previewed(workspace) == await previewed(workspace)
    assert workspace.store.query("SELECT count() FROM coarse_events") == before


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"url": "https://unknown.example/"}, "unknown_site"),
        ({"url": "word"}, "unknown_site"),
        ({"url": "file:///a", "site": "example.jp"}, "invalid"),
        ({"user_agent": "curl/8.5.0"}, "bot"),
    ],
)
async def test_a_hit_that_would_not_be_counted_has_a_reason(
    workspace: Workspace, changed: dict[str, str], reason: str
) -> None:
    assert await previewed(workspace, **changed) == {
        "outcome": "refused",
        "reason": reason,
        "facts": [],
    }


async def test_a_path_belongs_to_the_site_that_is_named(workspace: Workspace) -> None:
    document = await previewed(workspace, url="/kurashi", site="www.example.jp", event="download")

    assert {fact["value"] for fact in document["facts"] if fact["topic"] == "event"} == {"(other)"}


def run(workspace: Workspace, *options: str) -> tuple[int, str]:
    """Run the command within this process, and return its status and all it printed."""
    program = Program({"preview": preview_hit}, workspace=workspace)
    done = CliRunner().invoke(preview, options, obj=program)
    return done.exit_code, done.output + str(done.exception or "")


OPTIONS = ("--url", ASKED["url"], "--user-agent", CHROME, "--referrer", ASKED["referrer"])


def test_the_command_prints_a_table_or_one_document(workspace: Workspace) -> None:
    status, table = run(workspace, *OPTIONS, "--ip", ASKED["ip"])
    _, document = run(workspace, *OPTIONS, "--ip", ASKED["ip"], "--json")

    assert (status, "/kurashi/gomi.html" in table, document.startswith("{")) == (0, True, True)


def test_a_pages_name_is_printed_as_it_is(workspace: Workspace) -> None:
    url = "https://example.jp/[/b]/[red]"
    status, table = run(workspace, "--url", url, "--user-agent", CHROME, "--ip", ASKED["ip"])

    assert (status, "/[/b]/[red]" in table) == (0, True)


def test_an_address_that_is_none_is_refused_without_repeating_it(workspace: Workspace) -> None:
    status, said = run(workspace, *OPTIONS, "--ip", "geheim")

    assert (status, "--ip is not an address" in said, "geheim" in said) == (1, True, False)
