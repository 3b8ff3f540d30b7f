"""Read what Matomo's tracker and its kits send to ``matomo.php``, one by one and in bulk.

A token that a request carries is neither kept nor looked at here.
"""

from __future__ import annotations

from collections.abc import Mapping

from collector.dialects.native import Hit, checked
from collector.dialects.said import (
    NOTHING_TO_COUNT,
    Asked,
    Heard,
    Problem,
    Said,
    host_of,
    object_in,
    parameters_of,
    sites_in,
    width_in,
)
from collector.kind import Kind
from collector.unreadable import Unreadable

MOST_IN_BULK = 500
_CALLED = {"site": "idsite", "referrer": "urlref", "name": "e_a", "target": "link"}


def read(asked: Asked) -> Heard:
    """Return the hit in the query of *asked*, or in its body, or those of its body's list."""
    if asked.body.lstrip()[:1] == b"{":
        return _bulk(asked.body)
    return _heard({**_form(asked.body), **parameters_of(asked.query)})


def _form(body: bytes) -> dict[str, str]:
    try:
        return parameters_of(body.decode("ascii"))
    except UnicodeDecodeError:
        raise Unreadable(400, "the body is not a percent-encoded form; send it as that") from None


def _bulk(body: bytes) -> Heard:
    requests = object_in(body).get("requests")
    if not isinstance(requests, list) or len(requests) > MOST_IN_BULK:
        raise Unreadable(
            400, f"requests must be a list of at most {MOST_IN_BULK} queries", "requests"
        )
    said: list[Said] = []
    problems: list[Problem] = []
    for place, each in enumerate(requests):
        try:
            said += [one._replace(place=place) for one in _heard(_one_of_bulk(each)).said]
        except Unreadable as unreadable:
            problems.append(Problem(place, unreadable.message))
    return Heard(said, problems)


def _one_of_bulk(request: object) -> dict[str, str]:
    if isinstance(request, str):
        return parameters_of(request.partition("?")[2])
    if isinstance(request, dict):
        return {key: str(value) for key, value in request.items() if value is not None}
    raise Unreadable(400, "a request is neither a query nor an object")


def _heard(values: Mapping[str, str]) -> Heard:
    for name in ("idsite", "rec"):
        if not values.get(name):
            raise Unreadable(400, f"{name} is missing; it must be sent with each hit", name)
    if values["rec"] != "1" or _says_nothing(values):
        return NOTHING_TO_COUNT
    url = values.get("url", "")
    sites = sites_in(f"matomo:{values['idsite']}", host_of(url))
    hit = Hit(
        site=sites[0],
        url=url,
        referrer=values.get("urlref", ""),
        width=width_in(values.get("res", "")),
        title=values.get("action_name", ""),
        type=_kind(values),
        name=_event(values),
        target=values.get("link") or values.get("download"),
        search=values.get("search"),
    )
    return Heard([Said(sites, checked(hit, _CALLED))])


def _says_nothing(values: Mapping[str, str]) -> bool:
    """Tell whether it is a heartbeat, what content was seen, or how long a request took."""
    return "ping" in values or ("c_n" in values and "e_c" not in values)


def _event(values: Mapping[str, str]) -> str | None:
    category, action = values.get("e_c", ""), values.get("e_a", "")
    if category or action:
        return f"{category}: {action}" if category and action else category or action
    if goal := values.get("idgoal", ""):
        return "order" if goal == "0" else f"goal {goal}"
    return None


def _kind(values: Mapping[str, str]) -> Kind | None:
    if values.get("link"):
        return Kind.OUTBOUND
    return Kind.DOWNLOAD if values.get("download") else None
