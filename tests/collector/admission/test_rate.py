"""A network that sends more than people do is limited, in bounded memory and for a minute."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collector.admission.rate import Rate
from tests.support.arrivals import NETWORK
from tests.support.workspace import NOON

OTHER_NETWORK = bytes((203, 0, 113, 0))


def test_hits_over_the_limit_of_a_minute_are_too_many() -> None:
    rate = Rate(3)

    assert [rate.exceeds(NETWORK, NOON) for _ in range(5)] == [False] * 3 + [True] * 2
    assert not rate.exceeds(OTHER_NETWORK, NOON)


def test_the_next_minute_begins_anew() -> None:
    rate = Rate(1)
    said = [rate.exceeds(NETWORK, NOON + timedelta(seconds=after)) for after in (0, 59, 60, 61)]

    assert said == [False, True, False, True]


@pytest.mark.parametrize("network", [b"", bytes((127, 0, 0, 0)), bytes(16)])
def test_the_own_machine_and_nobodys_network_are_not_limited(network: bytes) -> None:
    rate = Rate(1)

    assert not any(rate.exceeds(network, NOON) for _ in range(10))


def test_networks_beyond_the_room_are_not_remembered_and_not_limited() -> None:
    rate = Rate(1, networks=100)
    networks = [number.to_bytes(3, "big") + b"\0" for number in range(1, 5000)]
    for network in networks * 2:
        rate.exceeds(network, NOON)

    assert rate.size() == 100
    assert not rate.exceeds(networks[-1], NOON)
    assert rate.exceeds(networks[0], NOON)
