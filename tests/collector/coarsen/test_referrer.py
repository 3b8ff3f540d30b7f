"""Of where a visit came from a name, a kind and a registrable domain are kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.coarse import Origin
from collector.coarsen.referrer import DIRECT_ORIGIN, origin_of
from collector.coarsen.sources import CHANNELS
from oboro.facts import OTHER

OWN = ("example.jp", "shiyakusho.example")
CAMPAIGNS = ("Spring-2026",)


def origin(referrer: str, query: str = "") -> Origin | None:
    """Return the origin of a hit at example.jp."""
    return origin_of(referrer, query, OWN, CAMPAIGNS)


@pytest.mark.parametrize(
    ("referrer", "source", "channel", "domain"),
    [
        ("https://www.google.co.jp/search?q=x", "Google", "search", "google.co.jp"),
        ("https://www.google.com/", "Google", "search", "google.com"),
        ("https://search.yahoo.co.jp/search", "Yahoo! JAPAN", "search", "yahoo.co.jp"),
        ("https://news.yahoo.co.jp/articles/1", "Yahoo! JAPAN News", "referral", "yahoo.co.jp"),
        ("https://www.bing.com/", "Bing", "search", "bing.com"),
        ("https://t.co/abc", "X", "social", "t.co"),
        ("https://x.com/", "X", "social", "x.com"),
        ("https://liff.line.me/", "LINE", "social", "line.me"),
        ("https://l.facebook.com/", "Facebook", "social", "facebook.com"),
        ("https://mail.google.com/mail/u/0/", "Gmail", "mail", "google.com"),
        ("https://chatgpt.com/c/abc", "ChatGPT", "ai", "chatgpt.com"),
        ("https://gemini.google.com/", "Gemini", "ai", "google.com"),
        ("https://taro.blog.example.co.jp/a", "example.co.jp", "referral", "example.co.jp"),
        ("https://xn--wgv71a119e.jp/", "日本語.jp", "referral", "日本語.jp"),
        ("https://日本語.jp/", "日本語.jp", "referral", "日本語.jp"),
        ("https://notgoogle.com/", "notgoogle.com", "referral", "notgoogle.com"),
        ("https://search.smt.docomo.ne.jp/result", "docomo d menu", "search", "docomo.ne.jp"),
        ("https://websearch.rakuten.co.jp/", "Rakuten Infoseek", "search", "rakuten.co.jp"),
        ("https://note.com/taro/n/1", "note", "social", "note.com"),
        ("https://b.hatena.ne.jp/entry/1", "Hatena", "social", "hatena.ne.jp"),
        ("https://taro.hatenablog.com/", "Hatena", "social", "taro.hatenablog.com"),
        ("https://taro.livedoor.blog/", "livedoor Blog", "social", "livedoor.blog"),
        ("https://news.line.me/", "LINE NEWS", "referral", "line.me"),
        ("https://www.smartnews.com/ja", "SmartNews", "referral", "smartnews.com"),
        ("android-app://jp.naver.line.android/", "LINE", "social", OTHER),
        ("https://notebooklm.google.com/", "NotebookLM", "ai", "google.com"),
        ("https://m365.cloud.microsoft/chat", "Copilot", "ai", "cloud.microsoft"),
        ("https://mail.yahoo.co.jp/", "Yahoo! JAPAN Mail", "mail", "yahoo.co.jp"),
        ("https://www.city.chiyoda.lg.jp/", "chiyoda.lg.jp", "referral", "chiyoda.lg.jp"),
        (
            "https://a.b.shinjuku.tokyo.jp/",
            "b.shinjuku.tokyo.jp",
            "referral",
            "b.shinjuku.tokyo.jp",
        ),
        ("https://xn--fsqu00a.xn--0zwm56d/", OTHER, "referral", OTHER),
        ("https://www.みんな.みんな/", "みんな.みんな", "referral", "みんな.みんな"),
        ("https://ＷＷＷ.日本語。jp/", "日本語.jp", "referral", "日本語.jp"),
        ("android-app://com.google.android.gm/", "Gmail", "mail", OTHER),
        ("android-app://jp.taro.app/", OTHER, "referral", OTHER),
        ("http://192.0.2.7:8080/intern", OTHER, "referral", OTHER),
        ("http://taros-pc/intern", OTHER, "referral", OTHER),
        ("http://portal.intern/x", OTHER, "referral", OTHER),
        ("https://1234567890.com/", OTHER, "referral", OTHER),
        ("http://[2001:db8::1]/", OTHER, "referral", OTHER),
    ],
)
def test_a_place_is_named_as_people_know_it(
    referrer: str, source: str, channel: str, domain: str
) -> None:
    found = origin(referrer)

    # A domain that is shown as somebody's number has no better name either.
    source = OTHER if domain == OTHER and channel == "referral" else source
    assert found == Origin(source=source, channel=channel, referrer=domain, campaign="")


@pytest.mark.parametrize(
    "referrer",
    ["https://example.jp/a", "http://www.example.jp/", "https://shiyakusho.example:8443/b"],
)
def test_a_hit_from_within_the_site_has_no_origin(referrer: str) -> None:
    assert origin(referrer, "utm_source=google") is None


@pytest.mark.parametrize("referrer", ["", "-", "about:blank", "file:///home/taro/a.html", "%%%"])
def test_what_names_no_place_is_direct(referrer: str) -> None:
    assert origin(referrer) == DIRECT_ORIGIN


@pytest.mark.parametrize(
    ("query", "campaign"),
    [
        ("utm_source=line&utm_campaign=spring-2026", "Spring-2026"),
        ("utm_source=line&utm_campaign=to-taro-yamada", OTHER),
        ("utm_source=line", OTHER),
    ],
)
def test_a_campaign_is_kept_only_if_it_is_declared(query: str, campaign: str) -> None:
    found = origin("", query)

    assert found == Origin(source="LINE", channel="campaign", referrer="", campaign=campaign)


def test_a_marked_source_that_is_not_known_by_name_is_not_kept() -> None:
    found = origin("", "utm_source=taro%40example.jp")

    assert found == Origin(source=OTHER, channel="campaign", referrer="", campaign=OTHER)


@given(
    st.text()
    | st.text().map(lambda text: "https://" + text)
    | st.lists(st.sampled_from(["a", "1", ".", "-", "xn--", "é", "com", "jp", ":", "@", "["]))
    .map(lambda parts: "http://" + "".join(parts)),
    st.text() | st.text().map(lambda text: "utm_source=" + text),
)  # fmt: skip
def test_any_text_becomes_an_origin_of_the_allowed_form(referrer: str, query: str) -> None:
    found = origin(referrer, query)

    if found is not None:
        assert found.channel in CHANNELS
        assert found.campaign in ("", OTHER, *CAMPAIGNS)
        assert not re.search(r"\d{6}|[/?#@\s]", found.referrer)
        assert found.source


@pytest.mark.parametrize(
    ("query", "channel"),
    [
        ("utm_source=google&utm_medium=cpc", "paid"),
        ("utm_source=line&utm_medium=paid_social", "paid"),
        ("utm_medium=Display&utm_source=x", "paid"),
        ("utm_source=yahoo&utm_medium=listing", "paid"),
        ("utm_source=x&utm_medium=email", "campaign"),
        ("utm_source=x&utm_medium=upload", "campaign"),
        ("a=1&gclid=abc", "paid"),
        ("yclid=abc", "paid"),
        ("ldtag_cl=abc", "paid"),
        ("fbclid=abc", "search"),
        ("xgclid=abc", "search"),
        ("", "search"),
    ],
)
def test_a_link_that_was_paid_for_is_advertising(query: str, channel: str) -> None:
    found = origin_of("https://www.google.co.jp/", query, ("a.jp",), ())

    assert found is not None
    assert (found.source, found.channel) == ("Google", channel)
