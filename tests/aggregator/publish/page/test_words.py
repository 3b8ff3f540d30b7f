"""Published pages have every word in both languages, and none outside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aggregator.publish import page
from aggregator.publish.page.rendering import words_in
from oboro.words import LANGUAGES
from tests.support.template_words import words_outside

TEMPLATES = sorted((Path(page.__file__).parent / "templates").glob("*.html"))
COMMANDS = {
    *("sha256sum", "check", "quiet", "minisign", "V", "p", "m", "oboro", "pub", "verify"),
    *("SHA256SUMS", "data", "pages", "csv", "publications", "json", "ε"),
}
"""What stands in a template as a person types it, or as a file is called."""


def placeholders(forms: tuple[str, ...]) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", " ".join(forms)))


def test_both_languages_have_the_same_keys_and_ask_for_the_same_values() -> None:
    japanese, english = (words_in(language).texts for language in LANGUAGES)

    assert set(japanese) == set(english)
    assert {key: placeholders(japanese[key]) for key in japanese} == {
        key: placeholders(english[key]) for key in english
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert [key for key, forms in words_in(language).texts.items() if not all(forms)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_word_stands_in_a_template(template: Path) -> None:
    outside = words_outside(template.read_text(encoding="utf-8"))

    assert [word for word in outside if not set(re.findall(r"\w+", word)) <= COMMANDS] == []
