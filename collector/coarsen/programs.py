"""Tell programs from people's browsers by the agent alone, where the crawler lists are silent."""

from __future__ import annotations

import re

_BROWSERS_BEGIN = re.compile(
    r"Mozilla/|Opera[/ ]|Midori/|Lynx/|Links \(|E?Links[/ (]|w3m/|Dillo/|NetSurf/|NetFront"
    r"|DoCoMo/|KDDI-|SoftBank/|Vodafone/|J-PHONE/|UP\.Browser|Nokia|SonyEricsson|SAMSUNG-|SEC-"
    r"|LG[E-]|MOT-|BlackBerry|LAVA|Micromax|UCWEB|Instagram ",
)
_ADDRESS = re.compile(r"https?:|www\.|[^\s@]@[^\s@]+\.[a-z]", re.IGNORECASE)
"""Programs give an address where their owner can be reached; browsers have no reason to."""
_WORDS = re.compile(
    r"bot\b|bots?[/_-]|crawl|spider|slurp|scrap(?:e|y)|archiv|validator|monitor|uptime|pingdom"
    r"|preview|fetch|feed|rss|subscriber|aggregator|favicon|lighthouse|pagespeed|gtmetrix"
    r"|phantomjs|slimerjs|puppeteer|playwright|selenium|cypress/|electron/.*test"
    r"|\bcurl|wget|libwww-perl|httpclient|http_request|okhttp|\bjava/|python|\bruby\b|\bphp/|perl\b"
    r"|go-http|node-fetch|axios|undici|indy library|guzzle|winhttp|cfnetwork|dalvik/"
    r"|office protocol|apachebench|\bjmeter|\bk6/|postman|insomnia",
    re.IGNORECASE,
)
_HEADLESS = re.compile(r"headless", re.IGNORECASE)
_NAMES_A_SYSTEM = re.compile(r"\((?!compatible;?\s*\))[^)]{4,}")


def is_program(agent: str) -> bool:
    """Tell whether *agent* is a crawler, a library, a monitor or nothing a browser would send.

    >>> is_program("curl/8.5.0"), is_program("Mozilla/4.0 (compatible;)")
    (True, True)
    """
    if not _BROWSERS_BEGIN.match(agent):
        return True
    if agent.startswith("Mozilla/") and not _NAMES_A_SYSTEM.search(agent):
        return True
    return bool(_ADDRESS.search(agent) or _WORDS.search(agent))


def is_headless(agent: str) -> bool:
    """Tell whether *agent* is a browser without a screen, which a program steers."""
    return bool(_HEADLESS.search(agent))
