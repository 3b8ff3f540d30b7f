"""Truncate the address of a log line before anything else is done with it."""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_pton

_MAPPED = bytes(10) + b"\xff\xff"


def network_of(host: bytes) -> bytes:
    """Return the packed /24 or /48 that *host* lies in; empty when it is not an address.

    >>> network_of(b"192.0.2.77").hex(), network_of(b"host.example")
    ('c0000200', b'')
    """
    try:
        if b":" not in host:
            return inet_pton(AF_INET, host.decode("ascii"))[:3] + b"\0"
        packed = inet_pton(AF_INET6, host.decode("ascii"))
    except (OSError, ValueError):
        return b""
    if packed[:12] == _MAPPED:
        return packed[12:15] + b"\0"
    return packed[:6] + bytes(10)
