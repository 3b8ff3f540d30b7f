"""Tell whether a piece of a path could point at a person: an address, a number, a token."""

from __future__ import annotations

import re
import unicodedata

MASK = ":id"
LONGEST_RUN = 5
"""Digits in a row that may stay: years and page numbers do, numbers of people do not."""

_MAIL = re.compile(r"[^\s@]@[^\s@]|@[^\s@]+\.[^\s@]")
_DIGITS = re.compile(rf"\d{{{LONGEST_RUN + 1},}}")
# Digits with marks between them, as in telephone, card and individual numbers.
_SPACED = re.compile(r"\d(?:[\s.()_+·•・‐-―ー−-]{0,2}\d){5,}")
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d([-._])(?:0?[1-9]|1[0-2])(?:\1(?:0?[1-9]|[12]\d|3[01]))?(?!\d)"
)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_WEB_TOKEN = re.compile(r"eyJ[\w-]{5,}")
_PIECE = re.compile(r"[A-Za-z0-9]+")
# How words and numbers are written in addresses: "grep", "Linux", "RFC", "php8", "2nd", "10px".
_WORD = re.compile(r"(?:[a-z]+|[A-Z][a-z]+|[A-Z]+)\d{0,3}|\d{1,5}[a-z]{0,3}")
_SHORT = "A[nst]|B[ey]|I[nst]|My|No|O[fnr]|To|U[ps]|We"
_CAMEL = re.compile(rf"[a-z]*(?:[A-Z][a-z]{{2,}}|{_SHORT}|[A-Z]{{2,4}}(?=[A-Z]|$))+\d{{0,3}}")
_CLASS_CHANGE = re.compile(r"(?<=\d)(?=[A-Za-z])|(?<=[A-Za-z])(?=\d)")
_ODD_LETTERS = 10
"""Characters in pieces that are neither words nor numbers, at which the whole is a token."""
_LONG_PIECE = 32
"""Letters without a break at which even a word in lower case is taken for a token."""


def points_at_someone(text: str, *, longest_run: int = LONGEST_RUN) -> bool:
    """Tell whether *text* looks like an e-mail address, a number of a person, or a token.

    *longest_run* is raised for declared query keys, whose values may be page numbers.

    >>> [points_at_someone(t) for t in ("taro@example.jp", "03-1234-5678", "2026-11-23", "news-5")]
    [True, True, False, False]
    """
    # Full-width and styled digits and signs count as what they look like.
    folded = unicodedata.normalize("NFKC", text)
    return (
        _MAIL.search(folded) is not None
        or _has_number_of_someone(folded, longest_run)
        or _UUID.search(folded) is not None
        or _WEB_TOKEN.search(folded) is not None
        or _is_token(folded)
    )


def has_mail_address(text: str) -> bool:
    """Tell whether *text* holds what looks like an e-mail address."""
    return _MAIL.search(unicodedata.normalize("NFKC", text)) is not None


def _has_number_of_someone(text: str, longest_run: int) -> bool:
    without_dates = _DATE.sub(" / ", text)
    if longest_run == LONGEST_RUN:
        return bool(_DIGITS.search(text) or _SPACED.search(without_dates))
    return any(
        sum(map(str.isdecimal, found[0])) > longest_run for found in _SPACED.finditer(without_dates)
    )


def _is_token(text: str) -> bool:
    odd = whole = 0
    for piece in _PIECE.findall(text):
        whole += len(piece)
        if _CAMEL.fullmatch(piece):
            continue
        if len(piece) >= _LONG_PIECE:
            return True
        if not _WORD.fullmatch(piece):
            odd += len(piece)
            if len(piece) >= 12 and len(_CLASS_CHANGE.findall(piece)) >= 3:
                return True
    return whole >= 20 and odd >= _ODD_LETTERS
