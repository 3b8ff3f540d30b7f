"""Tell what kind of device an agent runs on, by what says so itself and by makers' model numbers.

Televisions and tablets often say ``Mobile`` as telephones do. A model's number then tells more than
the word, as far as makers number their devices by kind.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from collector.coarsen.finding import finder

_DEVICES = (
    # Windows says so of any computer with a pen; and Android runs on some people's computers.
    (
        r"Chromebook|Pixelbook|Windows NT [^)]*Tablet PC|EliteBook|Latitude|Inspiron|Vostro|Aspire "
        r"|TravelMate|LIFEBOOK|ThinkPad|(?i:satellite) [A-Z]",
        "desktop",
    ),
    (
        r"Windows NT [0-9.]+; ARM;|SM-F[79]\d\d|PadFone|Phone ?Pad|Coolpad|MAUI"
        r"|[ _]DTV[ ;)].* Mobile",
        "mobile",
    ),
    (
        "(?i)smart-?_?tv|hbbtv|apple ?tv|google ?tv|android ?tv|bravia|web0s|netcast|viera|crkey"
        r"|\broku|aft[a-z]{1,6}\d*\b|\bdtv\b|tizen.*\btv\b|nettv/|netrange|\bOMI/|vidaa|dunehd"
        r"|\btivo\b|\bce-html|ott[ _-]?box|tv[ _-]?box|set-?top|shield android|chromecast|mitv"
        "|mibox|opera tv|(?-i:(?:^|[^A-Za-z])TV(?:[^A-Za-z]|$))"
        # What sets and boxes are built on besides Android.
        r"|sonydtv|inettvbrowser|\bstbapp|[_ ]stb\b|_stb_|vstvb|opera/9\.80 \(linux (?:mips|sh4)"
        # Boxes by what they are called and by the names they are sold under.
        r"|\b(?:media|smart|super|tv|flow|wink|m)_?-?box\b|\bbox (?:[a-z]?\d|pro)|tv ?stick"
        r"|stick 4k"
        r"|; (?:a95x|x96|h96|t95|x88|mxq|ugoos|zidoo|beelink|me-?cool|gtking|vontar|tanix|minix"
        r"|openbox|iconbit x|rombica|selenga|zgemma|formuler|pendoo|vorke|nexon|yundoo|ozonehd)"
        r"|\bneo-[xuz]\d|\batv|[a-z]atv\b",
        "tv",
    ),
    (
        # Sets by the diagonal in inches: alone, after LED or a maker's letters, or by the panel.
        r"; (?:[A-Z]{1,5}[-_]?)?(?:19|2[248]|32|39|4[0-39]|5[058]|65|7[05]|8[56])[A-Z]{1,6}[-_]?\d"
        r"|(?i:led-?\d\d)|(?i:\bshell [a-z0-9]+\d{3})|; TDTV|; (?i:polar)(?i:line)?_",
        "tv",
    ),
    (
        r"(?i)ipad|tablet|\btab\b|/apad\b|sm-[tx]\d{3}|sm-p\d{3}|gt-p\d{4}|lenovo tb|mediapad"
        r"|matepad|\bpad\b|playbook|kindle|; kf[a-z]{2,6}\b|nexus (?:7|9|10)\b"
        r"|transformer|pocketbook"
        # Models of which the name says it, in one word with others or with a number.
        r"|[a-z_]tab(?:[_ ;)/]|\d)|[ _-]tab[_ \d]|[a-z]pad(?:[_ ;)/]|\d)|; [a-z ]{0,20}pad[ _-]?\d"
        # Makers' numbers of tablets: Lenovo, Huawei, Honor, Xiaomi, Oppo, LG, Samsung, and others.
        r"|; (?:tb\d?-?[a-z]?\d{3,4}|yt\d?-[a-z]?\d{3})|lenovo b[68]\d{3}|; [a-z]{3}\d?-w\d9\b"
        r"|; (?:ags|bah|scm|mrx|kob|jdn|cmr|sht|vrd|dby|bzt|bzk|bza|bzw|mon|fdr|got|cpn|hdl)\d?-"
        r"|; 2\d{4}rp\w{3,4}\b|; opd\d{4}|; lg-v\d{3}|gt-n80|gt-n51|; pm[pt]\d{4}|; tz\d{2,3}\b"
        r"|; optima|; citi \d{4}|; plane \d|; rct\d|bntv\d|; bq(?:ru)?-(?:[78]\d{3}|10\d\d)"
        r"|; gem-?70|iplay_?\d|\bmid-?c?\d{3,4}",
        "tablet",
    ),
    (
        r"Dalvik/|MIDP|iPhone|iPod|Windows Phone|WPDesktop|; wv\).*Mobile|(?i:\bmobile\b)|KAIOS"
        r"|UP\.Browser|UCWEB|OBIGO|\bWAP|Symbian|BlackBerry",
        "mobile",
    ),
)
"""What says by itself which kind of device it is; the first that occurs decides."""


def device_named(agent: str) -> str:
    """Return the device that *agent* names; empty where it names none.

    >>> device_named("Mozilla/5.0 (Linux; Android 11; X96mini) Chrome/90 Mobile Safari/537.36")
    'tv'
    """
    return _finder()(agent)


@cache
def _finder() -> Callable[[str], str]:
    return finder(_DEVICES)
