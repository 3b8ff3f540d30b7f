"""Tell programs from people's browsers by the agent: how it is built, what it calls itself."""

from __future__ import annotations

import re

from collector.coarsen.crawlers import is_listed

_BROWSERS_BEGIN = re.compile(
    r"Mozilla ?/|Mozilla 5|Opera[/ ]|Midori/|Lynx/|Links \(|E?Links[/ (]|w3m/|Dillo/|NetSurf/"
    r"|NetFront|DoCoMo/|KDDI-|SoftBank/|Vodafone/|J-PHONE/|Nokia|SonyEricsson|SAMSUNG|SEC-"
    r"|LG[E-]|MOT-|BlackBerry|LAVA|Micromax|UCWEB|Instagram |HbbTV/|RokuBrowser/|Huawei",
    re.IGNORECASE,
)
_BROWSERS_ENGINES = re.compile(
    r"AppleWebKit|Gecko/|Presto/|Trident/|UP\.Browser|NetFront|Profile/MIDP|Obigo|Teleca"
)
_GOOGLES = re.compile(r"\b[A-Z]\w+-Google/\d")
"""How Google's programs name themselves behind a browser's agent."""
_HEADLESS = re.compile(r"headless", re.IGNORECASE)
_NAMES_A_SYSTEM = re.compile(r"\((?!compatible;?\s*\))[^)]{4,}")
_COMPATIBLE = re.compile(r"\(compatible; *([^;)/]+)[^)]*\)(.*)")
_COMPATIBLE_BROWSERS = re.compile(
    r"MSIE|Konqueror|Windows|Linux|Android|IBrowse|ABrowse|OmniWeb|iCab|ANTGalio|Opera|AOL|NetPos"
    r"|Charon|Xbox|PalmSource|Maxthon|X11|Mac|BeOS|Embider|Lotus|Voyager|Nokia|OffByOne|iPhone",
    re.IGNORECASE,
)
"""What browsers that call themselves compatible name first; all others are programs."""


def is_program(agent: str) -> bool:
    """Tell whether *agent* is a crawler, a library, a monitor or nothing a browser would send.

    >>> is_program("curl/8.5.0"), is_program("Mozilla/4.0 (compatible;)")
    (True, True)
    >>> is_program("Mozilla/5.0 (compatible; Surveyor/1.0)")
    True
    """
    if not _begins_like_a_browser(agent):
        return True
    if agent.startswith("Mozilla/") and not (
        _NAMES_A_SYSTEM.search(agent) or _BROWSERS_ENGINES.search(agent)
    ):
        return True
    if _is_compatible_alone(agent) or _GOOGLES.search(agent):
        return True
    return is_listed(agent)


def is_headless(agent: str) -> bool:
    """Tell whether *agent* is a browser without a screen, which a program steers."""
    return bool(_HEADLESS.search(agent))


def _begins_like_a_browser(agent: str) -> bool:
    # Old telephones and televisions put their own name first, and an engine after it.
    return bool(_BROWSERS_BEGIN.match(agent) or _BROWSERS_ENGINES.search(agent))


def _is_compatible_alone(agent: str) -> bool:
    """Tell whether *agent* is compatible with browsers and names none: ``(compatible; X/1.0)``."""
    found = _COMPATIBLE.search(agent)
    return found is not None and not _COMPATIBLE_BROWSERS.search(agent)
