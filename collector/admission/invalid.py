"""Refuse an arrival that is not at a page of the web."""

from __future__ import annotations

import re

from collector.arrival import Arrival
from oboro.outcomes import Outcome
from oboro.sites import Site

_PAGE = re.compile(r"\s*(?:https?:)?[/\\]", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_invalid(arrival: Arrival, _site: Site) -> Outcome | None:
    """Object to an address that is no http(s) address and no path, or holds control characters."""
    if _PAGE.match(arrival.url) and not _CONTROL.search(arrival.url):
        return None
    return Outcome.INVALID
