"""Look for what programs call themselves: two kept lists of crawlers, and words of our own.

The lists are those of `crawler-user-agents` and `crawlerdetect`, some three thousand patterns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from collector.coarsen.finding import finder

_DEVICE = re.compile(r"\((?:Linux|Android|Mobile)\b[^()]*\)", re.IGNORECASE)
"""The brackets in which Android names the device: telephones are called Octopus, Fever or Cubot."""
_HEADLESS = re.compile("headless", re.IGNORECASE)
"""Told apart from programs: it may be the operator's own browser."""
_APP = re.compile(r"\bcom\.\w+(?:\.\w+)*")
"""The package name of an app of Android, which looks like a domain."""
_LOOKS_AROUND = re.compile(r"\(\?<?[=!]")
"""One pattern of the lists does, which the matcher cannot."""
_NO_CRAWLERS = frozenset({"Sogou", "Fluid", "QQDownload", "Astute", "libwww"})
"""Listed patterns that name what people read pages with."""
_WORDS = (
    # Programs give an address where their owner can be reached; browsers have no reason to.
    r"https?:|www\.|[^\s@]@[^\s@]+\.[a-z]|\[at\]|\b[a-z0-9-]+\.(?:com|org|net|io|ai|party)\b",
    r"bot\b|bots?[/_-]|crawl|spider|slurp|scrap(?:e|y)|archiv|aggregator|transcoder|extractor",
    r"validator|monitor|uptime|pingdom|favicon|lighthouse|page ?speed|gtmetrix|optimizer",
    r"preview|fetch|feed|rss|subscriber|thumbnail|screenshot|\bproxy\)",
    r"scanner|checker\b|inspect|synthetic|observatory|diagnostic|survey|research|verif(?:y|ier)",
    r"google-[a-z]|[a-z]-user/|\bagent/[0-9]|detectify",
    r"phantomjs|slimerjs|puppeteer|playwright|selenium|webdriver|cypress/|electron/.*test",
    r"\bcurl|wget|libwww-perl|httpclient|http_request|okhttp|\bjava/|python|\bruby/|\bphp/|perl\b",
    r"go-http|node-fetch|axios|undici|indy library|guzzle|winhttp|cfnetwork|dalvik/",
    r"office protocol|apachebench|\bjmeter|\bk6/|postman|insomnia",
)


def is_listed(agent: str) -> bool:
    """Tell whether *agent* says that it is a program, outside of its device's own name.

    >>> is_listed("Mozilla/5.0 (compatible; bingbot/2.0)"), is_listed("Mozilla/5.0 (X11; Linux)")
    (True, False)
    >>> is_listed("Mozilla/5.0 (Linux; Android 4.2.2; CUBOT ONE) AppleWebKit/534.30 Safari/534.30")
    False
    """
    return bool(_find()(_HEADLESS.sub("", _APP.sub("", _DEVICE.sub("()", agent)))))


@cache
def _find() -> Callable[[str], str]:
    # Reading the lists takes a moment, so it waits for the first agent.
    from crawlerdetect.providers.crawlers import data as detected
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA as LISTED

    named = [entry["pattern"] for entry in LISTED if entry["pattern"] not in _NO_CRAWLERS]
    anyhow = [f"(?i){pattern}" for pattern in (*detected, *_WORDS) if pattern not in _NO_CRAWLERS]
    return finder((p, "program") for p in (*named, *anyhow) if not _LOOKS_AROUND.search(p))
