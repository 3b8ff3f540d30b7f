"""Words in every language, from ``.po`` files: what all pages share, and what a room adds.

A room keeps its own texts in ``locales/`` of its package; those that several rooms show (names of
values and of languages) lie in ``oboro/locales/``, so that each is worded once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.messages.pofile import read_po

LANGUAGES = ("ja", "en")
FALLBACK = "en"
"""The language of whoever prefers neither."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words by key; a text with a count has a form for each plural."""

    locale: Locale
    texts: Mapping[str, tuple[str, ...]]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of *key* with *values* put in; plain text, escaped where it is shown."""
        return _filled(self.texts[key][0], values)

    def counted(self, key: str, count: int, **values: object) -> str:
        """Return the form of *key* that goes with *count*."""
        forms = self.texts[key]
        return _filled(forms[min(self._form(count), len(forms) - 1)], values)

    def get(self, key: str) -> str | None:
        """Return the text of *key*, or nothing when the language has none."""
        forms = self.texts.get(key)
        return forms[0] if forms else None

    def _form(self, count: int) -> int:
        return 0 if self.locale.plural_form(count) == "one" else 1


def _filled(text: str, values: Mapping[str, object]) -> str:
    return text % values if values else text.replace("%%", "%")


@cache
def words_of(package: str, language: str) -> Words:
    """Return the shared words of *language*, one of LANGUAGES, with those of *package*."""
    texts = {**_read("oboro", language), **_read(package, language)}
    return Words(Locale.parse(language), texts)


def _read(package: str, language: str) -> dict[str, tuple[str, ...]]:
    path = files(package).joinpath("locales", f"{language}.po")
    with path.open("rb") as file:
        catalog = read_po(file, locale=language, abort_invalid=True)
    return {_key(m.id): _forms(m.string) for m in catalog if m.id}


def _key(identity: str | tuple[str, ...] | list[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str | None) else tuple(string)
