"""The dashboards' words: those that every page shares, and those in ``locales/`` beside this."""

from __future__ import annotations

from oboro.words import Words, words_of


def words_in(language: str) -> Words:
    """Return the words of *language*, one of `oboro.words.LANGUAGES`."""
    return words_of("dashboards", language)
