"""Join hits to trails: by what visitors were surrounded by, and by pages only one of them read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from tests.privacy.linkage.hits import FIRST_OF_DAY, Hit, Profile
from tests.privacy.linkage.rows import Bundle, Triple

Trail = tuple[date, tuple[str, ...]]
"""A day, and the pages one visitor read on it, sorted."""


def trail(day: date, pages: Iterable[str]) -> Trail:
    """Return the trail of *pages* on *day*."""
    return day, tuple(sorted(pages))


class _Visitor:
    """A visitor-day as it is being put together."""

    def __init__(self, first: Hit) -> None:
        self.pages: list[str] = []
        self.source = ""
        self.read(first)

    def read(self, hit: Hit) -> None:
        self.pages.append(hit.page)
        self.source = hit.source


def by_surroundings(hits: Sequence[Hit]) -> list[Trail]:
    """Join hits of one day that agree in their surroundings; each first of the day begins a trail.

    Where several visitors share surroundings, a later hit goes to one who came from the same
    place, else to whoever came last.
    """
    groups: dict[tuple[date, Profile], list[Hit]] = defaultdict(list)
    for hit in hits:
        groups[hit.day, hit.profile].append(hit)
    return [
        trail(day, visitor.pages)
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


def by_lonely_pages(days: Iterable[Bundle]) -> list[Trail]:
    """Find trails in a day's sums alone: through pages that only one visitor-day read.

    All views of such a page are one visitor's. Where its visits also began and ended with it,
    it is most likely the whole trail. Where one began and another ended, the two are joined if
    they lie closest together on the site; each page is used once.
    """
    trails = []
    for bundle in days:
        entries, exits = bundle.of("entry"), bundle.of("exit")
        begun: dict[str, Triple] = {}
        ended: dict[str, Triple] = {}
        for page, triple in sorted(bundle.of("page").items()):
            if triple.visitors != 1:
                continue
            began, over = entries.get(page, Triple()).visits, exits.get(page, Triple()).visits
            if began and began == over:
                trails.append(trail(bundle.day, [page] * triple.views))
            elif began:
                begun[page] = triple
            elif over:
                ended[page] = triple
        for first, last in _closest(begun, ended):
            pages = [first] * begun[first].views + [last] * ended[last].views
            trails.append(trail(bundle.day, pages))
    return trails


def _closest(begun: dict[str, Triple], ended: dict[str, Triple]) -> list[tuple[str, str]]:
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
