"""Read the address of a store as an operator writes it."""

from __future__ import annotations

from urllib.parse import urlsplit


def store_address(text: str) -> str:
    """Return *text*; a `ValueError` when it is neither empty nor the address of a store.

    The driver takes what it cannot read in an address for its default: a store on this machine.
    The refusal does not repeat the address, for there may be a password in it.

    >>> store_address("https://db.example.jp:8443/default")
    'https://db.example.jp:8443/default'
    """
    if text and not text.startswith("chdb:") and not _names_a_server(text):
        raise ValueError(
            "must be empty, or an address like http://USER:PASSWORD@HOST:8123/DATABASE with the "
            "password percent-encoded"
        )
    return text


def _names_a_server(text: str) -> bool:
    try:
        address = urlsplit(text)
        return address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:
        return False
