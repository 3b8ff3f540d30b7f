"""Count an access log the plain way, to hold the import against: nothing of Oboro is used here.

A page view is a GET answered 200 or 304 for something that is neither an asset nor a feed; a
visitor-day is a different pair of truncated network and agent on a day of the zone.
"""

from __future__ import annotations

import collections
import datetime
import gzip
import re
import zoneinfo
from dataclasses import dataclass, field
from pathlib import Path

LINE = re.compile(
    r'(?P<ip>\S+) \S+ \S+ \[(?P<time>[^\]]+)\] "(?P<method>[A-Z]+) (?P<target>.*?)'
    r'(?: HTTP/[\d.]+)?" (?P<status>\d+) \S+ "(?P<ref>.*?)" "(?P<agent>.*)"$'
)
ASSET = re.compile(
    r"\.(css|js|map|png|jpe?g|gif|svg|ico|bmp|webp|woff2?|ttf|otf|eot|swf|xslt?|json|"
    r"mp3|mp4|ogg|wav|webm|avi|mov|pdf|docx?|xlsx?|pptx?|odt|epub|csv|txt|md|log|conf|xml|ya?ml|"
    r"zip|gz|bz2|tar|tgz|7z|rar|jar|war|iso|dmg|exe|msi|deb|rpm|gem|bin)/*$",
    re.IGNORECASE,
)
FEED_QUERY = re.compile(r"(^|&)(flav|feed)=(rss|atom)", re.IGNORECASE)
FEED_PATH = re.compile(r"/(feed|feeds|rss|atom)/*$|\.(rss|atom|rdf)$|/index\.xml$", re.IGNORECASE)


@dataclass
class PlainCount:
    """What was counted: page views and visitor-days by day, before any bot is taken out."""

    lines: int = 0
    unreadable: int = 0
    not_counted: collections.Counter[str] = field(default_factory=collections.Counter)
    views: collections.Counter[datetime.date] = field(default_factory=collections.Counter)
    visitors: dict[datetime.date, set[tuple[str, str]]] = field(default_factory=dict)
    agents: collections.Counter[str] = field(default_factory=collections.Counter)


def count(path: Path, zone: str, without_agents: frozenset[str] = frozenset()) -> PlainCount:
    """Count *path* by the days of *zone*, leaving out lines whose agent is one of these."""
    result = PlainCount()
    clock = zoneinfo.ZoneInfo(zone)
    open_log = gzip.open if path.suffix == ".gz" else open
    with open_log(path, "rb") as lines:
        for raw in lines:
            result.lines += 1
            _count_line(raw.decode("utf-8", "replace").rstrip("\n"), clock, without_agents, result)
    return result


def _count_line(
    line: str, clock: zoneinfo.ZoneInfo, without_agents: frozenset[str], result: PlainCount
) -> None:
    match = LINE.match(line)
    if not match:
        result.unreadable += 1
        return
    path, _, query = match["target"].partition("#")[0].partition("?")
    if match["method"] != "GET":
        result.not_counted["method"] += 1
    elif match["status"] not in ("200", "304"):
        result.not_counted["status"] += 1
    elif FEED_QUERY.search(query) or FEED_PATH.search(path):
        result.not_counted["feed"] += 1
    elif ASSET.search(path) or path.startswith(("/favicon", "/.well-known/")):
        result.not_counted["asset"] += 1
    elif match["agent"] in without_agents:
        result.not_counted["bot"] += 1
    else:
        at = datetime.datetime.strptime(match["time"], "%d/%b/%Y:%H:%M:%S %z")
        day = at.astimezone(clock).date()
        network = ".".join(match["ip"].split(".")[:3])
        result.views[day] += 1
        result.visitors.setdefault(day, set()).add((network, match["agent"]))
        result.agents[match["agent"]] += 1
