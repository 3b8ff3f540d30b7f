"""Make a `Coarse` of an `Arrival`: the only way from what a request said to what is kept.

The caches hold visitors' own values (agents, addresses of pages, referrers), in memory only,
a bounded number of each, and are emptied when a site's local day ends. They are why a hit
that resembles an earlier one costs microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, Protocol

from collector.arrival import Arrival
from collector.coarse import Coarse, Mark, Origin, Surroundings
from collector.coarsen.agent import HINTS, read_agent, refine
from collector.coarsen.language import language
from collector.coarsen.marks import (
    download_mark,
    event_mark,
    outbound_mark,
    property_marks,
    search_mark,
    searched_in,
)
from collector.coarsen.path import NO_PAGE, Page, page_of, split_address
from collector.coarsen.place import Places
from collector.coarsen.referrer import DIRECT_ORIGIN, is_marked, origin_of
from collector.coarsen.screen import screen
from collector.kind import Kind
from oboro.clock import is_over, local_day, next_midnight
from oboro.funnels import Funnel, Step, steps_fitting
from oboro.goals import Goal, composed, reached_by_event, reached_by_page
from oboro.hosts import known_form
from oboro.patterns import section_by
from oboro.sites import DOWNLOADS, Site
from oboro.topics import GOAL
from oboro.versions import in_force_on

CACHED = 20_000
"""Entries of each cache."""
_LONGEST_CACHED = 1024
_REACHING = (Kind.VIEW, Kind.EVENT)


class Grounds(Protocol):
    """What tells a region and a network's name, where there are databases for them."""

    def region_of(self, network: bytes) -> str:
        """Return the region of *network*; empty when it cannot be told here at all."""
        ...

    def name_of(self, network: bytes) -> str:
        """Return the name of *network*; empty when it cannot be told here at all."""
        ...


class _Read(NamedTuple):
    """What an address says; a view of its page reaches goals, and fits *steps* of funnels."""

    page: Page
    host: str
    campaign: str
    searched: str
    reached: tuple[str, ...]
    steps: tuple[Step, ...]


