"""Refuse what a browser fetches ahead: nobody has seen the page, and perhaps nobody will."""

from __future__ import annotations

import re

from collector.arrival import Arrival
from oboro.outcomes import Outcome
from oboro.sites import Site

_HEADERS = ("sec-purpose", "purpose", "x-purpose", "x-moz")
_AHEAD = re.compile(r"\b(?:prefetch|prerender|preview)\b", re.IGNORECASE)


def is_prefetch(arrival: Arrival, _site: Site) -> Outcome | None:
    """Object when the request says that it runs ahead of the visitor."""
    hints = arrival.hints
    if hints and any(_AHEAD.search(hints.get(name, "")) for name in _HEADERS):
        return Outcome.PREFETCH
    return None
