"""Read what is sent to GoatCounter's ``/api/v0/count``: a list of hits, with a site's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collector.dialects.goatcounter import FIRST_BOT, LONGEST_PATH, url_of
from collector.dialects.native import Hit, checked
from collector.dialects.said import Asked, Heard, Problem, Said, object_in, text_in, width_in
from collector.dialects.stated import is_opted_out, stated_in
from collector.unreadable import Unreadable

MOST_HITS = 500
_CALLED = {"url": "path", "name": "path", "referrer": "ref"}


def read(asked: Asked) -> Heard:
    """Return the hits in *asked*, and which of its places hold none."""
    hits = object_in(asked.body).get("hits")
    if not isinstance(hits, list) or not hits:
        raise Unreadable(400, "no hits: hits must be a list of objects", "hits")
    if len(hits) > MOST_HITS:
        raise Unreadable(400, f"hits holds more than {MOST_HITS}; send it in pieces", "hits")
    said: list[Said] = []
    problems: list[Problem] = []
    for place, each in enumerate(hits):
        try:
            if not isinstance(each, dict):
                raise Unreadable(400, "it is not an object")
            if not is_opted_out(each):
                said.append(_said(each, asked.site, place))
        except Unreadable as unreadable:
            problems.append(Problem(place, unreadable.message, unreadable.field))
    return Heard(said, problems)


def _said(values: Mapping[str, Any], site: str, place: int) -> Said:
    path = text_in(values, "path")
    if not path:
        raise Unreadable(400, "path is missing; it must be the path of the page", "path")
    if len(path) > LONGEST_PATH:
        raise Unreadable(400, f"path is longer than {LONGEST_PATH} characters", "path")
    is_event = values.get("event") in (True, 1, "true", "1")
    hit = Hit(
        site=site,
        url="/" if is_event else url_of(site, path, text_in(values, "query")),
        referrer=text_in(values, "ref"),
        width=_width(values.get("size")),
        title=text_in(values, "title"),
        name=path if is_event else None,
        automated=_automated(values.get("bot")),
    )
    stated = stated_in(
        values, address="ip", agent="user_agent", language="language", at="created_at"
    )
    return Said((site,), checked(hit, _CALLED), place, stated)


def _width(size: object) -> int | None:
    """Return the first of the numbers of *size*: a list, or text like ``1920,1080,1``."""
    if isinstance(size, list):
        size = size[0] if size else None
    if isinstance(size, int | float) and not isinstance(size, bool):
        return int(size) if 0 <= size < 100_000 else None
    return width_in(size) if isinstance(size, str) else None


def _automated(bot: object) -> bool:
    if bot is None or bot == 0:
        return False
    if isinstance(bot, int) and not isinstance(bot, bool) and bot >= FIRST_BOT:
        return True
    raise Unreadable(400, f"bot cannot be read; it must be 0, or {FIRST_BOT} and more", "bot")
