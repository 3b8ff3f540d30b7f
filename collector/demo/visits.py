"""Draw the hits of one day of a made-up site; the same seed and day give the same hits."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from collector.demo import arrivals, calendar
from collector.demo.people import CRAWLERS, Person, a_person
from collector.demo.town import Place
from collector.log_import.sieve import Event, Page
from oboro.clock import day_begins

DAY = 86_400
_PAGES_OF_VISIT = ((1, 50), (2, 21), (3, 12), (4, 7), (5, 4), (6, 3), (8, 2), (11, 1))
_REGULAR = 0.45
_HOME_FIRST = 0.62
_SAME_SECTION = 0.55
_SEASON = 3.0
_CRAWLED = 0.05
_TOLD = 0.7
"""Which share of views is followed by how the page was read."""
_ARTICLE_DAYS = (1, 8, 15, 22)
_NO_NETWORK_OF_VISITORS = bytes((192, 0, 2, 0))


def hits_of(place: Place, day: date, seed: int) -> list[Page]:
    """Return the hits of *day*, in the order in which the visits were drawn."""
    draw = random.Random(f"{seed} {place.site.host} {day}")
    visits = round(place.visits * calendar.busyness(day) * draw.lognormvariate(0, 0.07))
    begin = int(day_begins(day, place.site.zone).timestamp())
    hits = list(
        _hits(place, day, begin, visits, draw, _regulars(place.site.host, place.regulars, seed))
    )
    views = sum(1 for hit in hits if not (hit.scroll or hit.event))
    hits += _crawled(place, begin, round(views * _CRAWLED), draw)
    if calendar.has_restart(day):
        hits = [hit for hit in hits if hit.at - begin not in calendar.RESTART]
    return hits


def _hits(
    place: Place,
    day: date,
    begin: int,
    visits: int,
    draw: random.Random,
    regulars: Sequence[Person],
) -> Iterator[Page]:
    root = f"https://{place.site.host}"
    usual = _Choice(_pages_on(place, day))
    stormy = _Choice(place.storm_pages) if place.storm_pages else usual
    sections = _by_section(usual.weights)
    storm_share = calendar.storminess(day) if place.storm_pages else 0.0
    hours = draw.choices(range(24), calendar.hours(day), k=visits)
    lengths = draw.choices(
        [n for n, _ in _PAGES_OF_VISIT], [weight for _, weight in _PAGES_OF_VISIT], k=visits
    )
    sources = _Choice(arrivals.USUAL).draw(draw, visits)
    storm_sources = _Choice(arrivals.STORM).draw(draw, visits)
    uniform = draw.random
    # Drawn apart, so that who comes does not depend on how pages are read.
    reading = random.Random(f"reading {place.site.host} {day} {visits}")
    happening = random.Random(f"happening {place.site.host} {day} {visits}")
    for hour, length, source, storm_source in zip(
        hours, lengths, sources, storm_sources, strict=True
    ):
        in_storm = uniform() < storm_share
        pages, referrer = (stormy, storm_source) if in_storm else (usual, source)
        person = (
            regulars[int(uniform() ** 3 * len(regulars))]
            if uniform() < _REGULAR
            else a_person(draw)
        )
        at = begin + hour * 3600 + int(uniform() * 3600)
        leads_home = not in_storm and referrer in arrivals.LEADS_HOME
        page = "/" if leads_home and uniform() < _HOME_FIRST else pages.one(draw)
        for _ in range(length):
            if at >= begin + DAY:
                break
            url = root + page
            yield Page(
                at, person.network, person.agent, url, referrer, person.language, person.width
            )
            seconds = 6 + int(draw.expovariate(1 / 48))
            event = _happened(place, page, happening)
            if event and at + seconds < begin + DAY:
                when = at + 1 + int(happening.random() * (seconds - 1))
                yield Page(
                    *(when, person.network, person.agent, url, url, person.language, person.width),
                    event=event,
                )
            at += seconds
            if reading.random() < _TOLD and at < begin + DAY:
                told = (int(seconds * reading.uniform(0.4, 1)), _depth(seconds, reading))
                yield Page(
                    at, person.network, person.agent, url, url, person.language, person.width, *told
                )
            referrer = url
            nearby = sections[_section(page)]
            page = nearby.one(draw) if uniform() < _SAME_SECTION else pages.one(draw)


def _happened(place: Place, page: str, happening: random.Random) -> Event | None:
    """Draw what happens during one view of *page*, mostly nothing."""
    can = place.happenings.get(page, place.anywhere)
    if can is None or happening.random() >= can.share:
        return None
    drawn = happening.choices(list(can.values), list(can.values.values()))[0] if can.key else ""
    return Event(can.event, {can.key: drawn} if can.key else {})


def _depth(seconds: int, reading: random.Random) -> int:
    """Draw how many percent of a page are seen in *seconds*: the longer, the more."""
    return min(100, 20 + int(reading.betavariate(1.2, 1.6) * 80 * (0.6 + seconds / 60)))


def _pages_on(place: Place, day: date) -> Mapping[str, float]:
    weights = {
        path: weight * (_SEASON if day.month in place.seasons.get(path, ()) else 1.0)
        for path, weight in place.pages.items()
    }
    if place.articles:
        for age in range(60):
            published = day - timedelta(days=age)
            if published.day in _ARTICLE_DAYS:
                path = f"{place.articles}{published:%Y/%m}/{published.day:02}/"
                weights[path] = 6.0 * 0.9**age
    return weights


def _crawled(place: Place, begin: int, hits: int, draw: random.Random) -> Iterator[Page]:
    for path in draw.choices(list(place.pages), k=hits):
        at = begin + draw.randrange(DAY)
        agent = draw.choice(CRAWLERS)
        yield Page(at, _NO_NETWORK_OF_VISITORS, agent, f"https://{place.site.host}{path}", "")


@cache
def _regulars(host: str, regulars: int, seed: int) -> list[Person]:
    draw = random.Random(f"{seed} {host}")
    return [a_person(draw) for _ in range(regulars)]


def _by_section(weights: Mapping[str, float]) -> Mapping[str, _Choice]:
    sections: dict[str, dict[str, float]] = {}
    for path, weight in weights.items():
        sections.setdefault(_section(path), {})[path] = weight
    return {section: _Choice(pages) for section, pages in sections.items()}


def _section(path: str) -> str:
    return path.split("/", 2)[1]


class _Choice:
    """Draw keys by weight, with the running sums made once."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = weights
        self._keys = list(weights)
        self._sums: list[float] = []
        total = 0.0
        for weight in weights.values():
            total += weight
            self._sums.append(total)

    def one(self, draw: random.Random) -> str:
        return draw.choices(self._keys, cum_weights=self._sums)[0]

    def draw(self, draw: random.Random, n: int) -> list[str]:
        return draw.choices(self._keys, cum_weights=self._sums, k=n)
