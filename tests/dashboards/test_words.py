"""Every word of the pages exists in both languages, and nothing is worded outside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dashboards
from collector.coarsen.classes import PERCENT, SECONDS
from collector.coarsen.screen import CLASSES
from collector.coarsen.sources import CHANNELS
from dashboards.operators.choice import CUSTOM, PRESETS
from dashboards.operators.panels import PANELS
from dashboards.operators.publishing import Standing
from dashboards.visitors.choice import State
from dashboards.visitors.demo import TOWNS, words_key
from dashboards.words import words_in
from oboro.commands.schema import read_schema
from oboro.operations import quiet
from oboro.outcomes import Outcome
from oboro.policy import Cadence
from oboro.topics import METRICS, SINGLES, STEPS, TOPICS, Counted
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.support.template_words import words_outside

TEMPLATES = sorted((Path(dashboards.__file__).parent / "templates").glob("*.html"))
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
NAMED_IN_TEMPLATES = re.compile(r"""\bt(?:\.counted|\.get)?\(\s*["']([a-z_.0-9]+)["'](?!\s*~)""")


def named_elsewhere() -> set[str]:
    """Return the keys that are put together from what the program has."""
    keys = {f"topic.{topic.name}" for topic in SINGLES} | {f"topic.{step}" for step in STEPS}
    keys |= {f"purpose.{topic}" for topic in TOPICS}
    keys |= {f"metric.{metric}" for metric in METRICS}
    keys |= {f"focus.meaning.{counted.name.lower()}" for counted in Counted}
    keys |= {f"period.{name}" for name in (*PRESETS, CUSTOM)}
    keys |= {f"panel.{panel}" for panel in PANELS}
    keys |= {f"publication.{standing}" for standing in Standing}
    keys |= {f"publication.lead.{cadence}" for cadence in Cadence} | {"publication.totals"}
    keys |= {f"panel.empty.{topic}" for topics in PANELS.values() for topic in topics}
    keys |= {f"value.channel.{channel}" for channel in CHANNELS}
    keys |= {f"value.device.{device}" for device in ("mobile", "tablet", "desktop")}
    keys |= {f"value.screen.{width}" for width in CLASSES}
    keys |= {f"value.time.{length}" for length in SECONDS}
    keys |= {f"value.scroll.{depth}" for depth in PERCENT}
    keys |= {f"value.outcome.{outcome}" for outcome in Outcome}
    keys |= {f"optout.{state}{part}" for state in State for part in ("", ".text")}
    keys |= {
        f"{words_key(town, path)}.{part}"
        for town in TOWNS.values()
        for path in (*town.paths, *town.sections, "/", "/nothing/")
        for part in ("title", "text")
    }
    return keys


def test_both_languages_have_the_same_keys() -> None:
    japanese, english = (set(words_in(language).texts) for language in LANGUAGES)

    assert japanese == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    empty = [key for key, forms in words_in(language).texts.items() if not all(forms)]

    assert empty == []


def test_translations_ask_for_the_same_values() -> None:
    japanese, english = (words_in(language).texts for language in LANGUAGES)
    differing = [
        key
        for key in japanese
        if {frozenset(PLACEHOLDER.findall(form)) for form in japanese[key]}
        != {frozenset(PLACEHOLDER.findall(form)) for form in english[key]}
        and {name for form in english[key] for name in PLACEHOLDER.findall(form)}
        != {name for form in japanese[key] for name in PLACEHOLDER.findall(form)}
    ]

    assert differing == []


def test_every_text_that_a_page_names_exists() -> None:
    named = {
        key
        for template in TEMPLATES
        for key in NAMED_IN_TEMPLATES.findall(template.read_text(encoding="utf-8"))
    }

    assert len(named) > 100
    assert (named | named_elsewhere()) - set(words_in("en").texts) == set()


def test_the_purposes_on_the_notice_are_those_of_the_topics() -> None:
    english = words_in("en")

    assert {name: english(f"purpose.{name}") for name in TOPICS} == {
        name: topic.purpose for name, topic in TOPICS.items()
    }


async def test_every_table_and_column_of_the_store_is_explained(workspace: Workspace) -> None:
    schema = await read_schema(workspace, {}, quiet)
    comments = {table["purpose"] for table in schema["tables"]}
    comments |= {column["purpose"] for table in schema["tables"] for column in table["columns"]}

    assert "page views to add" in comments
    assert comments - set(words_in("ja").texts) == set()


def test_the_right_plural_is_taken() -> None:
    english = words_in("en")

    assert english.counted("live.total", 1, n=1) == "1 view in 30 minutes"
    assert english.counted("live.total", 0, n=0) == "0 views in 30 minutes"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_word_stands_in_a_template(template: Path) -> None:
    assert words_outside(template.read_text(encoding="utf-8")) == []


def test_a_word_in_a_template_is_found() -> None:
    assert words_outside('<p title="Hello">{{ t("x") }} there</p>') == ["Hello", "there"]
