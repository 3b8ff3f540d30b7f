"""Places that a test makes up, instead of a country database."""

from __future__ import annotations

from collections.abc import Mapping

from oboro.facts import UNKNOWN


class _Places:
    def __init__(self, countries: Mapping[bytes, str]) -> None:
        self._countries = countries

    def country_of(self, network: bytes) -> str:
        return self._countries.get(network, UNKNOWN)


def places_of(countries: Mapping[bytes, str]) -> _Places:
    """Return places where each network has the country that *countries* says."""
    return _Places(countries)
