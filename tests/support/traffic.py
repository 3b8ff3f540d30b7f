"""Make up facts of a site's traffic, day by day, for tests that draw pages from them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from oboro.facts import DIRECT, Fact

VALUES: Mapping[str, tuple[tuple[str, int], ...]] = {
    "page": (
        ("/", 30),
        ("/kurashi/gomi/", 22),
        ("/kosodate/hoikuen/", 14),
        ("/bousai/hazardmap/", 11),
        ("/news/", 8),
        ("/kurashi/", 6),
        ("/kosodate/", 5),
        ("/shisei/", 4),
        ("/bousai/", 3),
        ("/shisei/yosan/", 2),
    ),
    "section": (("/kurashi/", 34), ("/kosodate/", 22), ("/bousai/", 18), ("/news/", 10)),
    "entry": (("/", 48), ("/kurashi/gomi/", 30), ("/kosodate/hoikuen/", 22)),
    "exit": (("/kurashi/gomi/", 45), ("/", 32), ("/bousai/hazardmap/", 12)),
    "source": (("Google", 48), (DIRECT, 27), ("Yahoo! JAPAN", 14), ("X", 6), ("LINE", 5)),
    "channel": (("search", 62), ("direct", 27), ("social", 11)),
    "referrer": (("google.com", 40), ("yahoo.co.jp", 14), ("t.co", 6)),
    "country": (("JP", 92), ("US", 4), ("VN", 2), ("CN", 1), ("BR", 1)),
    "language": (("ja", 90), ("en", 7), ("vi", 2), ("zh", 1)),
    "device": (("mobile", 66), ("desktop", 29), ("tablet", 5)),
    "browser": (("Safari", 44), ("Chrome", 38), ("Edge", 12), ("LINE", 4), ("Firefox", 2)),
    "os": (("iOS", 46), ("Android", 24), ("Windows", 24), ("macOS", 6)),
    "screen": (("0-575", 64), ("1200-1919", 20), ("1920+", 8), ("768-1199", 5), ("576-767", 3)),
    "page*source": (),
}
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 8, 10, 9, 7, 7, 7, 7, 7, 8, 9, 9, 6, 3)


def traffic(site: str, last: date, days: int, seed: int = 1, visits: int = 600) -> Iterator[Fact]:
    """Yield facts of *days* days up to *last*, about *visits* visits each."""
    chance = random.Random(seed)
    for back in range(days):
        day = last - timedelta(days=back)
        busy = (0.62 if day.weekday() >= 5 else 1.0) * chance.uniform(0.88, 1.12)
        count = round(visits * busy)
        yield Fact(site, day, "total", "", "", round(count * 2.3), count, round(count * 0.86), 0)
        yield from _spread(
            site, day, "hour", tuple((f"{h:02d}", w) for h, w in enumerate(HOURS)), count
        )
        for topic, values in VALUES.items():
            yield from _spread(site, day, topic, values, count)
        for page, share in VALUES["page"][:3]:
            for source, part in VALUES["source"][:3]:
                n = count * share * part // 10_000
                if n >= 3:
                    yield Fact(site, day, "page*source", page, source, round(n * 1.4), n, n, 0)


def _spread(
    site: str, day: date, topic: str, values: tuple[tuple[str, int], ...], count: int
) -> Iterator[Fact]:
    whole = sum(weight for _, weight in values)
    for value, weight in values:
        n = count * weight // whole
        views = 0 if topic in ("entry", "exit") else round(n * 2.3)
        visitors = 0 if topic == "exit" else round(n * 0.86)
        yield Fact(site, day, topic, value, "", views, n, visitors, 0)
