"""Nothing undocumented ships: what the program has is looked for in docs/.

A thing counts as documented where a heading or a table's row begins with it, in its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry

from collector.dialects.events import STATED
from collector.dialects.native import FIELDS
from oboro.ground import GROUND
from oboro.metrics import registry_of
from oboro.outcomes import Outcome
from oboro.rooms import load_rooms
from oboro.serve import create_app, running
from oboro.settings import Settings, environment_name
from oboro.settings import as_page as settings_page
from oboro.topics import TOPICS
from oboro.workspace import Workspace
from tests.support.workspace import quick
from tools.cli_page import commands
from tools.cli_page import page as cli_page
from tools.metrics_page import current

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def text_of(page: str) -> str:
    """Return one page of docs/."""
    return (DOCS / page).read_text(encoding="utf-8")


def entries(text: str) -> set[str]:
    """Return what *text* documents: the code that its headings and its tables' rows begin with."""
    found: set[str] = set()
    for line in text.splitlines():
        if begun := re.match(r"(?:#+ |\| )((?:`[^`]+`(?:, )?)+|OBORO_\w+)", line):
            found.update(begun[1].replace("`", "").split(", "))
    return found


def routes(workspace: Workspace) -> Iterator[str]:
    """Yield every route of a server with all its rooms, as the docs write it."""
    app = create_app(workspace, [GROUND, *load_rooms()])
    for route in app.router.routes():
        if route.resource is not None and route.method != "HEAD":
            yield f"{route.method} {_written(route.resource)}"


def _written(resource: web.AbstractResource) -> str:
    return re.sub(r"\{(\w+):[^}]*\}", r"{\1}", resource.canonical)


def metrics(registry: CollectorRegistry) -> Iterator[str]:
    """Yield the name of every metric, as it is scraped."""
    for family in registry.collect():
        yield f"{family.name}_total" if family.type == "counter" else family.name


def test_every_setting_is_documented() -> None:
    named = {environment_name(knob.name) for knob in fields(Settings)}

    assert named - entries(text_of("settings.md")) == set()
    assert text_of("settings.md") == settings_page(), "run: make docs"


def test_every_outcome_is_documented() -> None:
    assert set(map(str, Outcome)) - entries(text_of("http.md")) == set()


def test_every_field_of_a_hit_and_of_an_event_is_documented() -> None:
    assert {*FIELDS, *STATED} - entries(text_of("http.md")) == set()


def test_every_topic_is_documented() -> None:
    assert set(TOPICS) - entries(text_of("metrics.md")) == set()
    assert text_of("metrics.md") == current(text_of("metrics.md")), "run: make docs"


def test_every_route_is_documented(workspace: Workspace) -> None:
    assert set(routes(workspace)) - entries(text_of("http.md")) == set()


async def test_every_metric_is_documented(workspace: Workspace) -> None:
    workspace.settings = quick(workspace.settings)
    # Some are there only while hits are taken.
    async with running(workspace, [GROUND, *load_rooms()], {}):
        told = set(metrics(registry_of(workspace)))

    assert "oboro_audit_difference" in told
    assert told - entries(text_of("http.md")) == set()


def test_every_command_and_option_is_documented() -> None:
    assert text_of("cli.md") == cli_page(), "run: make docs"


def test_every_command_says_what_it_and_its_options_are_for() -> None:
    silent = [name for name, command in commands() if not command.help]
    silent += [
        f"{name} {option.opts[0]}"
        for name, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert silent == []


def test_every_decision_is_in_the_index() -> None:
    index = text_of("decisions/README.md")
    files = {path.name for path in (DOCS / "decisions").glob("*.md")} - {"README.md"}

    assert {name for name in files if f"]({name})" not in index} == set()


def test_every_link_between_files_leads_somewhere() -> None:
    dangling = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists() and link != "other.md"
    ]

    assert dangling == []


def test_every_page_of_the_docs_is_found_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert {
        page.name for page in DOCS.glob("*.md") if f"](docs/{page.name})" not in readme
    } == set()


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("settings.md", "OBORO_PORT"),
        ("http.md", "bot"),
        ("http.md", "GET /metrics"),
        ("metrics.md", "page"),
        ("cli.md", "oboro serve"),
    ],
)
def test_what_is_taken_out_of_a_page_is_missed(page: str, name: str) -> None:
    text = text_of(page)
    gone = "\n".join(line for line in text.splitlines() if not re.match(rf"\W*{name}\b", line))

    assert (name in entries(text), name in entries(gone)) == (True, False)
