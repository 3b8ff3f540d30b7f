"""Tell a form sent from our own pages from one that another site had the browser send."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """Return whether a request that changes something may have come from our own page.

    Browsers name where a form comes from; a program that names nothing is nobody's victim.

    >>> is_same_origin({"Host": "127.0.0.1:8000", "Origin": "https://elsewhere.example"})
    False
    """
    fetched = headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = headers.get("Origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == headers.get("Host")
    except ValueError:
        return False
