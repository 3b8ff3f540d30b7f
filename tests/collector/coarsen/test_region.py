"""A region is a prefecture of Japan and nothing finer, whatever the database says."""

from __future__ import annotations

from typing import Any

import pytest

from collector.coarsen.place import Regions
from collector.intake import network_of
from oboro.facts import OTHER, UNKNOWN
from oboro.prefectures import PREFECTURES

NETWORK = network_of("192.0.2.1")


class _Reader:
    def __init__(self, record: object) -> None:
        self._record = record

    def get(self, _address: object) -> object:
        if isinstance(self._record, Exception):
            raise self._record
        return self._record

    def close(self) -> None:
        """Close nothing."""


def region_by(record: object) -> str:
    regions = Regions()
    regions._readers = {4: _Reader(record)}  # type: ignore[dict-item]  # stands in for a file
    return regions.region_of(NETWORK)


@pytest.mark.parametrize(
    ("record", "region"),
    [
        ({"country_code": "JP", "state1": "Tokyo", "city": "Chiyoda"}, "JP-13"),
        ({"country_code": "JP", "state1": "Okinawa"}, "JP-47"),
        ({"country": {"iso_code": "JP"}, "subdivisions": [{"iso_code": "27"}]}, "JP-27"),
        ({"country_code": "US", "state1": "California", "city": "Mountain View"}, OTHER),
        ({"country_code": "JP", "state1": "Chiyoda"}, UNKNOWN),
        ({"country_code": "JP", "subdivisions": [{"iso_code": "99"}]}, UNKNOWN),
        ({"country_code": "JP", "subdivisions": ["27"]}, UNKNOWN),
        ({"country_code": "JP"}, UNKNOWN),
        ({"country_code": 81}, UNKNOWN),
        ("JP", UNKNOWN),
        (None, UNKNOWN),
        (ValueError(), UNKNOWN),
    ],
)
def test_a_record_becomes_a_prefecture_or_nothing(record: Any, region: str) -> None:
    assert region_by(record) == region


def test_there_are_47_prefectures_with_two_names_each() -> None:
    assert len(PREFECTURES) == 47
    assert PREFECTURES["JP-01"] == ("Hokkaido", "北海道")
    assert PREFECTURES["JP-13"] == ("Tokyo", "東京都")
    assert PREFECTURES["JP-26"] == ("Kyoto", "京都府")
    assert PREFECTURES["JP-47"] == ("Okinawa", "沖縄県")
    assert len({name for names in PREFECTURES.values() for name in names}) == 94


def test_without_a_database_there_is_no_region_at_all() -> None:
    assert Regions().region_of(NETWORK) == ""


def test_a_network_of_the_other_kind_or_of_nobody_is_unknown() -> None:
    regions = Regions()
    regions._readers = {16: _Reader({"country_code": "JP", "state1": "Tokyo"})}  # type: ignore[dict-item]  # stands in for a file

    assert [regions.region_of(network_of(a)) for a in ("192.0.2.1", "2001:db8::1", "x")] == [
        UNKNOWN,
        "JP-13",
        UNKNOWN,
    ]
