"""Where visits of the made-up town come from, as referrers say it."""

from __future__ import annotations

_DIRECT = ""
_SEARCHES = {
    "https://www.google.com/": 34.0,
    "https://search.yahoo.co.jp/": 15.0,
    "https://www.bing.com/": 4.5,
    "https://duckduckgo.com/": 0.7,
}
_SOCIAL = {
    "https://liff.line.me/": 4.0,
    "https://t.co/": 2.4,
    "https://www.instagram.com/": 1.4,
    "https://www.facebook.com/": 1.0,
}
_OTHERS = {
    "https://chatgpt.com/": 1.3,
    "https://gemini.google.com/": 0.5,
    "https://news.yahoo.co.jp/": 0.9,
    "https://www3.nhk.or.jp/": 0.5,
    "https://www.pref.kasumi.example/": 1.6,
    "https://kasumi-shimbun.example/": 0.8,
    "https://oboro-kanko.example/": 1.0,
}
USUAL = {_DIRECT: 30.0, **_SEARCHES, **_SOCIAL, **_OTHERS}
"""Referrers on a usual day, by weight; the empty one is a visit that names none."""

STORM = {
    _DIRECT: 26.0,
    **_SEARCHES,
    "https://t.co/": 19.0,
    "https://liff.line.me/": 16.0,
    "https://news.yahoo.co.jp/": 12.0,
    "https://www3.nhk.or.jp/": 8.0,
    "https://www.pref.kasumi.example/": 4.0,
}
"""Referrers of visits that are about the storm."""

LEADS_HOME = frozenset({_DIRECT, "https://www.pref.kasumi.example/"})
"""Referrers whose visits mostly begin on the first page."""