class Coarsener:
    """Coarsen arrivals; every one gets an answer, the worst input the coarsest.

    *forgets_daily* is for processes that live on. One that reads a log of many days in a minute,
    and ends, keeps its caches through all of them.
    """

    def __init__(
        self,
        places: Places,
        *,
        grounds: Grounds | None = None,
        cached: int = CACHED,
        forgets_daily: bool = True,
    ) -> None:
        self._places = places
        self._grounds = grounds
        self._forgets_daily = forgets_daily
        self._sites: dict[str, Site] = {}
        self._fresh_until: dict[str, datetime] = {}
        self._days: dict[str, date] = {}
        self._goals: dict[str, tuple[Goal, ...]] = {}
        self._funnels: dict[str, tuple[Funnel, ...]] = {}
        """Of each site, the goals and the funnels of its present day."""
        self._surroundings = lru_cache(cached)(self._surroundings_of)
        self._pages = lru_cache(cached)(self._page_of)
        self._origins = lru_cache(cached)(self._origin_of)
        self._languages = lru_cache(cached)(language)

    def coarsen(self, arrival: Arrival, site: Site) -> Coarse:
        """Return all that is kept of *arrival* at *site*."""
        self._keep_up(site, arrival.at)
        page, host, query, searched, reached, steps = self._remembered_page(site.host, arrival.url)
        kind = arrival.kind
        plain = kind is Kind.VIEW and not (searched or arrival.search or arrival.props)
        marks = () if plain else marks_of(arrival, site, page.name, searched)
        if kind is Kind.EVENT:
            # As goals and funnels are declared.
            event = composed(arrival.name)
            reached = reached_by_event(event, self._goals[site.host])
            funnels = self._funnels[site.host]
            steps = steps_fitting(funnels, event=event, goals=reached) if funnels else ()
        elif kind is not Kind.VIEW:
            steps = ()
        if reached and kind in _REACHING:
            marks += tuple((GOAL, name) for name in reached)
        return Coarse(
            page=page.name,
            section=page.section,
            view=kind is Kind.VIEW,
            marks=marks,
            steps=steps,
            origin=self._remembered_origin(site.host, host, query, arrival.referrer),
            surroundings=self._surroundings(
                arrival.agent,
                arrival.language,
                arrival.network,
                arrival.width,
                self._hints(arrival.hints),
            ),
        )

    def page_of(self, arrival: Arrival, site: Site) -> str:
        """Return the page that *arrival* is about, as `coarsen` names it."""
        self._keep_up(site, arrival.at)
        return self._remembered_page(site.host, arrival.url).page.name

    def prepare(self) -> None:
        """Read the lists of agents and of places now: the first hit would wait half a second."""
        read_agent("Mozilla/5.0 (prepared)")
        language("ja")
        origin_of("https://example.com/", "", set(), ())

    def expire(self, at: datetime) -> None:
        """Empty the caches if a site's day is over, whether or not anybody comes on the next."""
        over = [host for host, until in self._fresh_until.items() if is_over(until, at)]
        for host in over:
            del self._fresh_until[host], self._days[host], self._sites[host]
        if over and self._forgets_daily:
            self.forget()

    def forget(self) -> None:
        """Empty the caches: nothing any visitor sent is left in them."""
        self._surroundings.cache_clear()
        self._pages.cache_clear()
        self._origins.cache_clear()
        self._languages.cache_clear()
        read_agent.cache_clear()

    def _keep_up(self, site: Site, at: datetime) -> None:
        """Take the declarations of *site* as they are, and its day as it is."""
        if self._sites.get(site.host) is not site:
            self._adopt(site, at)
        elif at >= self._fresh_until[site.host]:
            self.expire(at)
            self._adopt(site, at)

    def _adopt(self, site: Site, at: datetime) -> None:
        if self._sites.get(site.host, site) != site:
            self._pages.cache_clear()
            self._origins.cache_clear()
        self._sites[site.host] = site
        self._fresh_until.setdefault(site.host, next_midnight(at, site.zone))
        # Like the ledger's, the day goes on where the clock is set back over midnight.
        day = self._days.setdefault(site.host, local_day(at, site.zone))
        goals = in_force_on(day, site.goals)
        funnels = in_force_on(day, site.funnels)
        before = self._goals.get(site.host, ()), self._funnels.get(site.host, ())
        if before != (goals, funnels):
            self._pages.cache_clear()
        self._goals[site.host], self._funnels[site.host] = goals, funnels

    def _hints(self, hints: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(hints.get(name, "") for name in HINTS) if hints else ()

    def _remembered_page(self, site_host: str, url: str) -> _Read:
        remember = self._pages if len(url) <= _LONGEST_CACHED else self._page_of
        return remember(site_host, url)

    def _page_of(self, site_host: str, url: str) -> _Read:
        site = self._sites[site_host]
        address = split_address(url)
        if address is None:
            return _Read(NO_PAGE, "", "", "", (), ())
        page = page_of(address, site.query_keys, site.section_depth)
        if site.sections and (section := section_by(page.name, site.sections)):
            page = page._replace(section=section)
        marks = address.query if is_marked(address.query) else ""
        searched = searched_in(address, site.search_keys) if site.search_keys else ""
        reached = reached_by_page(page.name, self._goals[site_host])
        steps = steps_fitting(self._funnels[site_host], page=page.name, goals=reached)
        return _Read(page, known_form(address.host), marks, searched, reached, steps)

    def _remembered_origin(
        self, site_host: str, host: str, query: str, referrer: str
    ) -> Origin | None:
        if not referrer and not query:
            return DIRECT_ORIGIN
        if len(referrer) > _LONGEST_CACHED or len(query) > _LONGEST_CACHED:
            return self._origin_of(site_host, host, query, referrer)
        return self._origins(site_host, host, query, referrer)

    def _origin_of(self, site_host: str, host: str, query: str, referrer: str) -> Origin | None:
        site = self._sites[site_host]
        own = {site.host, *site.aliases}
        if host:
            # A page may be shown under a host that is not declared, such as a staging server.
            own.add(host)
        return origin_of(referrer, query, own, site.campaigns)

    def _surroundings_of(
        self,
        agent: str,
        accepted: str,
        network: bytes,
        width: int | None,
        hints: tuple[str, ...],
    ) -> Surroundings:
        read = read_agent(agent)
        if hints:
            read = refine(read, dict(zip(HINTS, hints, strict=True)))
        return Surroundings(
            country=self._places.country_of(network),
            region=self._grounds.region_of(network) if self._grounds else "",
            network=self._grounds.name_of(network) if self._grounds else "",
            browser=read.browser,
            browser_version=read.browser_version,
            os=read.os,
            os_version=read.os_version,
            device=read.device,
            screen=screen(width),
            language=self._languages(accepted),
        )


def marks_of(arrival: Arrival, site: Site, page: str, searched: str) -> tuple[Mark, ...]:
    """Return what *arrival* carries besides a page; *searched* is what its address looked for."""
    marks: list[Mark] = []
    match arrival.kind:
        case Kind.EVENT:
            marks.append(event_mark(arrival.name, site.events))
        case Kind.DOWNLOAD:
            marks.append(download_mark(arrival.target, site.downloads or DOWNLOADS))
        case Kind.OUTBOUND:
            marks.append(outbound_mark(arrival.target))
        case Kind.NOT_FOUND:
            marks.append(("not_found", page))
        case Kind.VIEW:
            term = search_mark(arrival.search or searched)
            marks += [term] if term else []
        case Kind.ENGAGEMENT:
            return ()
    if arrival.props and site.properties:
        marks += property_marks(arrival.props, site.properties)
    return tuple(marks)
