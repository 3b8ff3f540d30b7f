"""Make an `Arrival` of a request; of the visitor's address only the truncated network is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from socket import AF_INET, AF_INET6, inet_pton
from typing import TypedDict, Unpack

from multidict import MultiMapping

from collector.arrival import Arrival
from collector.kind import Kind
from oboro.settings import Network

HINTS = (
    "Sec-CH-UA",
    "Sec-CH-UA-Mobile",
    "Sec-CH-UA-Platform",
    "Sec-CH-UA-Platform-Version",
    "Sec-Purpose",
    "Purpose",
    "X-Purpose",
    "X-Moz",
)
"""Headers that admission or coarsening reads besides agent and language."""


class Said(TypedDict, total=False):
    """What a page says of a hit, besides its address; see `Arrival`."""

    referrer: str
    kind: Kind
    name: str
    target: str
    search: str
    props: Mapping[str, object]
    engaged: float
    scroll: int
    width: int | None


AUTOMATED = "automated"
"""The hint that the sender itself says no person is behind the hit; no header has this name."""
LONGEST_AGENT = 1024
LONGEST_LANGUAGE = 256
_MAPPED = bytes(10) + b"\xff\xff"
_MOST_HOPS = 50


def arrival_of(
    *,
    site: str,
    at: datetime,
    peer: str | None,
    headers: MultiMapping[str],
    trusted: Sequence[Network],
    url: str,
    automated: bool = False,
    **said: Unpack[Said],
) -> Arrival:
    """Return the arrival that a request from *peer* with *headers* makes; *said* is its page's."""
    hints = {name.lower(): plain(headers[name]) for name in HINTS if name in headers}
    if automated:
        hints[AUTOMATED] = "1"
    return Arrival(
        network=network_behind(peer, headers, trusted),
        site=site,
        at=at,
        agent=plain(headers.get("User-Agent", ""))[:LONGEST_AGENT],
        language=plain(headers.get("Accept-Language", ""))[:LONGEST_LANGUAGE],
        url=url,
        hints=hints,
        **said,
    )


def stated_arrival(
    *,
    site: str,
    at: datetime,
    network: bytes,
    agent: str,
    language: str,
    hints: Mapping[str, str],
    url: str,
    automated: bool,
    late: bool,
    **said: Unpack[Said],
) -> Arrival:
    """Return the arrival that a site's own server tells of; *said* is its page's.

    *agent*, *language* and *hints* were made plain and cut where they were read.
    """
    return Arrival(
        network=network,
        site=site,
        at=at,
        agent=agent,
        language=language,
        url=url,
        hints={**hints, AUTOMATED: "1"} if automated else hints,
        late=late,
        **said,
    )


def network_behind(
    peer: str | None, headers: MultiMapping[str], trusted: Sequence[Network]
) -> bytes:
    """Return the truncated network of the visitor: of *peer*, or of whom it forwards for.

    Forwarded headers are read only when *peer* is a trusted proxy, from the right, past other
    trusted proxies, to the first address that is not: what stands left of it, anybody can write.
    Only the truncated network leaves this function.
    """
    if not trusted:
        return network_of(peer or "")
    hop = peer or ""
    if not _is_trusted(hop, trusted):
        return network_of(hop)
    for forwarded in _forwarded_for(headers):
        hop = forwarded
        if not _is_trusted(hop, trusted):
            break
    return network_of(hop)


def network_of(address: str) -> bytes:
    """Return the packed /24 (4 bytes) or /48 (16 bytes) of *address*; empty when it is none.

    >>> network_of("192.0.2.77").hex(), network_of("::ffff:192.0.2.77").hex()
    ('c0000200', 'c0000200')
    >>> network_of("2001:db8:1:2::3").hex(), network_of("unknown")
    ('20010db8000100000000000000000000', b'')
    """
    try:
        if ":" not in address:
            return inet_pton(AF_INET, address)[:3] + b"\0"
        packed = inet_pton(AF_INET6, address.partition("%")[0])
    except (OSError, ValueError):
        return b""
    if packed[:12] == _MAPPED:
        return packed[12:15] + b"\0"
    return packed[:6] + bytes(10)


def is_from_proxy(peer: str | None, trusted: Sequence[Network]) -> bool:
    """Tell whether the request came through a trusted proxy."""
    return bool(trusted) and _is_trusted(peer or "", trusted)


def plain(text: str) -> str:
    """Return *text* so that it can be encoded: headers may hold halves of broken characters."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _forwarded_for(headers: MultiMapping[str]) -> Iterable[str]:
    """Return the addresses of the one forwarding header that is there, the nearest hop first."""
    if "X-Forwarded-For" in headers:
        hops = _elements(headers.getall("X-Forwarded-For"))
    elif "Forwarded" in headers:
        hops = [_said_of(element, "for") for element in _elements(headers.getall("Forwarded"))]
    else:
        hops = [headers.get("X-Real-IP", "")] if "X-Real-IP" in headers else []
    return [_without_port(hop) for hop in reversed(hops[-_MOST_HOPS:])]


def _elements(values: Iterable[str]) -> list[str]:
    return [element.strip() for value in values for element in value.split(",")]


def _said_of(element: str, wanted: str) -> str:
    """Return what an *element* of ``Forwarded`` says under the key *wanted*."""
    for parameter in element.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == wanted:
            return value.strip().strip('"')
    return ""


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _is_trusted(hop: str, trusted: Sequence[Network]) -> bool:
    try:
        packed = inet_pton(AF_INET6 if ":" in hop else AF_INET, hop.partition("%")[0])
    except (OSError, ValueError):
        return False
    if packed[:12] == _MAPPED and len(packed) == 16:
        packed = packed[12:]
    address, length = int.from_bytes(packed), len(packed)
    for bytes_long, mask, base in _RANGES.of(trusted):
        if bytes_long == length and address & mask == base:
            return True
    return False


class _Ranges:
    """Networks as numbers, which compare in a tenth of the time; those asked for last are kept."""

    __slots__ = ("_networks", "_numbers")

    def __init__(self) -> None:
        self._networks: Sequence[Network] = ()
        self._numbers: Sequence[tuple[int, int, int]] = ()

    def of(self, networks: Sequence[Network]) -> Sequence[tuple[int, int, int]]:
        """Return the bytes of an address, the mask and the base of each of *networks*."""
        if networks is not self._networks:
            self._numbers = [
                (network.max_prefixlen // 8, int(network.netmask), int(network.network_address))
                for network in networks
            ]
            self._networks = networks
        return self._numbers


_RANGES = _Ranges()


def came_by_https(
    scheme: str, peer: str | None, headers: MultiMapping[str], trusted: Sequence[Network]
) -> bool:
    """Tell whether the visitor's own connection is encrypted, as a trusted proxy says or we see."""
    if is_from_proxy(peer, trusted):
        if "X-Forwarded-Proto" in headers:
            scheme = _elements(headers.getall("X-Forwarded-Proto"))[-1].lower()
        elif "Forwarded" in headers:
            said = _said_of(_elements(headers.getall("Forwarded"))[-1], "proto")
            scheme = said.lower() or scheme
    return scheme == "https"
