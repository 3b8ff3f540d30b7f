"""Look the country of a truncated network up in a database on this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from socket import AF_INET, AF_INET6, inet_ntop
from typing import Protocol

import maxminddb

import oboro
from oboro.errors import OboroError, UsageError
from oboro.facts import OTHER, UNKNOWN
from oboro.prefectures import CODES, PREFECTURES

BUNDLED = Path(oboro.__file__).parent / "built" / "country.mmdb"
_CODE = re.compile("[A-Z]{2}")
_NO_COUNTRY = frozenset({"ZZ", "XX", "AP", "EU"})


class Places(Protocol):
    """What tells a country from a network."""

    def country_of(self, network: bytes) -> str:
        """Return the two-letter code of *network*, or UNKNOWN."""
        ...


class NoPlaces:
    """Stands in where there is no database: every country is unknown."""

    def country_of(self, network: bytes) -> str:
        return UNKNOWN


class CountryDatabase:
    """A country database in MaxMind's format, whichever of the two usual layouts it has."""

    def __init__(self, reader: maxminddb.Reader) -> None:
        self._reader = reader

    def country_of(self, network: bytes) -> str:
        """Return the country of *network* (4 or 16 bytes); UNKNOWN when there is none."""
        try:
            if len(network) == 4:
                # As text: making an address object takes longer than looking it up.
                record = self._reader.get(inet_ntop(AF_INET, network))
            elif len(network) == 16:
                record = self._reader.get(inet_ntop(AF_INET6, network))
            else:
                return UNKNOWN
        except (ValueError, maxminddb.InvalidDatabaseError):
            # An IPv6 network in a database of IPv4 alone, or a record that is damaged.
            return UNKNOWN
        code = _code(record)
        return code if _CODE.fullmatch(code) and code not in _NO_COUNTRY else UNKNOWN

    def describe(self) -> str:
        """Return the database's own name for what it is."""
        return str(self._reader.metadata().database_type)

    def close(self) -> None:
        """Unmap the file."""
        self._reader.close()


class Regions:
    """Databases of regions, one for IPv4 and one for IPv6, each of which may be missing."""

    def __init__(self, ipv4: Path | None = None, ipv6: Path | None = None) -> None:
        self._readers = {
            width: _reader(path, "region")
            for width, path in ((4, ipv4), (16, ipv6))
            if path is not None
        }

    def region_of(self, network: bytes) -> str:
        """Return the prefecture of *network*, ``(other)`` outside Japan, empty without a database.

        Never anything finer: of a record only the country and its first subdivision are read.
        """
        if not self._readers:
            return ""
        reader = self._readers.get(len(network))
        if reader is None:
            return UNKNOWN
        address = IPv4Address(network) if len(network) == 4 else IPv6Address(network)
        try:
            record = reader.get(address)
        except (ValueError, maxminddb.InvalidDatabaseError):
            return UNKNOWN
        country = _code(record)
        if country != "JP":
            return OTHER if _CODE.fullmatch(country) else UNKNOWN
        return _prefecture(record)

    def close(self) -> None:
        """Unmap the files."""
        for reader in self._readers.values():
            reader.close()


def _prefecture(record: object) -> str:
    if not isinstance(record, Mapping):
        return UNKNOWN
    code = CODES.get(str(record.get("state1") or ""), "")
    subdivisions = record.get("subdivisions")
    if not code and isinstance(subdivisions, list) and subdivisions:
        first = subdivisions[0]
        code = f"JP-{first.get('iso_code')}" if isinstance(first, Mapping) else ""
    return code if code in PREFECTURES else UNKNOWN


def _reader(path: Path, kind: str) -> maxminddb.Reader:
    try:
        return maxminddb.open_database(path)
    except OSError as error:
        why = f"cannot be read ({error.strerror or 'unreadable'})"
    except (maxminddb.InvalidDatabaseError, ValueError):
        why = "is not a database in MaxMind's format, or is damaged"
    raise OboroError(f"the {kind} database {path} {why}; get it again: oboro database add {kind}")


def open_places(named: Path | None) -> Places:
    """Open the database that the setting names, else the bundled one, else answer UNKNOWN.

    One that is named must be there and readable; the bundled one may be missing, which
    `check_country_database` tells.
    """
    if named is None and not BUNDLED.exists():
        return NoPlaces()
    return _open(named)


def check_country_database(named: Path | None, *, added: bool = False) -> tuple[bool, str]:
    """Return whether countries can be told, and a sentence that says so or what to do.

    *added* tells that *named* is the one that ``oboro database add country`` put there.
    """
    if named is None and not BUNDLED.exists():
        return False, (
            "the bundled country database is missing, so every country is (unknown); "
            "run `make setup`, or set OBORO_COUNTRY_DATABASE to a file of your own"
        )
    try:
        database = _open(named)
    except OboroError as error:
        return False, str(error)
    try:
        described = database.describe()
    finally:
        database.close()
    if named is None:
        return True, f"the bundled one, {described}"
    whose = "added" if added else "OBORO_COUNTRY_DATABASE"
    return True, f"{named} ({whose}), {described}"


def _open(named: Path | None) -> CountryDatabase:
    path = BUNDLED if named is None else named
    advice = (
        "run `make setup` again"
        if named is None
        else "name another file in OBORO_COUNTRY_DATABASE, or unset it to use the bundled one"
    )
    kind = OboroError if named is None else UsageError
    try:
        return CountryDatabase(maxminddb.open_database(path))
    except OSError as error:
        why = f"cannot be read ({error.strerror or 'unreadable'})"
    except (maxminddb.InvalidDatabaseError, ValueError):
        why = "is not a database in MaxMind's format, or is damaged"
    raise kind(f"the country database {path} {why}; {advice}")


def _code(record: object) -> str:
    if not isinstance(record, Mapping):
        return ""
    code = record.get("country_code")
    for key in ("country", "registered_country"):
        nested = record.get(key)
        if not code and isinstance(nested, Mapping):
            code = nested.get("iso_code")
    return code if isinstance(code, str) else ""
