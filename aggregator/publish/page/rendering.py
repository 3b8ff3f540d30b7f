"""Fill a template of the published site in one language."""

from __future__ import annotations

from typing import Any

from oboro.facts import OTHER
from oboro.formats import Formats
from oboro.names import readable
from oboro.publication import PublishedTable
from oboro.templates import templates_of
from oboro.words import LANGUAGES, Words, words_of

PACKAGE = "aggregator.publish.page"


def words_in(language: str) -> Words:
    """Return the published pages' words in *language*."""
    return words_of(PACKAGE, language)


def formats_in(language: str) -> Formats:
    """Return how numbers and days are written in *language*."""
    return Formats(words_in(language).locale)


def filled(template: str, language: str, **shown: Any) -> bytes:
    """Return *template* as a file; nothing but *shown* and the words goes into it."""
    words = words_in(language)

    def named(table: PublishedTable, key: str) -> str:
        if table.name == "pages" and key == OTHER:
            return words("value.unlisted")
        return readable(table.topic, key, words)

    text = (
        templates_of(PACKAGE)
        .get_template(template)
        .render(
            t=words,
            lang=language,
            languages=LANGUAGES,
            words_of=words_in,
            form=formats_in(language),
            named=named,
            **shown,
        )
    )
    return text.encode()
