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
    found = []
    for host in folders(root):
        file = read(root, (host, FILE))
        if file is None:
            continue
        try:
            listed = msgspec.json.decode(file.content, type=PublicList)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if listed.site == host and listed.publications:
            found.append(listed)
    return found
