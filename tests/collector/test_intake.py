"""Of an address only the truncated network leaves the intake, and no spoofed one is believed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from collector.intake import arrival_of, came_by_https, network_behind, network_of
from tests.support.workspace import NOON

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8:aaaa::/48"))


@given(st.ip_addresses(v=4))
def test_of_an_ipv4_address_the_last_byte_is_gone(address: IPv4Address) -> None:
    assert network_of(str(address)) == address.packed[:3] + b"\0"


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_written_as_ipv6_is_the_same_network(address: IPv4Address) -> None:
    assert network_of(f"::ffff:{address}") == network_of(str(address))


@given(st.ip_addresses(v=6))
def test_of_an_ipv6_address_48_bits_are_left(address: IPv6Address) -> None:
    mapped = address.packed[:12] == bytes(10) + b"\xff\xff"

    assert mapped or network_of(str(address)) == address.packed[:6] + bytes(10)


@given(st.text())
def test_any_text_has_a_network_or_none(text: str) -> None:
    assert len(network_of(text)) in (0, 4, 16)


def network(peer: str, *headers: tuple[str, str]) -> bytes:
    """Return the network behind *peer* as our proxies see it."""
    return network_behind(peer, CIMultiDict(headers), PROXIES)


VISITOR = bytes((192, 0, 2, 0))


@pytest.mark.parametrize(
    "header",
    [
        ("X-Forwarded-For", "192.0.2.7"),
        ("X-Forwarded-For", "203.0.113.9, 192.0.2.7"),
        ("X-Forwarded-For", "203.0.113.9, 192.0.2.7, 10.9.9.9"),
        ("X-Forwarded-For", "192.0.2.7:4711"),
        ("X-Forwarded-For", "unknown, 192.0.2.7, 2001:db8:aaaa::1"),
        ("Forwarded", "for=203.0.113.9, for=192.0.2.7;proto=https;by=10.0.0.1"),
        ("Forwarded", 'For="192.0.2.7:4711"'),
        ("X-Real-IP", "192.0.2.7"),
        ("X-Forwarded-For", "::ffff:192.0.2.7"),
    ],
)
def test_the_rightmost_hop_that_is_no_proxy_of_ours_is_the_visitor(
    header: tuple[str, str],
) -> None:
    assert network("10.0.0.1", header) == VISITOR
    assert network("::ffff:10.0.0.1", header) == VISITOR


def test_several_lines_of_a_header_are_one_list() -> None:
    lines = (("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "192.0.2.7"))

    assert network("10.0.0.1", *lines) == VISITOR


def test_a_bracketed_ipv6_visitor_is_found() -> None:
    visitor = network_of("2001:db8:1::7")

    assert network("10.0.0.1", ("Forwarded", 'for="[2001:db8:1::7]:4711"')) == visitor


def test_a_hop_that_cannot_be_read_hides_the_visitor_and_nothing_left_of_it_is_believed() -> None:
    assert network("10.0.0.1", ("X-Forwarded-For", "192.0.2.7, _hidden")) == b""


def test_a_request_from_one_of_our_proxies_itself_has_its_network() -> None:
    assert network("10.0.0.1") == bytes((10, 0, 0, 0))
    assert network("10.0.0.1", ("X-Forwarded-For", "10.1.2.3")) == bytes((10, 1, 2, 0))


@given(
    st.ip_addresses(v=4).filter(lambda address: address not in PROXIES[0]),
    st.lists(
        st.tuples(
            st.sampled_from(["X-Forwarded-For", "Forwarded", "X-Real-IP"]),
            st.text() | st.ip_addresses().map(str),
        )
    ),
)
def test_nobody_but_our_proxies_can_say_whom_they_forward_for(
    peer: IPv4Address, headers: list[tuple[str, str]]
) -> None:
    assert network(str(peer), *headers) == network_of(str(peer))
    assert network_behind(str(peer), CIMultiDict(headers), ()) == network_of(str(peer))


@given(st.ip_addresses(v=4).filter(lambda address: address not in PROXIES[0]), st.text())
def test_what_a_visitor_writes_left_of_a_proxys_entry_changes_nothing(
    visitor: IPv4Address, written: str
) -> None:
    header = ("X-Forwarded-For", f"{written}, {visitor}")

    assert network("10.0.0.1", header) == network_of(str(visitor))


def test_an_arrival_holds_agent_language_and_hints_in_encodable_text() -> None:
    arrival = arrival_of(
        site="example.jp",
        at=NOON,
        peer="192.0.2.7",
        headers=CIMultiDict(
            {"User-Agent": "A\udce9" + "x" * 5000, "Accept-Language": "ja", "Purpose": "prefetch"}
        ),
        trusted=(),
        url="/",
    )

    assert arrival.network == VISITOR
    assert arrival.agent.encode().startswith(b"A?x")
    assert len(arrival.agent) == 1024
    assert (arrival.language, arrival.hints) == ("ja", {"purpose": "prefetch"})


@pytest.mark.parametrize(
    ("scheme", "peer", "said", "https"),
    [
        ("https", "192.0.2.7", None, True),
        ("http", "192.0.2.7", "https", False),
        ("http", "10.0.0.1", "https", True),
        ("http", "10.0.0.1", "http, https", True),
        ("http", "10.0.0.1", "http", False),
        ("http", "10.0.0.1", None, False),
    ],
)
def test_only_our_proxies_can_say_that_a_connection_is_encrypted(
    scheme: str, peer: str, said: str | None, https: bool
) -> None:
    headers = {"X-Forwarded-Proto": said} if said else {}

    assert came_by_https(scheme, peer, CIMultiDict(headers), PROXIES) is https


@pytest.mark.parametrize(
    ("peer", "headers", "https"),
    [
        ("10.0.0.1", {"Forwarded": "for=192.0.2.7;proto=https"}, True),
        ("10.0.0.1", {"Forwarded": 'for=192.0.2.7; Proto="HTTPS"'}, True),
        ("10.0.0.1", {"Forwarded": "for=192.0.2.7;proto=http, for=10.0.0.2;proto=https"}, True),
        ("10.0.0.1", {"Forwarded": "for=192.0.2.7;proto=https, for=10.0.0.2;proto=http"}, False),
        ("10.0.0.1", {"Forwarded": "for=192.0.2.7"}, False),
        ("10.0.0.1", {"Forwarded": "proto=https", "X-Forwarded-Proto": "http"}, False),
        ("192.0.2.7", {"Forwarded": "for=192.0.2.7;proto=https"}, False),
    ],
)
def test_forwarded_says_so_as_well_where_nothing_else_does(
    peer: str, headers: dict[str, str], https: bool
) -> None:
    assert came_by_https("http", peer, CIMultiDict(headers), PROXIES) is https
