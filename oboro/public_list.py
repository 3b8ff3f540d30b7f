"""The list of a site's publications, for machines: ``publications.json`` beside the bundles."""

from __future__ import annotations

import msgspec

from oboro.publication import Figure, Gap

FILE = "publications.json"
PUBLICATIONS = "publications"
"""The folder of the data directory in which each site has a folder with its bundles."""


class Listed(msgspec.Struct, frozen=True):
    """One publication; *folder* is its bundle's, beside the list."""

    number: int
    folder: str
    first: str
    last: str
    cadence: str
    label: str
    visitor_days: Figure | None


class PublicList(msgspec.Struct, frozen=True):
    """All publications of *site*, the newest first, and the days that are in none."""

    site: str
    publications: tuple[Listed, ...]
    gaps: tuple[Gap, ...]
