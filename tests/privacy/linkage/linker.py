"""Join hits to trails: by surroundings, by pages only one visitor read, and by sums over pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from collector.coarse import Mark
from tests.privacy.linkage.hits import FIRST_OF_DAY, Hit, Profile
from tests.privacy.linkage.rows import Bundle, Counts

Trail = tuple[date, tuple[str, ...]]
"""A day, and the pages one visitor read on it, sorted."""


Marked = tuple[Trail, tuple[Mark, ...]]
"""A trail, and what else one visitor did."""


class Claim(NamedTuple):
    """A trail as the attacker pictures it; *orders* are the bundles that it was found in."""

    trail: Trail
    orders: frozenset[int] = frozenset()


GroupOf = Callable[[str], Iterable[tuple[str, str]]]
"""The topics and values that add up a page with others: its section, the goals it reaches."""


def trail(day: date, pages: Iterable[str]) -> Trail:
    """Return the trail of *pages* on *day*."""
    return day, tuple(sorted(pages))


class _Visitor:
    """A visitor-day as it is being put together."""

    def __init__(self, first: Hit) -> None:
        self.pages: list[str] = []
        self.source = ""
        self.orders: set[int] = set()
        self.read(first)

    def read(self, hit: Hit) -> None:
        self.pages.append(hit.page)
        self.orders.add(hit.order[0])
        self.source = hit.source


def by_surroundings(hits: Sequence[Hit]) -> list[Claim]:
    """Join hits of one day that agree in their surroundings; each first of the day begins a trail.

    Where several visitors share surroundings, a later hit goes to one who came from the same
    place, else to whoever came last.
    """
    groups: dict[tuple[date, Profile], list[Hit]] = defaultdict(list)
    for hit in hits:
        groups[hit.day, hit.profile].append(hit)
    return [
        Claim(trail(day, visitor.pages), frozenset(visitor.orders))
        for (day, _), some in sorted(groups.items())
        for visitor in _visitors(some)
    ]


def _visitors(hits: Sequence[Hit]) -> list[_Visitor]:
    """Part *hits* of one day and surroundings among visitors."""
    inorder = sorted(hits, key=lambda hit: (hit.order, hit.kind != FIRST_OF_DAY))
    firsts = [hit for hit in inorder if hit.kind == FIRST_OF_DAY] or inorder[:1]
    # What seems to come before anybody did must be of the one who came first.
    visitors = [_Visitor(firsts[0])]
    for hit in inorder:
        if hit is firsts[0]:
            continue
        if hit.kind == FIRST_OF_DAY:
            visitors.append(_Visitor(hit))
            continue
        alike = [visitor for visitor in visitors if visitor.source == hit.source]
        (alike or visitors)[-1].read(hit)
    return visitors


def by_sums_over_pages(days: Iterable[Bundle], groups_of: GroupOf) -> list[Claim]:
    """Find trails by topics that add up several pages: a section, or a goal that they reach.

    Where one visitor-day stands behind the sum, all views of all its pages are one visitor's.
    Where as many do as behind one of its pages, whoever read another of them read that one too.
    """
    claims: dict[Trail, None] = {}
    for bundle in days:
        read = bundle.of("page")
        members: dict[tuple[str, str], list[str]] = defaultdict(list)
        for page in read:
            for group in groups_of(page):
                members[group].append(page)
        for (topic, value), pages in sorted(members.items()):
            visitors = bundle.of(topic).get(value, Counts()).visitors
            if visitors == 1:
                views = [page for page in pages for _ in range(read[page].views)]
                claims[trail(bundle.day, views)] = None
            elif most := [page for page in pages if read[page].visitors == visitors]:
                for page in pages:
                    if read[page].visitors == 1 and page != most[0]:
                        views = [most[0], *[page] * read[page].views]
                        claims[trail(bundle.day, views)] = None
    return [Claim(one) for one in claims]


def by_lonely_pages(days: Iterable[Bundle]) -> list[Claim]:
    """Find trails in a day's sums alone: through pages that only one visitor-day read.

    All views of such a page are one visitor's. Where its visits also began and ended with it,
    it is most likely the whole trail. Where one began and another ended, the two are joined if
    they lie closest together on the site; each page is used once.
    """
    claims = []
    for bundle in days:
        entries, exits = bundle.of("entry"), bundle.of("exit")
        begun: dict[str, Counts] = {}
        ended: dict[str, Counts] = {}
        for page, counts in sorted(bundle.of("page").items()):
            if counts.visitors != 1:
                continue
            began, over = entries.get(page, Counts()).visits, exits.get(page, Counts()).visits
            if began and began == over:
                claims.append(Claim(trail(bundle.day, [page] * counts.views)))
            elif began:
                begun[page] = counts
            elif over:
                ended[page] = counts
        for first, last in _closest(begun, ended):
            pages = [first] * begun[first].views + [last] * ended[last].views
            claims.append(Claim(trail(bundle.day, pages)))
    return claims


def _closest(begun: dict[str, Counts], ended: dict[str, Counts]) -> list[tuple[str, str]]:
    candidates = sorted(
        ((_nearness(first, last), first, last) for first in begun for last in ended),
        key=lambda candidate: (-candidate[0], candidate[1:]),
    )
    used: set[str] = set()
    joined = []
    for _, first, last in candidates:
        if not {first, last} & used:
            joined.append((first, last))
            used |= {first, last}
    return joined


def _nearness(first: str, last: str) -> int:
    """Return how many leading segments two paths share."""
    shared = 0
    for one, other in zip(first.split("/"), last.split("/"), strict=False):
        if one != other:
            break
        shared += 1
    return shared
