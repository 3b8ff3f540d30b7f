"""Read what GoatCounter's ``count.js`` and its pixel send to ``/count``.

A hit there names no site: it is that of the page that sent it, or the host it was sent to.
"""

from __future__ import annotations

from collections.abc import Mapping

from collector.dialects.native import Hit, checked
from collector.dialects.said import (
    Asked,
    Heard,
    Said,
    host_of,
    parameters_of,
    sites_in,
    width_in,
)
from collector.unreadable import Unreadable

LONGEST_PATH = 2048
FIRST_BOT = 150
"""From here on, ``b`` says which automation the script has found itself in."""
_CALLED = {"url": "p", "name": "p", "referrer": "r", "site": "the page's host"}


def read(asked: Asked) -> Heard:
    """Return the hit in the query of *asked*."""
    values = parameters_of(asked.query)
    path = values.get("p", "")
    if not path:
        raise Unreadable(400, "p is missing; it must be the path of the page", "p")
    if len(path) > LONGEST_PATH:
        raise Unreadable(400, f"p is longer than {LONGEST_PATH} characters", "p")
    host = host_of(asked.page)
    is_event = values.get("e", "").lower() in ("1", "true")
    url = _page_of_event(asked.page) if is_event else url_of(host, path, values.get("q", ""))
    sites = sites_in(f"goatcounter:{asked.host}" if asked.host else "", host, asked.host)
    hit = Hit(
        site=sites[0] if sites else "",
        url=url,
        referrer=values.get("r", ""),
        width=width_in(values.get("s", "")),
        title=values.get("t", ""),
        name=path if is_event else None,
        automated=_automated(values),
    )
    return Heard([Said(sites, checked(hit, _CALLED))])


def url_of(host: str, path: str, search: str) -> str:
    """Return the address of the page at *path*; *search* is its query."""
    path = f"/{path.lstrip('/')}"
    if search and "?" not in path:
        path = f"{path}?{search.lstrip('?')}"
    return f"https://{host}{path}" if host else path


def _page_of_event(page: str) -> str:
    # The event's name stands where a view's path does; the page is known from the request alone.
    return page if host_of(page) else "/"


def _automated(values: Mapping[str, str]) -> bool:
    hint = values.get("b", "") or "0"
    if not hint.isascii() or not hint.isdigit() or 0 < int(hint[:9]) < FIRST_BOT:
        raise Unreadable(400, f"b cannot be read; it must be 0, or {FIRST_BOT} and more", "b")
    return int(hint[:9]) >= FIRST_BOT
