"""Build arrivals of an ordinary visitor; a test names only what matters to it."""

from __future__ import annotations

from typing import Any

from collector.arrival import Arrival
from tests.support.workspace import NOON

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1"
)
NETWORK = bytes((192, 0, 2, 0))


def an_arrival(**changed: Any) -> Arrival:
    """Return a view of a page of example.jp by somebody with Chrome on Windows."""
    values: dict[str, Any] = {
        "site": "example.jp",
        "at": NOON,
        "network": NETWORK,
        "agent": CHROME,
        "language": "ja,en;q=0.5",
        "url": "https://example.jp/kurashi/gomi.html",
        "width": 1440,
    }
    return Arrival(**{**values, **changed})
