"""Put what happened on pages (events, downloads, links) to trails of whoever may have done it."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from collector.coarse import Mark
from tests.privacy.linkage.arrivals import HAPPENINGS
from tests.privacy.linkage.linker import Claim, Marked, Trail
from tests.privacy.linkage.rows import Bundle


def attached(claims: Sequence[Claim], bundles: Iterable[Bundle]) -> list[Marked]:
    """Return *claims* with what happened in *bundles*.

    It goes to somebody who read pages in the same bundle, where its bundle tells anybody; else to
    anybody of the day. Among several it goes to whoever has done least by length of the trail.
    """
    marks: list[list[Mark]] = [[] for _ in claims]
    by_day: dict[date, list[int]] = defaultdict(list)
    for place, claim in enumerate(claims):
        by_day[claim.trail[0]].append(place)
    for bundle in bundles:
        of_day = by_day.get(bundle.day, [])
        nearby = [place for place in of_day if bundle.order in claims[place].orders]
        if not (nearby or of_day):
            continue
        for mark in happened_in(bundle):
            chosen = max(
                nearby or of_day,
                key=lambda place: (len(claims[place].trail[1]) / (1 + len(marks[place])), -place),
            )
            marks[chosen].append(mark)
    return [(claim.trail, tuple(some)) for claim, some in zip(claims, marks, strict=True)]


def happened_in(bundle: Bundle) -> list[Mark]:
    """Return what happened in *bundle*, as often as it did."""
    return [
        (topic, value)
        for topic in HAPPENINGS
        for value, counts in bundle.of(topic).items()
        for _ in range(counts.events)
    ]


def dealt_to_anybody(trails: Sequence[Trail], really: Sequence[Marked], seed: int) -> list[Marked]:
    """Deal what *really* happened on each day to that day's *trails*, blindly."""
    chance = random.Random(seed)
    places: dict[date, list[int]] = defaultdict(list)
    marks: list[list[Mark]] = [[] for _ in trails]
    for place, (day, pages) in enumerate(trails):
        places[day] += [place] * len(pages)
    for (day, _), some in really:
        for mark in some:
            marks[chance.choice(places[day])].append(mark)
    return [(one, tuple(some)) for one, some in zip(trails, marks, strict=True)]


def share_right(really: Sequence[Marked], claimed: Sequence[Marked]) -> float:
    """Return how many of the *claimed* pairs of a page and a happening were one visitor's."""
    real, said = _pairs(really), _pairs(claimed)
    return (real & said).total() / said.total() if said else 0.0


def _pairs(marked: Iterable[Marked]) -> Counter[tuple[date, str, Mark]]:
    pairs: Counter[tuple[date, str, Mark]] = Counter()
    for (day, pages), marks in marked:
        for mark in marks:
            for page in pages:
                pairs[day, page, mark] += 1
    return pairs
