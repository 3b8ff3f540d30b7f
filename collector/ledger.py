"""Who was here today, in memory only and under a hash whose secret lasts until midnight.

The ledger tells first hits from later ones. No key is ever evicted within its day: when there is
no room, a new key adds views and nothing else, and the site's day is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from datetime import date, datetime

from collector.answers import Answers, VisitEnd
from collector.arrival import Arrival
from collector.changes import Changes
from collector.coarse import Coarse, Origin
from collector.coarsen.classes import pages_class, percent_class, seconds_class
from collector.coarsen.referrer import DIRECT_ORIGIN
from collector.course import begun, engaged, read, viewed, views_in
from collector.packed_traits import NONE
from collector.reading import NOTHING_READ, read_on
from collector.traits import MOVE, Carried, Trait, carried, event_traits, mark_trait
from collector.visits import NOTHING, SECRET_BYTES, Crossed, KeyDay, SiteDay
from oboro.clock import is_over, local_day, next_midnight
from oboro.facts import UNKNOWN
from oboro.policy import policy_on
from oboro.randomness import Randomness
from oboro.sites import Site

UNKNOWN_ORIGIN = Origin(source=UNKNOWN, channel=UNKNOWN, referrer="", campaign="")
"""Of a visit that the ledger had no room to remember."""
TRAITS_BY_KEY = 4
"""How many traits in a set of its own the ledger has room for, by key and on average."""


class Ledger:
    """The keys of every site's present day."""

    def __init__(
        self,
        *,
        randomness: Randomness,
        capacity: int = 1_000_000,
        visit_minutes: int = 30,
        forms: Callable[[str, date], bool] = lambda _site, _day: True,
    ) -> None:
        self._randomness = randomness
        self._capacity = capacity
        self._idle = visit_minutes * 60.0
        self._forms = forms
        self._days: dict[str, SiteDay] = {}
        self.full: set[tuple[str, date]] = set()
        """Days of sites on which there was no room for a key, or for what one carried."""
        self._formed: set[tuple[str, date]] = set()

    def record(
        self,
        site: Site,
        arrival: Arrival,
        coarse: Coarse,
        changes: Changes,
        shown: Coarse | None = None,
    ) -> tuple[date, Answers]:
        """Remember a hit; return the day it is counted on and what it is the first of.

        *shown* is *coarse* as its facts will show it, where a limit that many share left values
        without a place. Firsts are told by it; what the hit contributes to publications never is.
        """
        shown = shown or coarse
        at = arrival.at.timestamp()
        ended: list[VisitEnd] = []
        today = self._days.get(site.host)
        if today is None or is_over(today.until, arrival.at):
            if today is not None:
                ended += self._ends_of(today, changes)
            today = self._begin_day(site, arrival.at, changes)
        key = today.key_of(arrival.network, arrival.agent, arrival.language)
        before = today.known(key)
        if before is not None:
            answers = self._again(
                today, key, before, max(at, before.last), coarse, shown, ended, changes
            )
        elif self.taken() < self._capacity:
            contributes = (
                today.distinct > 0 and key not in today.spent and self._forms(today.site, today.day)
            )
            answers = self._first(today, key, at, coarse, shown, ended, contributes, changes)
        else:
            self.full.add((today.site, today.day))
            origin = shown.origin or UNKNOWN_ORIGIN
            answers = Answers(False, False, NOTHING, NOTHING, origin, carried(shown, origin), ended)
        if self.full and (today.site, today.day) in self.full:
            answers.contributes = answers.contributes_page = False
            answers.void = True
        return today.day, answers

    def engage(self, site: Site, arrival: Arrival, page: str, changes: Changes) -> None:
        """Add an engagement with *page* to the open visit of whoever sent it.

        It begins no visit and no day: where none is open, there is nothing that it belongs to. A
        page that the visit did not view, such as one left open since the visit before, adds to
        the visit and not to the page.
        """
        today = self._days.get(site.host)
        if today is None or is_over(today.until, arrival.at):
            return
        key = today.key_of(arrival.network, arrival.agent, arrival.language)
        before = today.keys.get(key)
        if not isinstance(before, KeyDay) or before.origin is None:
            # Unknown, or at rest: no visit is open.
            return
        at = max(arrival.at.timestamp(), before.last)
        if at - before.last < self._idle:
            course = engaged(before.course, arrival.engaged, arrival.scroll)
            reading = before.reading
            if today.has_viewed(before, page):
                reading = read_on(reading, page, arrival.engaged, arrival.scroll)
            now = before._replace(last=at, course=course, reading=reading)
            today.see(key, before, now, changes)

    def expire(self, at: datetime, changes: Changes) -> list[VisitEnd]:
        """End the visits that are idle for long enough, and the days that are over."""
        now = at.timestamp()
        ended: list[VisitEnd] = []
        for today in list(self._days.values()):
            if is_over(today.until, at):
                ended += self._end_day(today, changes)
            else:
                over = today.end_idle(now - self._idle, self._has_room, changes)
                ended += [_end(today, known, crossed) for known, crossed in over]
        return ended

    def end_all(self, changes: Changes) -> list[VisitEnd]:
        """End every visit and forget every key."""
        days = list(self._days.values())
        return [end for today in days for end in self._end_day(today, changes)]

    def end_day(self, site_host: str, day: date, changes: Changes) -> list[VisitEnd]:
        """End every visit of *day* of a site and forget its keys, if that is its present day."""
        today = self._days.get(site_host)
        return self._end_day(today, changes) if today is not None and today.day == day else []

    def forget(self, network: bytes, agent: str, language: str) -> None:
        """Drop what is known of a visitor who objects, on every site, for good."""
        for today in self._days.values():
            today.forget(today.key_of(network, agent, language))

    def withhold(self, days: Iterable[tuple[str, date]]) -> None:
        """Form no contributions of *days* of sites, of which others formed some before."""
        self._formed |= set(days)

    def handed(self) -> tuple[list[SiteDay], set[tuple[str, date]], set[tuple[str, date]]]:
        """Return what a successor needs: the present days, those ever begun, and the full ones."""
        return list(self._days.values()), self._formed, self.full

    def take_over(
        self, days: Iterable[SiteDay], formed: Set[tuple[str, date]], full: Set[tuple[str, date]]
    ) -> None:
        """Go on where the ledger that handed these over ended."""
        self._days = {day.site: day for day in days}
        self._formed |= formed
        self.full |= full

    def keep(self, sites: Set[str]) -> None:
        """Drop all keys of sites that are counted no more."""
        for site in self._days.keys() - sites:
            del self._days[site]

    def has_day(self, site_host: str, day: date) -> bool:
        """Tell whether *day* is the present day of a site."""
        today = self._days.get(site_host)
        return today is not None and today.day == day

    def day_at(self, site_host: str, at: datetime) -> date | None:
        """Return the day that goes on for a hit at *at*; None if it would begin one."""
        today = self._days.get(site_host)
        return None if today is None or is_over(today.until, at) else today.day

    def keys_of(self, site_host: str) -> int:
        """Return how many keys the present day of a site has."""
        today = self._days.get(site_host)
        return len(today.keys) if today else 0

    def active(self, site_host: str, since: datetime) -> int:
        """Return how many keys of a site were seen at *since* or later."""
        today = self._days.get(site_host)
        return sum(1 for _ in today.open_visits(since.timestamp())) if today else 0

    def size(self) -> int:
        """Return how many keys there are in all."""
        return sum(len(today.keys) for today in self._days.values())

    def taken(self) -> int:
        """Return how many places are taken: by keys, and by those that are not counted again."""
        return sum(len(today.keys) + len(today.spent) for today in self._days.values())

    def _begin_day(self, site: Site, at: datetime, changes: Changes) -> SiteDay:
        # A day never comes back: if the clock is set back over midnight, the new day goes on.
        day = local_day(at, site.zone)
        distinct = 0
        # Where it does come back, because the clock was days ahead, nobody knows any longer who
        # was counted on it.
        if (site.host, day) not in self._formed:
            distinct = policy_on(day, site.policies).distinct
            changes.grow(self._formed, {(site.host, day)})
        today = SiteDay(
            site.host,
            day,
            next_midnight(at, site.zone),
            self._randomness.bytes(SECRET_BYTES),
            distinct,
        )
        changes.put(self._days, site.host, today)
        return today

    def _end_day(self, today: SiteDay, changes: Changes) -> list[VisitEnd]:
        changes.remove(self._days, today.site)
        return self._ends_of(today, changes)

    def _ends_of(self, today: SiteDay, changes: Changes) -> list[VisitEnd]:
        """Return the ends of all open visits of a day that is over."""
        return [
            _end(today, known, today.ended_in(known, self._has_room, changes)[1])
            for known in today.open_visits()
        ]

    def _again(
        self,
        today: SiteDay,
        key: bytes,
        before: KeyDay,
        at: float,
        coarse: Coarse,
        shown: Coarse,
        ended: list[VisitEnd],
        changes: Changes,
    ) -> Answers:
        origin, visit_seen, course = before.origin, before.visit_seen, before.course
        seen, reading, entry = before.seen, before.reading, before.entry
        move: Trait | None = None
        begins = origin is None or at - before.last >= self._idle
        if begins or origin is None:
            if origin is not None:
                seen, crossed = today.ended_in(before, self._has_room, changes)
                ended.append(_end(today, before, crossed))
            origin, visit_seen, reading = shown.origin or DIRECT_ORIGIN, NONE, NOTHING_READ
            course, entry = begun(at, view=shown.view), shown.page
        elif shown.view:
            # A page that is shown again leads nowhere; an event's page was not read.
            if before.exit_page != shown.page and views_in(course):
                move = (MOVE, before.exit_page, shown.page)
            course = viewed(course)
        carries = carried(shown, origin)
        traits = _traits(carries, shown, origin)
        steps = today.next_steps(visit_seen, shown.steps) if shown.steps else ()
        if move is not None:
            traits |= {move}
        if steps:
            traits = traits.union(steps)
        seen_before = seen
        seen, day_new = today.remember(seen, traits, self._has_room, changes)
        if visit_seen is seen_before:
            visit_seen, visit_new = seen, day_new
        else:
            visit_seen, visit_new = today.remember(visit_seen, traits, self._has_room, changes)
        page = shown.page if shown.view or begins else before.exit_page
        pages = _pages_with(coarse, before.pages, today.distinct)
        new_page = pages is not before.pages
        now = KeyDay(at, page, origin, seen, visit_seen, pages, course, reading, entry)
        today.see(key, before, now, changes)
        return Answers(
            False,
            begins,
            day_new,
            visit_new,
            origin,
            carries,
            ended,
            contributes_page=new_page,
            steps=steps,
            move=move,
        )

    def _first(
        self,
        today: SiteDay,
        key: bytes,
        at: float,
        coarse: Coarse,
        shown: Coarse,
        ended: list[VisitEnd],
        contributes: bool,
        changes: Changes,
    ) -> Answers:
        origin = shown.origin or DIRECT_ORIGIN
        carries = carried(shown, origin)
        traits = _traits(carries, shown, origin)
        steps = today.next_steps(NONE, shown.steps) if shown.steps else ()
        if steps:
            traits = traits.union(steps)
        seen, new = today.remember(NONE, traits, self._has_room, changes)
        pages = _pages_with(coarse, (), today.distinct) if contributes else None
        with_page = bool(pages)
        course = begun(at, view=shown.view)
        now = KeyDay(at, shown.page, origin, seen, seen, pages, course, entry=shown.page)
        today.see(key, None, now, changes)
        return Answers(
            True, True, new, new, origin, carries, ended, contributes, with_page, steps=steps
        )

    def _has_room(self, today: SiteDay) -> bool:
        """Tell whether a key may keep a larger set of its own."""
        if sum(day.wide for day in self._days.values()) < TRAITS_BY_KEY * self._capacity:
            return True
        self.full.add((today.site, today.day))
        return False


def _pages_with(coarse: Coarse, pages: tuple[str, ...] | None, most: int) -> tuple[str, ...] | None:
    """Return *pages* with the one that is viewed, if it is new and among the first *most*."""
    if pages is None or not coarse.view or len(pages) >= most or coarse.page in pages:
        return pages
    return (*pages, coarse.page)


def _traits(carries: Carried, coarse: Coarse, origin: Origin) -> frozenset[Trait]:
    if not coarse.marks:
        return carries.told_apart
    happened = event_traits(coarse.marks, coarse.page, origin.source)
    return carries.told_apart.union(map(mark_trait, coarse.marks), happened)


def _end(today: SiteDay, known: KeyDay, crossed: Crossed) -> VisitEnd:
    went = read(known.course)
    return VisitEnd(
        today.site,
        today.day,
        known.exit_page,
        seconds_class(known.last - went.began),
        pages_class(went.views),
        "" if went.seconds is None else seconds_class(went.seconds),
        "" if went.percent is None else percent_class(went.percent),
        crossed,
    )
