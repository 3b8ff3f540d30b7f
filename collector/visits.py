"""One site's day in the ledger: its keys, their open visits, and what each has carried.

A key is a keyed hash. The secret is drawn when the day begins here, is kept in memory alone, and
goes when the day does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from datetime import date, datetime
from hashlib import blake2b
from typing import NamedTuple

from collector.changes import Changes
from collector.coarse import Origin
from collector.coarsen.classes import pages_class, percent_class, seconds_class
from collector.course import views_in
from collector.key_at_rest import MOST_PAGES, PageNumbers, put_to_rest, woken
from collector.packed_traits import MOST_PACKED, NONE, Seen, TraitNumbers, packed, unpacked
from collector.reading import NOTHING_READ, Reading
from collector.traits import PAGE_ENDINGS, VISIT_ENDINGS, Trait, page_trait, step_trait
from oboro.funnels import Step

DIGEST_BYTES = 8
SECRET_BYTES = 32
MINUTE = 60
WIDEST = 4_000
"""Traits told apart by key and day, about a thousand pages; what comes later is not first."""

NOTHING: Set[Trait] = frozenset()
Crossed = tuple[tuple[Trait, bool], ...]
"""What is known of a visit at its end and gathers: `collector.answers.VisitEnd.crossed`."""


class KeyDay(NamedTuple):
    """What is known of one key on one day. *origin* is None while no visit is open.

    *pages* are those that it contributed to publications, K at most; None when it contributes none.
    *course* is how the open visit goes (`collector.course`), *reading* how its pages were read,
    *entry* the page that it began on.
    """

    last: float
    exit_page: str
    origin: Origin | None
    seen: Seen
    visit_seen: Seen
    pages: tuple[str, ...] | None = None
    course: int = 0
    reading: Reading = NOTHING_READ
    entry: str = ""


class SiteDay:
    """The keys of one site on one local day, until the moment *until*.

    *distinct* is K, the pages that a key may contribute; 0 on a day that forms no contributions.
    *keys* whose visit is over are packed (`collector.key_at_rest`); `known` tells of any.
    """

    __slots__ = (
        "_keyed",
        "day",
        "distinct",
        "keys",
        "minutes",
        "numbers",
        "pages",
        "secret",
        "site",
        "spent",
        "until",
        "wide",
    )

    def __init__(
        self, site: str, day: date, until: datetime, secret: bytes, distinct: int = 0
    ) -> None:
        self.site = site
        self.day = day
        self.until = until
        self.distinct = distinct
        self.keys: dict[bytes, KeyDay | bytes] = {}
        self.numbers = TraitNumbers()
        self.pages = PageNumbers()
        self.spent: set[bytes] = set()
        """Keys that were counted and then forgotten: they are not counted a second time."""
        self.wide = 0
        """Traits in sets of single keys; never taken back, so it may be a little high."""
        self.secret = secret
        self.minutes: dict[int, dict[bytes, bool]] = {}
        """Keys by the minute of a hit of theirs; the minute of the last one counts."""
        self._keyed = blake2b(_prefixed(site.encode()), digest_size=DIGEST_BYTES, key=secret)

    def key_of(self, network: bytes, agent: str, language: str) -> bytes:
        """Return the key of a visitor; each part with its length, so that none runs into another.

        >>> day = SiteDay("a.jp", date(2026, 3, 4), datetime.max, bytes(32))
        >>> day.key_of(b"", "ab", "c") == day.key_of(b"", "a", "bc")
        False
        """
        agent_bytes = agent.encode("utf-8", "surrogatepass")
        language_bytes = language.encode("utf-8", "surrogatepass")
        keyed = self._keyed.copy()
        keyed.update(
            b"%d:%b%d:%b%d:%b"
            % (
                len(network),
                network,
                len(agent_bytes),
                agent_bytes,
                len(language_bytes),
                language_bytes,
            )
        )
        return keyed.digest()

    def known(self, key: bytes) -> KeyDay | None:
        """Return what is known of *key*, if it was here today."""
        known = self.keys.get(key)
        if not isinstance(known, bytes):
            return known
        last, seen, pages = woken(known, self.pages)
        return KeyDay(last, "", None, seen, NONE, pages)

    def see(self, key: bytes, before: KeyDay | None, now: KeyDay, changes: Changes) -> None:
        """Put *now* in the place of *before*, with an open visit."""
        changes.put(self.keys, key, now)
        minute = int(now.last) // MINUTE
        if before is None or before.origin is None or int(before.last) // MINUTE != minute:
            keys = self.minutes.get(minute)
            if keys is None:
                keys = {}
                changes.put(self.minutes, minute, keys)
            changes.put(keys, key, True)

    def remember(
        self,
        seen: Seen,
        traits: Set[Trait],
        has_room: Callable[[SiteDay], bool],
        changes: Changes,
    ) -> tuple[Seen, Set[Trait]]:
        """Return *seen* with *traits*, and which of them are new; without room none is."""
        numbers = self.numbers.of(traits)
        if not seen and len(traits) <= MOST_PACKED:
            return packed(numbers), traits
        known = unpacked(seen)
        more: list[int] = []
        added: list[Trait] = []
        for trait, number in zip(traits, numbers, strict=True):
            if number not in known:
                more.append(number)
                added.append(trait)
        if not more:
            return seen, NOTHING
        new = traits if len(more) == len(traits) else frozenset(added)
        if not isinstance(seen, set):
            if len(known) + len(more) <= MOST_PACKED:
                return seen + packed(more), new
            if not has_room(self):
                return seen, NOTHING
            own = {*known, *more}
            self.wide += len(own)
            return own, new
        if len(seen) + len(more) > WIDEST or not has_room(self):
            return seen, NOTHING
        changes.grow(seen, frozenset(more))
        self.wide += len(more)
        return seen, new

    def forget(self, key: bytes) -> None:
        """Drop all that is known of *key*, for good, but that its day is counted already."""
        if self.keys.pop(key, None) is not None and self.distinct:
            self.spent.add(key)
        for keys in self.minutes.values():
            keys.pop(key, None)

    def open_visits(self, since: float = float("-inf")) -> Iterator[KeyDay]:
        """Yield the keys whose visit is open and that were seen at *since* or later."""
        for minute, keys in self.minutes.items():
            if minute + 1 > since / MINUTE:
                yield from (known for _, known in self._open(minute, keys) if known.last >= since)

    def end_idle(
        self, until: float, has_room: Callable[[SiteDay], bool], changes: Changes
    ) -> Iterator[tuple[KeyDay, Crossed]]:
        """End the visits last seen in minutes that were over at *until*; yields them."""
        for minute in [minute for minute in self.minutes if (minute + 1) * MINUTE <= until]:
            for key, known in self._open(minute, self.minutes[minute]):
                seen, crossed = self.ended_in(known, has_room, changes)
                changes.put(self.keys, key, self._at_rest(known.last, seen, known.pages))
                yield known, crossed
            changes.remove(self.minutes, minute)

    def next_steps(self, visit_seen: Seen, fitting: Iterable[Step]) -> tuple[Trait, ...]:
        """Return the traits of those of the *fitting* steps that a visit takes now.

        What it took before is in *visit_seen*. A hit takes one step of a funnel at most, the one
        after the last that was taken.
        """
        given, known = self.numbers.given, unpacked(visit_seen)
        taken: dict[str, Trait] = {}
        for step in fitting:
            name, number = step
            trait = step_trait(step)
            if name in taken or given.get(trait) in known:
                continue
            if number == 1 or given.get(step_trait((name, number - 1))) in known:
                taken[name] = trait
        return tuple(taken.values())

    def has_viewed(self, known: KeyDay, page: str) -> bool:
        """Tell whether the open visit of *known* viewed *page*, as far as it is remembered."""
        number = self.numbers.given.get(page_trait(page))
        return number is not None and number in unpacked(known.visit_seen)

    def ended_in(
        self, known: KeyDay, has_room: Callable[[SiteDay], bool], changes: Changes
    ) -> tuple[Seen, Crossed]:
        """Return what *known* has carried once its visit is over, and what is known of that now."""
        traits: list[Trait] = []
        if known.origin is not None:
            pages = pages_class(views_in(known.course))
            began = (known.origin.source, known.entry)
            traits += [
                (topic, value, pages)
                for topic, value in zip(VISIT_ENDINGS, began, strict=True)
                if value
            ]
        for page, seconds, percent in known.reading:
            ways = (seconds_class(seconds), percent_class(percent))
            traits += [(topic, page, way) for topic, way in zip(PAGE_ENDINGS, ways, strict=True)]
        seen, new = self.remember(known.seen, frozenset(traits), has_room, changes)
        return seen, tuple((trait, trait in new) for trait in traits)

    def _at_rest(self, last: float, seen: Seen, pages: tuple[str, ...] | None) -> KeyDay | bytes:
        if pages is not None and len(pages) > MOST_PAGES:
            return KeyDay(last, "", None, seen, NONE, pages)
        return put_to_rest(last, seen, pages, self.pages)

    def _open(self, minute: int, keys: dict[bytes, bool]) -> Iterator[tuple[bytes, KeyDay]]:
        for key in list(keys):
            known = self.keys.get(key)
            if (
                isinstance(known, KeyDay)
                and known.origin is not None
                and int(known.last) // MINUTE == minute
            ):
                yield key, known


def _prefixed(part: bytes) -> bytes:
    return b"%d:%b" % (len(part), part)
