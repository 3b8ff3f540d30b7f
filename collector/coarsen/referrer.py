"""Turn a referrer and campaign marks into where a visit came from; paths and queries go."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from urllib.parse import unquote_plus

import idna
from publicsuffixlist import PublicSuffixList

from collector.coarse import Origin
from collector.coarsen.masking import points_at_someone
from collector.coarsen.path import clean, split_address
from collector.coarsen.sources import (
    CAMPAIGN,
    DIRECT_CHANNEL,
    NAMES,
    PAID,
    REFERRAL,
    Source,
    source_of,
)
from oboro.facts import DIRECT, OTHER

_LONGEST_HOST = 253
_APP = re.compile(r"android-app://([A-Za-z0-9_.]{1,100})", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?", re.ASCII)

_PAID_CLICK = re.compile(
    r"(?:^|&)(?:gclid|gbraid|wbraid|dclid|msclkid|yclid|ttclid|twclid|ldtag_cl|rdt_cid|ScCid)=",
    re.ASCII,
)
"""Keys that advertisers add to paid links; of a key that free links carry too, nothing is said."""
_PAID_MEDIUM = re.compile(
    r"(?:.*[-_ ])?(?:cp[acmv]|ppc|paid|display|banner|retargeting|sem|listing|ads?)(?:[-_ ].*)?"
    r"|paid.*",
    re.IGNORECASE | re.DOTALL,
)

DIRECT_ORIGIN = Origin(source=DIRECT, channel=DIRECT_CHANNEL, referrer="", campaign="")
"""A visit that named no place; an empty referrer or campaign adds nothing to its topic."""


def origin_of(
    referrer: str, query: str, own_hosts: Collection[str], campaigns: Sequence[str]
) -> Origin | None:
    """Return where a hit came from; nothing when it came from one of *own_hosts*.

    *query* is that of the page's own address; of it only the campaign marks are read.

    >>> origin_of("https://www.google.co.jp/search", "", ("a.jp",), ())
    Origin(source='Google', channel='search', referrer='google.co.jp', campaign='')
    >>> origin_of("https://www.a.jp/b", "", ("a.jp",), ()) is None
    True
    """
    host = _host(referrer)
    if host and is_own(host, own_hosts):
        return None
    came_from = _came_from(referrer, host)
    paid_click = _PAID_CLICK.search(query) is not None
    marks = _marks(query) if "utm_" in query else {}
    if not marks:
        return replace(came_from, channel=PAID) if paid_click else came_from
    paid = paid_click or _PAID_MEDIUM.fullmatch(marks.get("utm_medium", "")) is not None
    return Origin(
        source=_marked_source(marks.get("utm_source", ""), came_from),
        channel=PAID if paid else CAMPAIGN,
        referrer=came_from.referrer,
        campaign=_declared(marks.get("utm_campaign", ""), campaigns),
    )


def is_marked(query: str) -> bool:
    """Tell whether *query* says anything of where a visit came from.

    >>> is_marked("utm_source=x"), is_marked("a=1&gclid=x"), is_marked("page=2")
    (True, True, False)
    """
    return "utm_" in query or ("id=" in query and _PAID_CLICK.search(query) is not None)


def domain_of(url: str) -> str:
    """Return the registrable domain that *url* leads to; ``(other)`` where there is none."""
    registrable = _registrable(_host(url))
    return OTHER if registrable is None else _shown(registrable)


def is_own(host: str, own_hosts: Collection[str]) -> bool:
    """Tell whether *host* is one of *own_hosts*, with or without ``www.`` in front."""
    return host in own_hosts or host.removeprefix("www.") in own_hosts


def referring_host(referrer: str) -> str:
    """Return the host of *referrer* in its ASCII form, without ``www.``; empty when it has none."""
    return _host(referrer).removeprefix("www.")


def _came_from(referrer: str, host: str) -> Origin:
    if app := _APP.match(referrer):
        named = source_of(app[1].lower(), "")
        return _origin(named or Source(OTHER, REFERRAL), OTHER)
    if not host:
        # Something that is no address of a page says as little as nothing.
        return DIRECT_ORIGIN
    registrable = _registrable(host)
    if registrable is None:
        return _origin(Source(OTHER, REFERRAL), OTHER)
    shown = _shown(registrable)
    return _origin(source_of(host, registrable) or Source(shown, REFERRAL), shown)


def _origin(source: Source, referrer: str) -> Origin:
    return Origin(source=source.name, channel=source.channel, referrer=referrer, campaign="")


def _host(referrer: str) -> str:
    address = split_address(referrer)
    if address is None or not address.host:
        return ""
    host = address.host
    if not host.startswith("["):
        host = host.partition(":")[0]
    host = host.rstrip(".")
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii").lower()
        except (idna.IDNAError, UnicodeError):
            return "(unreadable)"
    return host


def _registrable(host: str) -> str | None:
    if len(host) > _LONGEST_HOST or not all(_LABEL.fullmatch(part) for part in host.split(".")):
        return None
    # Nothing for an address in digits, a name without a dot, or an ending that does not exist.
    found: str | None = _suffixes().privatesuffix(host)
    return found


def _shown(domain: str) -> str:
    if "xn--" in domain:
        try:
            domain = clean(idna.decode(domain))
        except (idna.IDNAError, UnicodeError):
            return OTHER
    return OTHER if points_at_someone(domain) else domain


def _marks(query: str) -> dict[str, str]:
    marks: dict[str, str] = {}
    for part in query.split("&"):
        key, _, value = part.partition("=")
        if key.startswith("utm_") and value:
            marks.setdefault(key, unquote_plus(value)[:100])
    return marks


def _marked_source(marked: str, came_from: Origin) -> str:
    if came_from.source != DIRECT:
        return came_from.source
    named = NAMES.get(re.sub(r"[!\s]", "", marked.lower()))
    return named.name if named else OTHER


def _declared(campaign: str, declared: Sequence[str]) -> str:
    folded = campaign.casefold()
    return next((name for name in declared if name.casefold() == folded), OTHER)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
