"""Read what Umami's tracker sends to ``/api/send``, and what is sent to ``/api/batch``.

With a site's key the address, agent and time in a payload are taken for the visitor's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collector.dialects.native import Hit, checked
from collector.dialects.said import (
    NOTHING_TO_COUNT,
    Asked,
    Heard,
    Problem,
    Said,
    host_of,
    json_in,
    object_in,
    sites_in,
    text_in,
    width_in,
)
from collector.dialects.stated import is_opted_out, stated_in
from collector.unreadable import Unreadable

MOST_IN_BATCH = 500
_NOT_COUNTED = ("identify", "performance")
"""Types that say who somebody is, or how quick their browser was: neither is kept here."""
_CALLED = {"site": "website", "name": "name", "url": "url", "referrer": "referrer"}


def read(asked: Asked) -> Heard:
    """Return the hit in *asked*."""
    return _heard(object_in(asked.body), asked.site)


def read_batch(asked: Asked) -> Heard:
    """Return the hits of the list in *asked*, and which of its places hold none."""
    batch = json_in(asked.body)
    if not isinstance(batch, list) or len(batch) > MOST_IN_BATCH:
        raise Unreadable(400, f"the body is not a list of at most {MOST_IN_BATCH} objects")
    said: list[Said] = []
    problems: list[Problem] = []
    for place, each in enumerate(batch):
        try:
            if not isinstance(each, dict):
                raise Unreadable(400, "it is not an object")
            said += [one._replace(place=place) for one in _heard(each, asked.site).said]
        except Unreadable as unreadable:
            problems.append(Problem(place, unreadable.message, unreadable.field))
    return Heard(said, problems)


def _heard(values: Mapping[str, Any], key_site: str = "") -> Heard:
    kind, payload = values.get("type"), values.get("payload")
    if kind in _NOT_COUNTED:
        return NOTHING_TO_COUNT
    if kind != "event":
        raise Unreadable(400, "type cannot be read; it must be event", "type")
    if not isinstance(payload, dict):
        raise Unreadable(400, "payload is missing; it must be an object", "payload")
    if not key_site:
        return Heard([_said(payload)])
    if is_opted_out(payload):
        return NOTHING_TO_COUNT
    stated = stated_in(
        payload, address="ip", agent="userAgent", language="language", at="timestamp"
    )
    return Heard([_said(payload, key_site)._replace(stated=stated)])


def _said(payload: Mapping[str, Any], key_site: str = "") -> Said:
    website = text_in(payload, "website", "link", "pixel")
    hostname = text_in(payload, "hostname")
    url = text_in(payload, "url") or "/"
    if hostname and not host_of(url):
        url = f"https://{hostname}/{url.lstrip('/')}"
    data = payload.get("data")
    named = sites_in(f"umami:{website}" if website else "", host_of(url) or hostname)
    sites = named or sites_in(key_site)
    hit = Hit(
        site=sites[0] if sites else "",
        url=url,
        referrer=text_in(payload, "referrer"),
        width=width_in(text_in(payload, "screen")),
        title=text_in(payload, "title"),
        name=text_in(payload, "name") or None,
        props=data if isinstance(data, dict) else None,
    )
    return Said(sites, checked(hit, _CALLED))
