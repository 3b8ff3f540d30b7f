"""Keep the index of a site's publications beside their bundles."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from aggregator.days import Days
from aggregator.publish.durable import room_for
from aggregator.publish.page import archive
from oboro.publication import FILE, Gap, Publication, decode


def write_archive(root: Path, site: str, days: Days) -> None:
    """Write the index of the bundles in *root*, one file after the other, each whole."""
    publications = {
        path.parent.name: decode(path.read_bytes())
        for path in sorted(root.glob(f"*/{FILE}"))
        if not path.parent.name.startswith(".")
    }
    for name, content in archive(site, publications, _untold(site, publications, days)).items():
        path = root / name
        if path.exists() and path.read_bytes() == content:
            continue
        with room_for(path, len(content)) as room:
            room.fill(content)


def _untold(site: str, publications: dict[str, Publication], days: Days) -> list[Gap]:
    """Return the gaps of days, since the first publication, that are in none of them."""
    if not publications:
        return []
    first = min(each.first for each in publications.values())
    return [
        Gap(day=gap.day.isoformat(), code=gap.code)
        for gap in days.gaps(site, date.fromisoformat(first), date.max)
        if not any(each.first <= gap.day.isoformat() <= each.last for each in publications.values())
    ]
