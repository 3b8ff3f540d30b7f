"""Browsers and systems by marks of their own, where the parser takes them for what they build on.

Most browsers are Chromium or the system's own engine with a name behind it. The parser knows the
great ones; these are apps that many read pages in, in Japan above all, and what is common on
telephones and televisions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from collector.coarsen.finding import finder

_MARKS: dict[str, str] = {
    "ABB/": "Adblock Browser",
    "ACHEETAHI": "CM Browser",
    "AlohaBrowser/": "Aloha",
    "Barcelona ": "Threads",
    "Ddg/": "DuckDuckGo",
    "HeyTapBrowser/": "HeyTap Browser",
    "HiBrowser/": "Hi Browser",
    "JDWEBVIEW/": "Android WebView",
    "LG Browser/": "LG Browser",
    "LieBaoFast/": "CM Browser",
    "Line/": "LINE",
    "MZBrowser/": "Meizu Browser",
    "Mint Browser/": "Mint Browser",
    "OPR/": "Opera",
    "Odin/": "Odin",
    "PHX/": "Phoenix Browser",
    "PicoBrowser/": "PICO Browser",
    "Quark/": "Quark",
    "QuickSearchTV": "Quick Search TV",
    "SRAF/": "Sraf",
    "SamsungBrowser/": "Samsung Internet",
    "Silk/": "Amazon Silk",
    "Sleipnir/": "Sleipnir",
    "SmartNews ": "SmartNews",
    "SogouMobileBrowser/": "Sogou Explorer",
    "SogouMSE": "Sogou Explorer",
    "SznProhlizec/": "Seznam",
    "TV Bro/": "TV Bro",
    "Tbrowser/": "T-Browser",
    "UCBrowser/": "UC Browser",
    "UP.Browser/": "Openwave",
    "VivoBrowser/": "vivo Browser",
    "WAP Browser/MAUI": "MAUI WAP Browser",
    "WAP-Browser/": "WAP browser",
    "XiaoMi/MiuiBrowser/": "Mi Browser",
    "YJApp-": "Yahoo! JAPAN app",
    "YaApp_Android/": "Yandex Browser",
    "YaBrowser/": "Yandex Browser",
    "YaSearchBrowser/": "Yandex Browser",
    "Yandex.Browser": "Yandex Browser",
    "baiduboxapp/": "Baidu",
    "bdbrowser_i18n/": "Baidu",
    "bdbrowser": "Baidu",
    "baidubrowser/": "Baidu",
    "com.hawk.browser": "Hawk",
    "jp.co.yahoo.ipn.appli": "Yahoo! JAPAN app",
    "jp.co.yahoo.ymail": "Yahoo! JAPAN app",
    "mCent/": "mCent",
}
MARKED_BROWSERS = frozenset(_MARKS.values())
TOLD_BY_MARKS = frozenset(
    {
        "Android",
        "Apple Mail",
        "Chrome",
        "Chrome Mobile",
        "Chrome Mobile WebView",
        "Chrome Mobile iOS",
        "HbbTV",
        "Mobile Safari",
        "Mobile Safari UI/WKWebView",
        "Opera",
        "Other",
        "Safari",
        "Samsung Internet",
        "UP.Browser",
        "WebKit Nightly",
        "YandexSearch",
    }
)
"""What the parser calls browsers that may be another one with a mark."""

_FIND = re.compile("|".join(re.escape(mark) for mark in sorted(_MARKS, key=len, reverse=True)))
_ENGINE = re.compile(
    r"Chr[o0]m(?:e|ium)/(?P<Chrome>\d{1,3})|(?<=Version/)(?P<Safari>\d{1,3})[.\d]* Safari/"
    r"|Opera/.*Presto/.* Version/(?P<Opera>\d{1,3})"
)
_MAJOR = re.compile(r"\d{1,3}(?!\d)")

_FIRE_OS = (r"\bSilk/|\bAFT[A-Z0-9]{1,12}\b|; KF[A-Z]{2,6}\b", "Fire OS")
_SYSTEMS = (
    ("HarmonyOS|OpenHarmony", "HarmonyOS"),
    ("Andr0id", "Android"),
    ("Zeasn/", "Whale OS"),
    ("Windows CE|PalmSource/.*Blazer", "Windows Mobile"),
    ("VIDAA", "VIDAA"),
    (r"\bTiVo", "TiVo OS"),
    (r"Web0S|WEBOS\d", "webOS"),
    ("Tizen", "Tizen"),
    (r"(?i)playstation|\(PS[2-5]\b", "PlayStation"),
    ("Nintendo", "Nintendo"),
    (r"RokuBrowser|\bRoku\b", "Roku OS"),
    (r"OPR/\S+ OMI/|Opera TV Store", "Linux"),
)
_JAVA = (r"MIDP|J2ME|UP\.Browser", "Java ME")
_BUILT_ON = frozenset({"Android", "Linux", "Other", "Windows", "Web0S", "Sony"})
"""What the parser calls systems that may be another one with a mark."""
MARKED_SYSTEMS = frozenset(name for _, name in (_FIRE_OS, *_SYSTEMS, _JAVA))


class Marked(NamedTuple):
    """A browser by its mark, with its major version (empty when it says none)."""

    browser: str
    major: str


def marked_browser(agent: str, family: str) -> Marked | None:
    """Return the browser that *agent* is by a mark, where the parser found *family*.

    >>> marked_browser("Mozilla/5.0 (X) Chrome/80.0 YaBrowser/22.8.0 Safari/537", "Chrome")
    Marked(browser='Yandex Browser', major='22')
    """
    if family not in TOLD_BY_MARKS:
        return None
    if found := _FIND.search(agent):
        major = _MAJOR.match(agent, found.end())
        return Marked(_MARKS[found[0]], major[0] if major else "")
    if family in ("HbbTV", "Other", "WebKit Nightly") and (engine := _ENGINE.search(agent)):
        # A television's browser: what counts for a page is the engine it is built on.
        name = engine.lastgroup or ""
        return Marked(name, engine[name])
    return None


def marked_system(agent: str, family: str) -> str:
    """Return the system that *agent* is by a mark, where the parser found *family*; else empty."""
    return _system_finder(family)(agent) if family in _BUILT_ON else ""


@cache
def _system_finder(family: str) -> Callable[[str], str]:
    before = (_FIRE_OS,) if family == "Android" else ()
    after = (_JAVA,) if family == "Other" else ()
    return finder((*before, *_SYSTEMS, *after))
