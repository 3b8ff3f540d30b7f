"""Who visits the made-up town: agents as browsers write them, networks, languages, widths."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import NamedTuple


class Person(NamedTuple):
    """A made-up visitor."""

    network: bytes
    agent: str
    language: str
    width: int


class _Device(NamedTuple):
    weight: float
    agent: str
    widths: tuple[int, ...]


_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_IPHONE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_PHONES = (360, 384, 390, 393, 412, 430)
_DESKS = (1280, 1366, 1440, 1536, 1920, 1920, 2560)

_DEVICES = (
    _Device(22, f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {_IPHONE} "
            "Version/18.6 Mobile/15E148 Safari/604.1", (375, 390, 393, 430)),
    _Device(9, f"Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) {_IPHONE} "
            "Version/26.0 Mobile/15E148 Safari/604.1", (390, 393, 402, 440)),
    _Device(4, f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_7 like Mac OS X) {_IPHONE} "
            "Version/17.7 Mobile/15E148 Safari/604.1", (375, 390)),
    _Device(3, f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {_IPHONE} "
            "CriOS/140.0.7339.101 Mobile/15E148 Safari/604.1", (375, 390, 393)),
    _Device(3, f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {_IPHONE} "
            "Mobile/15E148 Safari Line/15.13.0", (390, 393)),
    _Device(19, f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} "
            "Chrome/141.0.0.0 Mobile Safari/537.36", _PHONES),
    _Device(4, f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} "
            "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", (360, 384, 412)),
    _Device(1, "Mozilla/5.0 (Android 14; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0", _PHONES),
    _Device(3, f"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) {_IPHONE} "
            "Version/18.6 Mobile/15E148 Safari/604.1", (744, 820, 834, 1024)),
    _Device(15, f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} "
            "Chrome/141.0.0.0 Safari/537.36", _DESKS),
    _Device(10, f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} "
            "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", _DESKS),
    _Device(2, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 "
            "Firefox/143.0", _DESKS),
    _Device(4, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.6 Safari/605.1.15", (1280, 1440, 1512, 1728)),
    _Device(3, f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_WEBKIT} "
            "Chrome/141.0.0.0 Safari/537.36", (1440, 1512, 1728)),
    _Device(0.6, f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_WEBKIT} "
            "Chrome/139.0.0.0 Safari/537.36", (1366,)),
    _Device(0.5, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            (1920,)),
)  # fmt: skip

CRAWLERS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
    "+https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "curl/8.9.1",
)

_HOME = tuple(
    (first, second)
    for first, seconds in {
        126: (0, 72, 140, 200), 133: (106, 200), 153: (128, 200), 106: (128, 150, 180),
        49: (96, 98, 104), 1: (72, 75, 79), 60: (64, 100), 61: (192,), 114: (144,),
        119: (240,), 122: (208,), 180: (0, 30), 182: (249,), 210: (128, 250), 218: (40,),
        219: (96,), 220: (96,), 221: (16,), 222: (144,), 27: (80, 140), 36: (2, 8),
        59: (128,), 111: (96,), 113: (32,), 121: (80,), 123: (216,), 160: (86,), 14: (8,),
    }.items()
    for second in seconds
)  # fmt: skip
_ABROAD = (
    (24, (24, 0), "en-US"), (18, (73, 0), "en-US"), (8, (108, 0), "en-US"),
    (14, (114, 32), "zh-TW"), (8, (1, 160), "zh-TW"), (12, (121, 128), "ko-KR"),
    (8, (175, 192), "ko-KR"), (10, (36, 96), "zh-CN"), (8, (116, 224), "zh-CN"),
    (12, (14, 160), "vi-VN"), (7, (113, 160), "vi-VN"), (7, (112, 198), "en-PH"),
    (5, (86, 128), "en-GB"), (3, (91, 0), "de-DE"), (3, (90, 0), "fr-FR"),
    (4, (1, 128), "en-AU"), (4, (171, 96), "th-TH"), (3, (36, 64), "id-ID"),
    (6, (189, 0), "pt-BR"), (3, (24, 48), "en-CA"), (2, (49, 36), "en-IN"),
)  # fmt: skip
"""Weight, network and language of visitors from abroad."""
_AT_HOME = 0.955
_FOREIGN_AT_HOME = 0.035
_DEVICE_SUMS = list(accumulate(device.weight for device in _DEVICES))
_ABROAD_SUMS = list(accumulate(weight for weight, _, _ in _ABROAD))


def a_person(draw: random.Random) -> Person:
    """Draw a visitor: mostly from the country itself, and mostly on a phone."""
    device = draw.choices(_DEVICES, cum_weights=_DEVICE_SUMS)[0]
    if draw.random() < _AT_HOME:
        prefix, language = draw.choice(_HOME), "ja"
        if draw.random() < _FOREIGN_AT_HOME:
            language = draw.choices(_ABROAD, cum_weights=_ABROAD_SUMS)[0][2]
    else:
        _, prefix, language = draw.choices(_ABROAD, cum_weights=_ABROAD_SUMS)[0]
    network = bytes((*prefix, draw.randrange(256), 0))
    return Person(network, device.agent, f"{language},en;q=0.5", draw.choice(device.widths))
