"""Find words that a template shows by itself, in one language only."""

from __future__ import annotations

import re

import jinja2

OURS = {"Oboro", "doctype", "html", "×", "–", "www.example.jp"}
"""What stands in templates as it is: a name, signs, and an example."""


def words_outside(source: str) -> list[str]:
    """Return the words that *source* shows by itself: in its text, or in attributes people read."""
    lexed = jinja2.Environment().lex(source)
    data = "".join(text if kind == "data" else "\0" for _, kind, text in lexed)
    read_out = re.findall(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"', data)
    text = re.sub(r"<[^>]*>", " ", data)
    words = re.findall(r"[^\W\d_][^\s\0]*", " ".join([*read_out, text]))
    return [word for word in words if word not in OURS]
