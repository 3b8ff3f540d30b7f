"""Tell which sites have published something, from the lists beside their bundles."""

from __future__ import annotations

from pathlib import Path

import msgspec

from dashboards.public.bundles import folders, read
from oboro.public_list import FILE, PublicList


def public_lists(root: Path) -> list[PublicList]:
    """Return the list of every site below *root* that has published, by the site's name.

    A list that cannot be read is passed over: the site's bundles are there all the same.
    """
    found = (public_list(root, host) for host in folders(root))
    return [listed for listed in found if listed and listed.publications]


def public_list(root: Path, host: str) -> PublicList | None:
    """Return the list of *host* below *root*; None where there is none that can be read."""
    file = read(root, (host, FILE))
    if file is None:
        return None
    try:
        listed = msgspec.json.decode(file.content, type=PublicList)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return listed if listed.site == host else None
