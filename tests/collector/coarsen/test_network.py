"""A network is named where it is large enough to hide in, by a table of ranges."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.coarsen.network import LEAST_ADDRESSES, Networks
from collector.intake import network_of
from oboro.errors import OboroError
from oboro.facts import OTHER, UNKNOWN

LARGE = (1 << 24, (1 << 24) + LEAST_ADDRESSES - 1)
SMALL = (2 << 24, (2 << 24) + LEAST_ADDRESSES - 2)
CLOUD = (3 << 24, (3 << 24) + LEAST_ADDRESSES - 1)
IPV6 = 0x20010DB8 << 96


def a_table(directory: Path, ipv4: str = "", ipv6: str = "") -> tuple[Path, Path]:
    paths = directory / "network-ipv4.csv", directory / "network-ipv6.csv"
    for path, text in zip(paths, (ipv4, ipv6), strict=True):
        path.write_text(text, "utf-8")
    return paths


@pytest.fixture
def networks(tmp_path: Path) -> Networks:
    ipv4 = (
        f'{LARGE[0]},{LARGE[1]},1,"Large, Inc."\n{SMALL[0]},{SMALL[1]},2,Small\n'
        f"{CLOUD[0]},{CLOUD[1]},16509,Amazon\n"
    )
    ipv6 = f"{IPV6},{IPV6 + (1 << 96) - 1},1,Large\n"
    return Networks.read(*a_table(tmp_path, ipv4, ipv6))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("1.0.0.0", "Large, Inc."),
        ("1.0.255.9", "Large, Inc."),
        ("1.1.0.0", UNKNOWN),
        ("2.0.0.0", OTHER),
        ("0.0.0.1", UNKNOWN),
        ("2001:db8:5::1", "Large, Inc."),
        ("2001:db9::1", UNKNOWN),
        ("nobody", UNKNOWN),
    ],
)
def test_a_network_is_named_if_it_is_large_enough(
    networks: Networks, address: str, name: str
) -> None:
    assert networks.name_of(network_of(address)) == name


def test_a_data_centre_is_told_by_its_number(networks: Networks) -> None:
    told = [networks.in_data_centre(network_of(f"{n}.0.0.1")) for n in (1, 2, 3, 4)]

    assert told == [False, False, True, False]


@given(st.binary(max_size=20))
def test_without_a_table_nothing_is_named_and_nobody_refused(network: bytes) -> None:
    assert Networks().name_of(network) == ""
    assert not Networks().in_data_centre(network)


@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=6), st.integers(-2, 2))
def test_a_name_stands_exactly_from_65536_addresses_on_however_they_are_split(
    sizes: list[int], short: int
) -> None:
    """The ranges of one network, with the last one such that *short* addresses are missing."""
    missing = LEAST_ADDRESSES - sum(sizes) - short
    sizes = [*sizes, missing] if missing > 0 else sizes
    rows, start = [], 1 << 24
    for size in sizes:
        rows.append(f"{start},{start + size - 1},7,Hidden in\n")
        start += size + 256
    with TemporaryDirectory() as directory:
        networks = Networks.read(*a_table(Path(directory), "".join(rows)))

    named = networks.name_of(network_of("1.0.0.0"))
    assert named == ("Hidden in" if sum(sizes) >= 65_536 else OTHER)


def test_addresses_of_ipv6_make_no_network_large_enough(tmp_path: Path) -> None:
    ipv6 = f"{IPV6},{IPV6 + (1 << 96) - 1},8,Small\n"
    networks = Networks.read(*a_table(tmp_path, f"{1 << 24},{(1 << 24) + 255},8,Small\n", ipv6))

    assert networks.name_of(network_of("2001:db8::1")) == OTHER


@pytest.mark.parametrize(
    "text", ["a,b,c,d\n", "1,2,3\n", "9,9,1,A\n1,1,1,A\n", "\0\n", "1,2,x,A\n"]
)
def test_what_is_no_table_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(OboroError, match=r"network-ipv4\.csv cannot be read.*oboro database add"):
        Networks.read(*a_table(tmp_path, text))


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OboroError, match=r"network-ipv4\.csv cannot be read: No such file"):
        Networks.read(tmp_path / "network-ipv4.csv", tmp_path / "network-ipv6.csv")
