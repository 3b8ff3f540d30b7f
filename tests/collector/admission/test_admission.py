"""What is no person's view of a page is refused, each for one reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.admission import CHECKS, admit
from oboro.outcomes import Outcome
from tests.support.arrivals import CHROME, IPHONE, an_arrival
from tests.support.workspace import a_site

SITE = a_site()
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0"
HEADLESS = CHROME.replace("Chrome/", "HeadlessChrome/")


@pytest.mark.parametrize(
    "agent",
    [
        CHROME,
        IPHONE,
        FIREFOX,
        "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.16",
        "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
        "Lynx/2.8.9rel.1 libwww-FM/2.14 SSL-MM/1.4.1",
        "DoCoMo/2.0 P903i(c100;TB;W24H12)",
        f"{IPHONE} Line/13.20.0",
        f"{IPHONE} [FBAN/FBIOS;FBAV/440.0.0.29.109;FBBV/539]",
    ],
)
def test_people_are_counted(agent: str) -> None:
    assert admit(an_arrival(agent=agent), SITE) is None


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "-",
        "curl/8.5.0",
        "python-requests/2.31.0",
        "Go-http-client/1.1",
        "Mozilla/5.0",
        "Mozilla/4.0 (compatible;)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        f"{IPHONE} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)",
        "UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        f"{CHROME} Chrome-Lighthouse",
        HEADLESS,
    ],
)
def test_programs_are_not_counted(agent: str) -> None:
    assert admit(an_arrival(agent=agent), SITE) is Outcome.BOT


@pytest.mark.parametrize("network", [bytes((127, 0, 0, 0)), bytes(16)])
def test_a_headless_browser_on_the_servers_own_machine_is_its_operator(network: bytes) -> None:
    assert admit(an_arrival(agent=HEADLESS, network=network), SITE) is None


@pytest.mark.parametrize(
    "hints",
    [
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-purpose": "preview"},
        {"x-moz": "prefetch"},
    ],
)
def test_what_is_fetched_ahead_is_not_counted(hints: dict[str, str]) -> None:
    assert admit(an_arrival(hints=hints), SITE) is Outcome.PREFETCH


@pytest.mark.parametrize("url", ["", "file:///a", "about:blank", "ftp://a/b", "/a\x00b", "word"])
def test_what_is_no_page_of_the_web_is_invalid(url: str) -> None:
    assert admit(an_arrival(url=url), SITE) is Outcome.INVALID


@given(
    st.text(), st.text(), st.text(), st.dictionaries(st.sampled_from(["purpose", "x"]), st.text())
)
def test_any_arrival_is_admitted_or_refused_for_one_reason(
    agent: str, url: str, referrer: str, hints: dict[str, str]
) -> None:
    arrival = an_arrival(agent=agent, url=url, referrer=referrer, hints=hints)
    objections = [check(arrival, SITE) for check in CHECKS]

    assert admit(arrival, SITE) is next((why for why in objections if why), None)
