"""Publications of a made-up town, as realistic as they can be without anybody's data.

Truths, draws and adjustments are made here from a seed, apart from the program's own mechanism:
what is tested with them is how publications are shown, kept and served.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from oboro.closed_lists import CLOSED_LISTS
from oboro.contributions import PUBLICATION_TABLES, TOTAL_KEY, Bound, Keys
from oboro.facts import DIRECT, OTHER, UNKNOWN
from oboro.policy import PublicationPolicy
from oboro.publication import Figure, Gap, Publication, PublicKeys, PublishedTable

POLICY = PublicationPolicy()
HOURS = (8, 5, 3, 2, 3, 6, 14, 31, 47, 58, 62, 60, 66, 55, 52, 54, 53, 50, 46, 44, 47, 45, 32, 17)
SHARES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "sources": {
            "Google": 46, DIRECT: 24, "Yahoo! JAPAN": 17, "Bing": 5, "LINE": 2.6, "X": 1.4,
            "Facebook": 0.8, "Instagram": 0.7, "ChatGPT": 0.5, "DuckDuckGo": 0.3, OTHER: 1.7,
        },
        "countries": {
            "JP": 95.2, "US": 1.9, "TW": 0.6, "KR": 0.4, "CN": 0.4, "VN": 0.3, "GB": 0.2,
            UNKNOWN: 1,
        },
        "browsers": {
            "Safari": 44, "Chrome": 37, "Edge": 11, "Samsung Internet": 1.4, "Firefox": 2.4,
            "Google app": 2, "LINE": 1.2, OTHER: 1,
        },
        "systems": {
            "iOS": 47, "Windows": 24, "Android": 23, "macOS": 4.2, "Linux": 0.7, "ChromeOS": 0.4,
            OTHER: 0.7,
        },
        "devices": {"mobile": 69, "desktop": 27, "tablet": 3.6, "tv": 0.1, OTHER: 0.3},
        "hours": {f"{hour:02}": share for hour, share in enumerate(HOURS)},
        "languages": {
            "ja": 94.6, "en": 2.9, "zh": 1.1, "vi": 0.4, "ko": 0.4, "pt": 0.3,
            UNKNOWN: 0.3,
        },
    }
)  # fmt: skip
"""Per cent of visitor-days (of hours only in proportion); every other public key has none."""

PAGES = tuple(
    f"/{section}/{page}".replace("//", "/")
    for section, pages in {
        "": ("",),
        "暮らし": (
            "", "ごみの分別", "引っ越しの手続き", "マイナンバーカード", "税金", "水道",
            "国民健康保険",
        ),
        "子育て・教育": ("", "保育園の申し込み", "児童手当", "小学校・中学校", "図書館"),
        "防災": ("", "ハザードマップ", "避難所の一覧", "気象警報が出たとき"),
        "観光": ("", "朧月夜の里山", "春の梅まつり", "アクセス"),
        "市政": (
            "", "広報おぼろ", "市議会", "入札と契約", "統計", "市長の部屋", "お問い合わせ",
        ),
        "news": ("", "2026/10/01", "2026/10/12", "2026/10/24"),
        "en": ("", "living-guide", "garbage-separation", "disaster-prevention"),
    }.items()
    for page in pages
)  # fmt: skip


def a_publication(
    *, seed: int = 1, visitor_days: int = 48_210, listed: int = 180, **changed: Any
) -> Publication:
    """Return a month of a town's site with *listed* listed pages; *changed* fields replace ours."""
    chance = random.Random(seed)
    fields: dict[str, Any] = {
        "site": "city.oboro.example",
        "zone": "Asia/Tokyo",
        "first": "2026-10-01",
        "last": "2026-10-31",
        "cadence": "month",
        "periods": (("2026-10-01", "2026-10-31"),),
        "policy_version": 1,
        "epsilon": str(POLICY.epsilon),
        "distinct": POLICY.distinct,
        "number": 3,
        "previous": "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592",
        "label": "",
        "gaps": (Gap("2026-10-17", "void"),),
        "tables": tuple(_tables(visitor_days, listed, chance)),
        "software": "0.1.0",
    }
    return Publication(**{**fields, **changed})


