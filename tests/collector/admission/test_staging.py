"""Pages where a site is tried out are not its public's."""

from __future__ import annotations

import pytest

from collector.admission import admit
from oboro.outcomes import Outcome
from tests.support.arrivals import an_arrival
from tests.support.workspace import a_site


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:3000",
        "site.local",
        "example.test",
        "192.168.0.7",
        "203.0.113.9:8080",
        "[::1]",
        "staging.example.jp",
        "stg2.example.jp",
        "www.dev.example.jp",
        "new-preview.example.jp",
        "example-jp.netlify.app",
        "abc.pages.dev",
    ],
)
def test_a_page_where_the_site_is_tried_out_is_not_counted(host: str) -> None:
    assert admit(an_arrival(url=f"https://{host}/a"), a_site()) is Outcome.STAGING


@pytest.mark.parametrize(
    "host",
    [
        "example.jp",
        "www.example.jp",
        "shisetsu.example.jp",
        "contest.example.jp",
        "device.example.jp",
        "translate.goog",
        "web.archive.org",
        "staging.elsewhere.jp",
    ],
)
def test_other_hosts_are_counted(host: str) -> None:
    assert admit(an_arrival(url=f"https://{host}/a"), a_site()) is None


def test_a_declared_host_is_counted_whatever_its_name() -> None:
    site = a_site(aliases=("test.example.jp",))

    assert admit(an_arrival(url="https://test.example.jp/a"), site) is None
    assert admit(an_arrival(url="http://app.local/a"), a_site("app.local")) is None


@pytest.mark.parametrize("network", [bytes((127, 0, 0, 0)), bytes(16)])
def test_the_operator_on_the_servers_own_machine_is_counted(network: bytes) -> None:
    assert admit(an_arrival(url="http://localhost:3000/a", network=network), a_site()) is None
