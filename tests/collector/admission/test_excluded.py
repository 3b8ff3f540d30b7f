"""What the operator excluded is refused, for the reason it was excluded by."""

from __future__ import annotations

import pytest

from collector.admission import admit
from oboro.outcomes import Outcome
from tests.support.arrivals import an_arrival
from tests.support.workspace import a_site

SITE = a_site(
    excluded_networks=("198.51.100.0/24", "10.0.0.0/8", "2001:db8::/32"),
    excluded_hosts=("old.example.jp", "*.try.example.jp"),
    excluded_paths=("/admin/*", "/print*"),
)


@pytest.mark.parametrize(
    ("network", "outcome"),
    [
        (bytes((198, 51, 100, 0)), Outcome.EXCLUDED_NETWORK),
        (bytes((10, 200, 3, 0)), Outcome.EXCLUDED_NETWORK),
        (bytes((0x20, 1, 0x0D, 0xB8, 0, 7)) + bytes(10), Outcome.EXCLUDED_NETWORK),
        (bytes((198, 51, 101, 0)), None),
        (bytes((0x20, 1, 0x0D, 0xB9)) + bytes(12), None),
        (b"", None),
    ],
)
def test_an_excluded_network_is_not_counted(network: bytes, outcome: Outcome | None) -> None:
    assert admit(an_arrival(network=network), SITE) is outcome


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://old.example.jp/a", Outcome.EXCLUDED_HOST),
        ("https://www.OLD.example.jp:8443/a", Outcome.EXCLUDED_HOST),
        ("https://a.try.example.jp/a", Outcome.EXCLUDED_HOST),
        ("https://try.example.jp/a", None),
        ("https://example.jp/admin/users", Outcome.EXCLUDED_PATH),
        ("/%61dmin/users", Outcome.EXCLUDED_PATH),
        ("https://example.jp/a/../admin/x?y", Outcome.EXCLUDED_PATH),
        ("https://example.jp/print.html", Outcome.EXCLUDED_PATH),
        ("https://example.jp/administration", None),
        ("https://example.jp/b?c=/admin/x", None),
    ],
)
def test_an_excluded_host_or_path_is_not_counted(url: str, outcome: Outcome | None) -> None:
    assert admit(an_arrival(url=url), SITE) is outcome


def test_a_site_that_excludes_nothing_counts_them() -> None:
    arrival = an_arrival(network=bytes((10, 200, 3, 0)), url="https://old.example.jp/admin/x")

    assert admit(arrival, a_site()) is None