def months(count: int, **changed: Any) -> dict[str, Publication]:
    """Return *count* monthly publications up to October 2026 by the names of their folders."""
    made: dict[str, Publication] = {}
    for n in range(count):
        year, month = divmod(2026 * 12 + 10 - count + n, 12)
        first = f"{year}-{month + 1:02}-01"
        leap = year % 4 == 0
        last_day = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month]
        last = f"{first[:8]}{last_day}"
        made[f"{n + 1:04}_{first}_{last}"] = a_publication(
            **{
                "seed": n,
                "visitor_days": 41_000 + 9_000 * (n % 5) - 700 * n,
                "first": first,
                "last": last,
                "periods": ((first, last),),
                "number": n + 1,
                "previous": f"{n:064x}" if n else None,
                "gaps": (Gap(f"{first[:8]}17", "void"),) if n % 3 == 2 else (),
                **changed,
            }
        )
    return made


def _tables(visitor_days: int, listed: int, chance: random.Random) -> Iterator[PublishedTable]:
    total = None
    for name in PUBLICATION_TABLES:
        table = _table(name, _truth(name, visitor_days, listed), total, chance)
        total = total or table.figures[0].figure
        yield table


def _truth(name: str, visitor_days: int, listed: int) -> dict[str, int]:
    if name == "totals":
        return {TOTAL_KEY: visitor_days}
    if name == "pages":
        pages = [*PAGES, *(f"/archive/{n:04}/" for n in range(listed - len(PAGES)))][:listed]
        read = {
            # The last third is old and nobody reads it any more.
            key: int(visitor_days * 0.34 / (n + 1) ** 0.92) if 3 * n < 2 * len(pages) else 0
            for n, key in enumerate(pages)
        }
        return {**read, OTHER: int(visitor_days * 0.12)}
    shares = SHARES[name]
    whole = sum(shares.values())
    return {key: int(visitor_days * shares.get(key, 0) / whole) for key in CLOSED_LISTS[name]}


def _table(
    name: str, truth: Mapping[str, int], total: int | None, chance: random.Random
) -> PublishedTable:
    declared = PUBLICATION_TABLES[name]
    l0 = declared.l0(POLICY.distinct)
    scale = l0 / POLICY.epsilon_of(name)
    margin = half_width(float(scale))
    draws = {key: n + _noise(float(scale), chance) for key, n in truth.items()}
    figures = {key: max(0, draw) for key, draw in draws.items()}
    if declared.bound is Bound.ONCE and total is not None:
        figures = _with_sum(figures, total)
    return PublishedTable(
        name=name,
        topic=declared.topic,
        bound="once" if declared.bound is Bound.ONCE else "distinct",
        l0=l0,
        linf=1,
        epsilon=str(POLICY.epsilon_of(name)),
        scale=str(scale),
        mechanism="discrete Laplace",
        key_set=PublicKeys("listed", 1, "2026-09-20")
        if declared.keys is Keys.LISTED
        else PublicKeys("closed", 1),
        purpose=declared.purpose,
        figures=tuple(
            Figure(
                key=key,
                draw=draws[key],
                draw_low=draws[key] - margin,
                draw_high=draws[key] + margin,
                figure=figures[key],
                low=max(0, figures[key] - margin),
                high=figures[key] + margin,
            )
            for key in sorted(truth)
        ),
    )


def half_width(scale: float) -> int:
    """Return the least h that a discrete Laplace of *scale* exceeds in 5 % of draws at most."""
    ratio = math.exp(-1 / scale)
    return max(0, math.ceil(math.log(0.025 * (1 + ratio)) / math.log(ratio)) - 1)


def _noise(scale: float, chance: random.Random) -> int:
    # The difference of two geometric numbers is a discrete Laplace one.
    first, second = (int(math.log(1 - chance.random()) * -scale) for _ in range(2))
    return first - second


def _with_sum(figures: Mapping[str, int], total: int) -> dict[str, int]:
    factor = Fraction(total, max(1, sum(figures.values())))
    scaled = {key: int(n * factor) for key, n in figures.items()}
    largest = max(scaled, key=lambda key: scaled[key])
    scaled[largest] += total - sum(scaled.values())
    return scaled
