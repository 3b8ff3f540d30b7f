"""Patterns by which operators name paths and hosts, and networks they can name: as they write them.

A pattern of paths begins with a slash; ``*`` stands for any run of characters, also for slashes. A
pattern of hosts is a host, or ``*.`` and a host, which stands for all below it.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from oboro.errors import UsageError
from oboro.hosts import checked_host

LONGEST = 200
_SHOWN = 40
"""Characters of a path that a refusal repeats."""
_FINEST = {4: 24, 6: 48}
"""The prefixes that addresses are cut to: nothing finer is known."""


def checked_path(pattern: str) -> str:
    """Return *pattern*; a `UsageError` when it is no pattern of paths.

    >>> checked_path("/admin/*")
    '/admin/*'
    """
    if not pattern.startswith("/"):
        raise UsageError(
            f"{pattern!r} is no path; write one from /, with * for any characters, like /admin/*"
        )
    if len(pattern) > LONGEST:
        raise UsageError(
            f"{pattern[:_SHOWN]!r}… has {len(pattern)} characters, and a path at most {LONGEST}; "
            "write * for a part of it"
        )
    return pattern


def checked_host_pattern(pattern: str) -> str:
    """Return *pattern* in its known form; a `UsageError` when it is no host and no ``*.host``."""
    if pattern.startswith("*."):
        return f"*.{checked_host(pattern[2:])}"
    return checked_host(pattern)


def checked_network(text: str) -> str:
    """Return the network that *text* names; a `UsageError` when it is none or finer than known.

    >>> checked_network("192.0.2.0/24")
    '192.0.2.0/24'
    """
    try:
        network = ip_network(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is no network; write one like 192.0.2.0/24 or 2001:db8::/48"
        ) from None
    finest = _FINEST[network.version]
    if network.prefixlen > finest:
        raise UsageError(
            f"{text} is finer than the /{finest} that addresses are cut to on arrival; "
            f"name at least {network.supernet(new_prefix=finest)}"
        )
    return str(network)


def checked_section(rule: str) -> str:
    """Return *rule* (``/path/*=Name``); a `UsageError` when it is none."""
    pattern, sign, name = rule.partition("=")
    if not sign or not name.strip() or len(name) > LONGEST:
        raise UsageError(f"{rule!r} is no rule; write one like /kurashi/*=Living")
    return f"{checked_path(pattern)}={name.strip()}"


def path_fits(path: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether *path* fits one of *patterns*.

    >>> path_fits("/admin/users", ("/admin/*",)), path_fits("/admin", ("/admin/*",))
    (True, False)
    """
    return any(_fits(path, _pieces(pattern)) for pattern in patterns)


def host_fits(host: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether *host* fits one of *patterns*.

    >>> host_fits("a.b.jp", ("*.b.jp",)), host_fits("b.jp", ("*.b.jp",))
    (True, False)
    """
    return any(
        host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
        for pattern in patterns
    )


def section_by(path: str, rules: tuple[str, ...]) -> str:
    """Return the name that the first fitting rule gives the section of *path*; else empty."""
    for rule in rules:
        pattern, _, name = rule.partition("=")
        if path_fits(path, (pattern,)):
            return name
    return ""


def network_fits(packed: bytes, networks: tuple[str, ...]) -> bool:
    """Tell whether the truncated network *packed* (4 or 16 bytes) lies in one of *networks*."""
    if not packed or not networks:
        return False
    version, number = (4 if len(packed) == 4 else 6), int.from_bytes(packed, "big")
    return any(
        known.version == version
        and int(known.network_address) <= number <= int(known.broadcast_address)
        for known in _networks(networks)
    )


@lru_cache(1000)
def _pieces(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("*"))


def _fits(path: str, pieces: tuple[str, ...]) -> bool:
    """Tell whether *path* is *pieces* with anything in between.

    Each piece is taken where it comes first, which leaves most to those after it. A regular
    expression tries every way before it gives up: seconds, for a path that a visitor chose.
    """
    if len(pieces) == 1:
        return path == pieces[0]
    first, *between, last = pieces
    begin, end = len(first), len(path) - len(last)
    if begin > end or not path.startswith(first) or not path.endswith(last):
        return False
    for piece in between:
        found = path.find(piece, begin, end)
        if found < 0:
            return False
        begin = found + len(piece)
    return True


@lru_cache(1000)
def _networks(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network) for network in networks)
