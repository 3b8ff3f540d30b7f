"""Guess the single hits behind rows that were summed: pages, surroundings and firsts.

Views, visits and visitors of a row say how many of its hits were first of the day, first of a
later visit, or neither. Each of the three classes is taken apart by itself: a class in which
every attribute has one value gives its hits away, and larger ones are filled with profiles that
the attacker knows to exist, the commonest first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tests.privacy.linkage.rows import Bundle, Counts

SURROUNDINGS = (
    "country",
    "browser",
    "browser_version",
    "os",
    "os_version",
    "device",
    "screen",
    "language",
)
"""What does not change for a visitor within a day."""
NOT_TOLD = "?"

Profile = tuple[str, ...]
Knowledge = Sequence[Profile]
"""Profiles that exist, the commonest first. The attacker is given those of the log itself,
which is more than anybody could know from outside."""

FIRST_OF_DAY, FIRST_OF_VISIT, LATER = "first of day", "first of visit", "later"


@dataclass(frozen=True)
class Hit:
    """One page view as the attacker pictures it; *order* is when it came: its bundle, its hour."""

    day: date
    order: tuple[int, int]
    page: str
    profile: Profile
    kind: str
    source: str = NOT_TOLD


def guessed_hits(bundle: Bundle, knowledge: Knowledge) -> list[Hit]:
    """Return as many hits as *bundle* has views."""
    pages = _pages_by_kind(bundle)
    sources = _by_kind(bundle.of("source"))
    if bundle.contributed:
        # A publication's table says with which source visitor-days *began*.
        sources[FIRST_OF_DAY] = Counter(
            {key: n for (table, key), n in bundle.contributed.items() if table == "sources"}
        )
    surroundings = {topic: _by_kind(bundle.of(topic)) for topic in SURROUNDINGS}
    hours = _by_kind(bundle.of("hour"))
    told = Counter(
        {
            (page, country): triple.views
            for (topic, page, country), triple in sorted(bundle.rows.items())
            if topic == "page*country"
        }
    )
    guessed: list[Hit] = []
    for kind, some in pages.items():
        marginals = [surroundings[topic][kind] for topic in SURROUNDINGS]
        profiles = _side_by_side(some, _profiles(len(some), marginals, knowledge), told)
        came_from = _dealt(len(some), sources[kind])
        at = _dealt(len(some), hours[kind])
        for page, profile, source, hour in zip(some, profiles, came_from, at, strict=True):
            when = (bundle.order, int(hour) if hour.isdigit() else 0)
            guessed.append(Hit(bundle.day, when, page, profile, kind, source))
    return guessed


def _by_kind(values: dict[str, Counts]) -> dict[str, Counter[str]]:
    """Return how many hits of each kind carried each value; visitors and visits *began* there."""
    kinds: dict[str, Counter[str]] = {
        FIRST_OF_DAY: Counter(),
        FIRST_OF_VISIT: Counter(),
        LATER: Counter(),
    }
    for value, (views, visits, visitors, _) in values.items():
        kinds[FIRST_OF_DAY][value] += min(views, visitors)
        kinds[FIRST_OF_VISIT][value] += max(0, min(views, visits) - visitors)
        kinds[LATER][value] += max(0, views - max(visits, visitors))
    return kinds


def _pages_by_kind(bundle: Bundle) -> dict[str, list[str]]:
    """Return the pages of each kind of hit; entry pages are the ones visits began with."""
    first: list[str] = []
    again: list[str] = []
    rest = Counter({page: triple.views for page, triple in bundle.of("page").items()})
    for page, (_, visits, visitors, _) in bundle.of("entry").items():
        first += [page] * visitors
        again += [page] * max(0, visits - visitors)
        rest[page] -= visits
    later = sorted(rest.elements(), key=lambda page: (-rest[page], page))
    return {FIRST_OF_DAY: first, FIRST_OF_VISIT: again, LATER: later}


def _profiles(
    wanted: int, marginals: Sequence[Counter[str]], knowledge: Knowledge
) -> list[Profile]:
    """Fill *wanted* places with profiles that agree with how often each value occurs."""
    left = [Counter(counts) for counts in marginals]
    filled: list[Profile] = []
    for profile in knowledge:
        while len(filled) < wanted and all(
            counts[value] > 0 for counts, value in zip(left, profile, strict=True)
        ):
            filled.append(profile)
            for counts, value in zip(left, profile, strict=True):
                counts[value] -= 1
    # What no known profile explains is put together by how often the values occur.
    rest = wanted - len(filled)
    columns = [_dealt(rest, counts) for counts in left]
    return filled + list(zip(*columns, strict=True))


def _side_by_side(
    pages: Sequence[str], profiles: Sequence[Profile], told: Counter[tuple[str, str]]
) -> list[Profile]:
    """Return *profiles* in an order that agrees with the page and country pairs that were *told*.

    What a pair tells is used up, so that the classes of hits share it.
    """
    left = list(profiles)
    placed: list[Profile | None] = []
    for page in pages:
        fitting = next((one for one in left if told[page, one[0]] > 0), None)
        if fitting is not None:
            left.remove(fitting)
            told[page, fitting[0]] -= 1
        placed.append(fitting)
    rest = iter(left)
    return [next(rest) if one is None else one for one in placed]


def _dealt(wanted: int, counts: Counter[str]) -> list[str]:
    values = [value for value, n in counts.most_common() for _ in range(n)]
    return (values + [NOT_TOLD] * wanted)[:wanted]
