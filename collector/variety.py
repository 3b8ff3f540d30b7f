"""Bound how many different values of an open topic one site's day may hold.

Pages and referrers are whatever a visitor's browser says. Somebody who makes up addresses could
fill the store with them, so a day of a site keeps at most K values of each; what comes beyond is
``(other)``. The first half of the places goes to whoever comes first. The other half goes to
values that come back: a made-up address is seen once, a page is read again.

Facts show what has a place, and the ledger tells firsts by it, so that made-up addresses take no
room there either. What a visitor's day contributes to publications is told by the values as they
came: it does not depend on which of them found a place, since others had a hand in that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from datetime import date, datetime

from collector.coarse import Coarse, Mark, Origin
from oboro.clock import local_day
from oboro.facts import OTHER
from oboro.sites import Site
from oboro.sql import load_sql
from oboro.store import Store
from oboro.topics import OPEN_ATTRIBUTES

SIGHTINGS = 3
"""Hits after which a value takes one of the places that are kept back."""
_UNCOUNTED = frozenset({OTHER, ""})


class Values:
    """The values of one open attribute that have a place on one day."""

    __slots__ = ("_known", "_most", "_waiting")

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()
        self._waiting: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, value: str) -> bool:
        return value in self._known

    def have_place_for(self, value: str) -> bool:
        """Tell whether *value* has a place; a hit that carries it counts towards one."""
        if value in self._known:
            return True
        if len(self._known) >= self._most:
            return False
        if len(self._known) < (self._most + 1) // 2:
            self._known.add(value)
            return True
        return self._seen_again(value)

    def handed(self) -> tuple[set[str], dict[str, int]]:
        """Return the values with a place, and the sightings of those that wait for one."""
        return self._known, self._waiting

    def take_over(self, known: Iterable[str], waiting: Mapping[str, int]) -> None:
        """Go on with what `handed` told elsewhere."""
        self._known.update(known)
        self._waiting.update(waiting)

    def _seen_again(self, value: str) -> bool:
        sightings = self._waiting.get(value, 0) + 1
        if sightings >= SIGHTINGS:
            self._waiting.pop(value, None)
            self._known.add(value)
            return True
        if sightings == 1 and len(self._waiting) >= self._most:
            # Misra and Gries: take one from everybody, and the rarest go.
            self._waiting = {seen: n - 1 for seen, n in self._waiting.items() if n > 1}
        self._waiting[value] = sightings
        return False

    def remember(self, values: Iterable[str]) -> None:
        """Give *values* a place: rows hold them already."""
        self._known.update(values)


class Variety:
    """The values of open topics on the present day of every site."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._days: dict[str, tuple[date, dict[str, Values]]] = {}

    def shown(self, site: str, day: date, coarse: Coarse) -> Coarse:
        """Return *coarse* with ``(other)`` for what has no place on *day* of *site*."""
        values = self._values(site, day)
        page, section, origin = coarse.page, coarse.section, coarse.origin
        page_too = _has_place(values["page"], page)
        section_too = _has_place(values["section"], section)
        if origin is not None:
            origin = _shown_origin(values, origin)
        marks = tuple(_shown_mark(values, mark) for mark in coarse.marks)
        if page_too and section_too and origin is coarse.origin and marks == coarse.marks:
            return coarse
        return replace(
            coarse,
            page=page if page_too else OTHER,
            section=section if section_too else OTHER,
            origin=origin,
            marks=marks,
        )

    def shown_page(self, site: str, day: date, page: str) -> str:
        """Return *page*, or ``(other)`` if it has no place; being told of does not earn it one."""
        known = self._days.get(site)
        if known is None or known[0] != day or page in _UNCOUNTED or page in known[1]["page"]:
            return page
        return OTHER

    def keep(self, sites: Set[str]) -> None:
        """Forget what is known of other sites."""
        for site in self._days.keys() - sites:
            del self._days[site]

    def remember(self, site: str, day: date, topic: str, values: Iterable[str]) -> None:
        """Give *values* of *topic* a place: rows of the day hold them already."""
        known = self._values(site, day)[OPEN_ATTRIBUTES[topic]]
        known.remember(set(values) - _UNCOUNTED)

    def handed(self) -> Iterator[tuple[str, date, dict[str, tuple[set[str], dict[str, int]]]]]:
        """Yield each site's present day and its values."""
        for site, (day, named) in self._days.items():
            yield site, day, {name: values.handed() for name, values in named.items()}

    def take_over(
        self, days: Iterable[tuple[str, date, Mapping[str, tuple[set[str], dict[str, int]]]]]
    ) -> None:
        """Go on with what `handed` yielded elsewhere."""
        for site, day, named in days:
            values = self._values(site, day)
            for name, told in named.items():
                if name in values:
                    values[name].take_over(*told)

    def size(self) -> int:
        """Return how many values have a place, of all sites."""
        return sum(len(values) for _, named in self._days.values() for values in named.values())

    def _values(self, site: str, day: date) -> dict[str, Values]:
        known = self._days.get(site)
        if known is None or known[0] != day:
            named = {name: Values(self._most) for name in OPEN_ATTRIBUTES.values()}
            known = self._days[site] = (day, named)
        return known[1]


def _shown_mark(values: Mapping[str, Values], mark: Mark) -> Mark:
    topic, value = mark
    if topic in OPEN_ATTRIBUTES and not _has_place(values[OPEN_ATTRIBUTES[topic]], value):
        return topic, OTHER
    return mark


def _shown_origin(values: Mapping[str, Values], origin: Origin) -> Origin:
    source_too = _has_place(values["source"], origin.source)
    referrer_too = _has_place(values["referrer"], origin.referrer)
    if source_too and referrer_too:
        return origin
    return replace(
        origin,
        source=origin.source if source_too else OTHER,
        referrer=origin.referrer if referrer_too else OTHER,
    )


def _has_place(values: Values, value: str) -> bool:
    return value in _UNCOUNTED or values.have_place_for(value)


def recall(variety: Variety, store: Store, sites: Iterable[Site], at: datetime) -> None:
    """Give the values that the present days of *sites* hold in *store* their places back."""
    topics = list(OPEN_ATTRIBUTES)
    for site in sites:
        day = local_day(at, site.zone)
        rows = store.query(
            load_sql(__package__, "variety.sql"), {"site": site.host, "day": day, "topics": topics}
        )
        for topic, values in rows:
            variety.remember(site.host, day, topic, values)
