"""Write a host in the one form under which a site is known."""

from __future__ import annotations

import re
from ipaddress import ip_address

import idna

from oboro.errors import UsageError

_ADDRESS = re.compile(r"https?://([^/?#\\]*)(.*)", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


def known_form(host: str) -> str:
    """Return *host* in lower case without ``www.``, port and final dot; any text is taken.

    It is empty for what can be no host. A ``www.`` stays when only a top-level name would follow.
    """
    name = host.strip().lower()
    front, colon, port = name.rpartition(":")
    if colon and port.isascii() and port.isdigit():
        name = front
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            return ""
    name = name.rstrip(".")
    if ":" in name:
        return ""
    while name.startswith("www.") and "." in name[4:]:
        name = name[4:]
    return name


def checked_host(host: str) -> str:
    """Return the known form of *host*; a `UsageError` when it is not a host at all.

    The address of its first page is taken for it, as it is copied from the address bar.

    >>> checked_host("https://www.example.jp/")
    'example.jp'
    """
    address = _ADDRESS.fullmatch(host.strip())
    name = known_form(address[1] if address else host)
    labels = name.split(".")
    if not name or len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise UsageError(
            f"{host!r} is not a host; write it as in the address bar, like www.example.jp"
        )
    if address and address[2].strip("/"):
        raise UsageError(f"{host!r} is the address of a page; its host alone is asked for: {name}")
    return name


def is_loopback(address: str) -> bool:
    """Tell whether *address* is one that this machine alone reaches; `ValueError` for no address.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("10.0.0.5")
    (True, True, False)
    """
    return address == "localhost" or ip_address(address).is_loopback
