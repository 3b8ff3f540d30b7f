"""Choose the language of an answer: what the address says, else what the browser prefers."""

from __future__ import annotations

from babel import negotiate_locale

from oboro.words import FALLBACK, LANGUAGES


def chosen_language(asked: str | None, accepted: str) -> str:
    """Return one of LANGUAGES. *asked* comes from the address, *accepted* from the header.

    >>> chosen_language(None, "fr, ja;q=0.8, en;q=0.9")
    'en'
    >>> chosen_language("ja", "en")
    'ja'
    """
    if asked in LANGUAGES:
        return asked
    return negotiate_locale(_by_preference(accepted), LANGUAGES, sep="-") or FALLBACK


def _by_preference(accepted: str) -> list[str]:
    ranked: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if tag and weight > 0:
            ranked.append((-weight, tag))
    return [tag for _, tag in sorted(ranked, key=lambda pair: pair[0])]
