"""Read what Plausible's trackers and its events API send to ``/api/event``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from collector.dialects.native import LINKS, Hit, checked
from collector.dialects.said import (
    Asked,
    Heard,
    Said,
    host_of,
    object_in,
    routed_by_fragment,
    sites_in,
    text_in,
)
from collector.kind import Kind
from collector.unreadable import Unreadable

LONGEST_URL = 2000
LONGEST_NAME = 120
_MOST_DOMAINS = 10
KINDS = {
    "pageview": Kind.VIEW,
    "engagement": Kind.ENGAGEMENT,
    "Outbound Link: Click": Kind.OUTBOUND,
    "File Download": Kind.DOWNLOAD,
    "404": Kind.NOT_FOUND,
}
"""Names that their trackers give by themselves; every other one is an event's."""
NAMES = {"Form: Submission": "form"}
"""What our own tracker calls events that theirs gives a name by itself."""
_CALLED = {"site": "domain", "name": "name", "url": "url", "referrer": "referrer"}


def read(asked: Asked) -> Heard:
    """Return the hit in *asked*, once for each domain that it names."""
    values = object_in(asked.body)
    name = _name(values)
    url = _url(values)
    props = _props(values)
    kind = KINDS.get(name, Kind.EVENT)
    if kind in LINKS and not _url_in(props):
        raise Unreadable(400, "props cannot be read; they must have the link's url", "props")
    referrer = text_in(values, "r", "referrer")[:LONGEST_URL]
    named = text_in(values, "d", "domain") or host_of(url)
    domains = sites_in(*(each.strip() for each in named.split(",")))
    if len(domains) > _MOST_DOMAINS:
        raise Unreadable(400, f"domain names more than {_MOST_DOMAINS} sites", "domain")
    return Heard(
        [
            Said(
                (domain,),
                checked(
                    Hit(
                        site=domain,
                        url=url,
                        referrer=referrer,
                        type=kind,
                        name=NAMES.get(name, name) if kind is Kind.EVENT else None,
                        target=_url_in(props) if kind in LINKS else None,
                        engaged=(_number(values, "e") or 0) / 1000,
                        scroll=_number(values, "sd"),
                        props=props,
                    ),
                    _CALLED,
                ),
            )
            for domain in domains or ("",)
        ]
    )


def _number(values: Mapping[str, Any], name: str) -> float | None:
    number = values.get(name)
    if not isinstance(number, int | float) or isinstance(number, bool):
        return None
    try:
        return float(number)
    except OverflowError:
        # JSON knows whole numbers of any length.
        return None


def _url_in(props: Mapping[str, Any] | None) -> str:
    return text_in(props, "url") if props else ""


def _name(values: Mapping[str, Any]) -> str:
    name = values.get("n", values.get("name"))
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not name.strip():
        raise Unreadable(400, "name is missing; it must be text, such as pageview", "name")
    if len(name) > LONGEST_NAME:
        raise Unreadable(400, f"name is longer than {LONGEST_NAME} characters", "name")
    return name


def _url(values: Mapping[str, Any]) -> str:
    url = text_in(values, "u", "url")
    if len(url) > LONGEST_URL:
        raise Unreadable(400, f"url is longer than {LONGEST_URL} characters", "url")
    return routed_by_fragment(url) if values.get("h", values.get("hashMode")) == 1 else url


def _props(values: Mapping[str, Any]) -> dict[str, Any] | None:
    props = next((values[key] for key in ("p", "props", "m", "meta") if values.get(key)), None)
    if isinstance(props, str):
        try:
            props = msgspec.json.decode(props)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            props = None
    return props if isinstance(props, dict) else None
