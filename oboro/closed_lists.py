"""The public keys of the closed publication tables: the same on every site, whatever was counted.

A publication shows each of these keys, with a figure drawn also where nobody stands behind it, so
that being listed says nothing about anybody. A name that the collector tells and that is not here
is published under ``(other)``. The lists are public and dated; changing one is a new version.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from oboro.contributions import TOTAL_KEY
from oboro.facts import DIRECT, OTHER, UNKNOWN

CLOSED_LISTS_VERSION = 2
"""Raised whenever a list changes; a publication says which version its keys are of."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_COUNTRIES = _words(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
    EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW
    GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY
    KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA
    ZM ZW
    """
)
"""The officially assigned codes of ISO 3166-1 alpha-2, and XK, which databases use for Kosovo."""
_BROWSERS = (
    "AOL", "Aloha", "Amazon Silk", "Android Browser", "Android WebView", "Apple Mail", "Atom",
    "Avast Secure Browser", "Baidu", "BlackBerry", "Brave", "Camino", "Chrome", "Chrome Frame",
    "Chromium", "Coc Coc", "Dolphin", "DuckDuckGo", "ELinks", "Ecosia", "Edge", "Espial",
    "Facebook", "Facebook Messenger", "Falkon", "Firefox", "GNOME Web", "Google app",
    "HeyTap Browser", "Hi Browser", "Huawei Browser", "IceCat", "Instagram", "Internet Explorer",
    "Iron", "Jasmine", "KakaoTalk", "Konqueror", "LINE", "LinkedIn", "Links", "Lunascape", "Lynx",
    "Maxthon", "Meta Quest Browser", "Mi Browser", "Midori", "Mint Browser", "NetFront",
    "NetSurf", "Netscape", "Nokia Browser", "Obigo", "Odin", "OmniWeb", "Openwave", "Opera",
    "Opera Mini", "Pale Moon", "Phoenix Browser", "Pinterest", "Polaris", "Puffin", "QQ Browser",
    "Qt WebEngine", "Quark", "Safari", "Samsung Internet", "SeaMonkey", "Seznam", "Sleipnir",
    "Smooz", "Snapchat", "Sogou Explorer", "TikTok", "UC Browser", "Vivaldi", "Waterfox",
    "WeChat", "Whale", "X", "Yandex Browser", "iOS WebView", "vivo Browser", "w3m",
    "webOS Browser",
)  # fmt: skip
_SYSTEMS = (
    "Android", "BSD", "Bada", "BlackBerry OS", "ChromeOS", "Fire OS", "Firefox OS", "HarmonyOS",
    "KaiOS", "Linux", "Mac OS", "Solaris", "Symbian", "Tizen", "WebTV", "Windows",
    "Windows Mobile", "Windows Phone", "iOS", "macOS", "tvOS", "webOS",
)  # fmt: skip
_SOURCES = (
    "5ch", "AOL Mail", "AOL Search", "Ameba", "Antenna", "Apple News", "Ask", "Baidu", "Biglobe",
    "Bilibili", "Bing", "Bluesky", "Brave Search", "ChatGPT", "Claude", "Coc Coc", "Copilot",
    "Daum", "DeepSeek", "Digg", "Discord", "Doubao", "Duck.ai", "DuckDuckGo", "Ecosia", "Excite",
    "FC2", "Facebook", "Fastmail", "Feedly", "Felo", "Flipboard", "GMX", "Gemini", "Genspark",
    "GitHub", "Gmail", "Google", "Google News", "Google Translate", "Grok", "Gunosy",
    "Hacker News", "Hatena", "Inoreader", "Instagram", "Kagi", "KakaoTalk", "Kimi", "LINE",
    "LINE NEWS", "Lemon8", "LinkedIn", "Lycos", "MSN", "Manus", "Mastodon", "Medium", "Meta AI",
    "MetaGer", "Microsoft Teams", "Microsoft Translator", "Misskey", "Mistral", "Mojeek", "Naver",
    "NewsPicks", "Nifty", "NotebookLM", "Notion", "OCN", "Odnoklassniki", "Outlook", "Perplexity",
    "Petal Search", "Phind", "Pinterest", "Poe", "Proton Mail", "Qiita", "Quora", "Qwant", "Qwen",
    "Rakuten Infoseek", "Reddit", "Seesaa", "Seznam", "Shenma", "Slack", "SmartNews", "Snapchat",
    "So-net", "So.com", "Sogou", "Stack Overflow", "Startpage", "StumbleUpon", "Swisscows",
    "Telegram", "Threads", "TikTok", "Togetter", "Tumblr", "Twitch", "VK", "Vimeo", "WeChat",
    "Weibo", "WhatsApp", "Wikipedia", "X", "XING", "Xiaohongshu", "Yahoo!", "Yahoo! JAPAN",
    "Yahoo! JAPAN Chiebukuro", "Yahoo! JAPAN Mail", "Yahoo! JAPAN News", "Yahoo! Mail", "Yandex",
    "You.com", "YouTube", "Yuanbao", "Z.ai", "Zenn", "Zoho Mail", "au Web Portal", "docomo d menu",
    "docomo mail", "e-Gov", "goo", "goo News", "iAsk", "iCloud Mail", "livedoor Blog",
    "livedoor News", "mixi", "niconico", "note", "pixiv",
)  # fmt: skip
_LANGUAGES = _words(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fil fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu
    hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb
    lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om
    or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv
    sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """
)
"""The two-letter tags of ISO 639-1, and fil, which browsers send for Filipino."""

_DEVICES = ("desktop", "mobile", "tablet", "tv")
_HOURS = tuple(f"{hour:02}" for hour in range(24))


def _sorted(*names: str) -> tuple[str, ...]:
    return tuple(sorted(names))


CLOSED_LISTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "totals": (TOTAL_KEY,),
        "sources": _sorted(*_SOURCES, DIRECT, OTHER),
        "countries": _sorted(*_COUNTRIES, OTHER, UNKNOWN),
        "browsers": _sorted(*_BROWSERS, OTHER),
        "systems": _sorted(*_SYSTEMS, OTHER),
        "devices": _sorted(*_DEVICES, OTHER),
        "hours": _HOURS,
        "languages": _sorted(*_LANGUAGES, OTHER, UNKNOWN),
    }
)
"""By publication table, in the order in which they are published (that of code points).

Hours have no ``(other)``, since there are no others; a total has one key.
"""
