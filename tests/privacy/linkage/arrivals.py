"""Make a log's page views arrivals, and add what a tracker would have told beside them.

A log holds page views alone. What else happened is made up from a seed, for each visitor by
itself: so it is known whose it was, and every topic holds something to link by.
"""

from __future__ import annotations

import dataclasses
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from collector.arrival import Arrival
from collector.coarse import Mark
from collector.coarsen.marks import download_mark, event_mark, outbound_mark
from collector.kind import Kind
from collector.log_import.sieve import Page
from oboro.funnels import Funnel
from oboro.goals import Goal
from oboro.sites import DOWNLOADS, Site

HAPPENINGS: tuple[str, ...] = (Kind.EVENT, Kind.DOWNLOAD, Kind.OUTBOUND)
"""Topics of what happens on pages; each of its facts is a hit of its own."""
GOALS = (
    Goal(name="projects", page="/projects/*"),
    Goal(name="articles", page="/articles/*"),
    Goal(name="talks", page="/presentations/*"),
    Goal(name="tagged", page="/blog/tags/*"),
    Goal(name="asked", event="contact"),
)

FUNNELS = (
    Funnel(name="asking", steps=("/", "/projects/*", "event:contact")),
    Funnel(name="reading", steps=("/blog/*", "goal:articles")),
)

_EVENTS = ("contact", "subscribe", "play")
_LANGUAGES = (("en", 60), ("de", 8), ("fr", 7), ("ja", 6), ("zh", 6), ("es", 5), ("nl", 2))
_WIDTHS = ((1920, 30), (1366, 25), (390, 25), (2560, 10), (820, 10))
_FILES = tuple(f"https://files.example/{name}.pdf" for name in ("plan", "form", "report", "map"))
_LINKS = tuple(f"https://www.{name}.example/" for name in ("forum", "shop", "video", "maps"))
_WORDS = ("logstash", "grok", "xdotool", "vim", "ssh")
_CAMPAIGNS = ("spring", "autumn")
_LONGEST_READ = 600
_OPEN_LATEST = 1_700
"""Seconds for which a page's visit is surely open; it ends after 1,800 idle ones."""

Reader = tuple[bytes, str]


def declared(site: Site) -> Site:
    """Return *site* with a declaration for every topic that needs one."""
    return dataclasses.replace(
        site,
        events=_EVENTS,
        campaigns=_CAMPAIGNS,
        search_keys=("q",),
        properties=("plan=free", "plan=pro"),
        goals=GOALS,
        funnels=FUNNELS,
    )


def views_of(pages: Iterable[Page], site: Site) -> list[Arrival]:
    """Return *pages* as page views, and nothing else."""
    return [_view(page, site) for page in pages]


def with_all_topics(pages: Iterable[Page], site: Site) -> list[Arrival]:
    """Return *pages* as page views, and what is made up of their readers, in order of time."""
    readers: dict[Reader, list[Page]] = defaultdict(list)
    for page in pages:
        readers[page.network, page.agent].append(page)
    arrivals = [
        arrival
        for reader, some in sorted(readers.items())
        for arrival in _told_of(some, site, random.Random(f"{reader}"))
    ]
    return sorted(arrivals, key=lambda arrival: arrival.at)


def mark_of(arrival: Arrival) -> Mark | None:
    """Return what happened on a page by *arrival*, if it tells of anything that did."""
    if arrival.kind is Kind.EVENT:
        return event_mark(arrival.name, _EVENTS)
    if arrival.kind is Kind.DOWNLOAD:
        return download_mark(arrival.target, DOWNLOADS)
    if arrival.kind is Kind.OUTBOUND:
        return outbound_mark(arrival.target)
    return None


def _told_of(pages: Sequence[Page], site: Site, chance: random.Random) -> list[Arrival]:
    language, width = _one_of(_LANGUAGES, chance), _one_of(_WIDTHS, chance)
    campaign = chance.choice(_CAMPAIGNS) if chance.random() < 0.05 else ""
    arrivals = []
    for place, page in enumerate(pages):
        marks = [f"utm_campaign={campaign}"] if campaign and place == 0 else []
        if chance.random() < 0.05:
            marks.append(f"q={chance.choice(_WORDS)}")
        url = f"{page.url}{'&' if '?' in page.url else '?'}{'&'.join(marks)}" if marks else page.url
        told = page._replace(url=url, language=language, width=width)
        until = pages[place + 1].at if place + 1 < len(pages) else page.at + _OPEN_LATEST
        lasts = min(until - page.at - 1, _OPEN_LATEST, chance.expovariate(1 / 60), _LONGEST_READ)
        arrivals.append(_view(told, site))
        if lasts < 1:
            continue
        if (kind := chance.random()) < 0.2:
            arrivals.append(_happening(told, site, kind, chance.uniform(0, lasts), chance))
        scroll = min(100, int(chance.triangular(0, 130, 60)))
        arrivals.append(_hit(told, site, lasts, Kind.ENGAGEMENT, engaged=lasts, scroll=scroll))
    return arrivals


def _happening(
    page: Page, site: Site, which: float, after: float, chance: random.Random
) -> Arrival:
    if which < 0.08:
        props = {"plan": chance.choice(("free", "pro"))}
        return _hit(page, site, after, Kind.EVENT, name=chance.choice(_EVENTS), props=props)
    if which < 0.12:
        return _hit(page, site, after, Kind.DOWNLOAD, target=chance.choice(_FILES))
    return _hit(page, site, after, Kind.OUTBOUND, target=chance.choice(_LINKS))


def _view(page: Page, site: Site) -> Arrival:
    return _hit(page, site, 0, Kind.VIEW)


def _hit(page: Page, site: Site, after: float, kind: Kind, **told: Any) -> Arrival:
    return Arrival(
        site=site.host,
        at=datetime.fromtimestamp(page.at + after, UTC),
        network=page.network,
        agent=page.agent,
        language=page.language,
        url=page.url,
        referrer=page.referrer if kind is Kind.VIEW else "",
        kind=kind,
        width=page.width,
        **told,
    )


def _one_of(weighted: Sequence[tuple[Any, int]], chance: random.Random) -> Any:
    values, weights = zip(*weighted, strict=True)
    return chance.choices(values, weights)[0]
