"""The whole attack: from what lies in a data directory to trails, by the way that gives most.

The attacker is given more than a real one has: which combinations of country, browser and so on
occur in the log at all, and the choice of the way that turns out best.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from tests.privacy.linkage.hits import (
    FIRST_OF_DAY,
    LATER,
    SURROUNDINGS,
    Hit,
    Knowledge,
    guessed_hits,
)
from tests.privacy.linkage.linker import Trail, by_lonely_pages, by_surroundings
from tests.privacy.linkage.replay import History
from tests.privacy.linkage.rows import Bundle, by_day
from tests.privacy.linkage.score import Score, rebuilt, score

CROSSED = ("country", "browser", "os", "device", "language")
"""Surroundings in the rows of the baseline."""


def attacked(bundles: Sequence[Bundle], history: History) -> tuple[str, Score]:
    """Return the way that rebuilds most, and how much."""
    return _best(claims(bundles, knowledge_of(history)), history)


def rebuilt_at_once(snapshots: Sequence[Sequence[Bundle]], history: History) -> list[int]:
    """Return how many trails each of *snapshots* gives away by itself, taken at one moment."""
    knowledge, really = knowledge_of(history), history.trails()
    return [
        max(rebuilt(really, trails) for trails in claims(bundles, knowledge).values())
        for bundles in snapshots
    ]


def claims(bundles: Sequence[Bundle], knowledge: Knowledge) -> dict[str, list[Trail]]:
    """Return the trails that each way of linking claims."""
    hits = [hit for bundle in bundles for hit in guessed_hits(bundle, knowledge)]
    days = list(by_day(bundles).values())
    lonely = by_lonely_pages(days)
    taken = Counter((day, page) for day, pages in lonely for page in pages)
    return {
        "surroundings": by_surroundings(hits),
        "lonely pages": lonely,
        "lonely pages, then surroundings": lonely + by_surroundings(_without(hits, taken)),
    }


def knowledge_of(history: History) -> Knowledge:
    """Return the profiles that occur, the commonest first."""
    profiles = Counter(seen.profile for seen in history.views())
    return [profile for profile, _ in sorted(profiles.items(), key=lambda one: (-one[1], one[0]))]


def crossed_rows(history: History, *, with_source: bool) -> list[Hit]:
    """Return the baseline: rows of coarse attributes with a first-of-day flag, and no id.

    Day, hour, page, country, browser, system, device, language, source; in no order.
    """
    rows = []
    for seen in history.views():
        around = dict(zip(SURROUNDINGS, seen.profile, strict=True))
        profile = tuple(around[topic] for topic in CROSSED)
        rows.append(
            Hit(
                day=seen.day,
                order=(0, seen.hour),
                page=seen.page,
                profile=(*profile, seen.source) if with_source else profile,
                kind=FIRST_OF_DAY if seen.kind == FIRST_OF_DAY else LATER,
                source=seen.source,
            )
        )
    random.Random(0).shuffle(rows)
    return rows


def attacked_crossed_rows(history: History) -> tuple[str, Score]:
    """Attack the baseline by the same linker."""
    return _best(
        {
            "surroundings": by_surroundings(crossed_rows(history, with_source=False)),
            "surroundings and source": by_surroundings(crossed_rows(history, with_source=True)),
        },
        history,
    )


def _best(ways: dict[str, list[Trail]], history: History) -> tuple[str, Score]:
    really = history.trails()
    scores = {way: score(really, trails) for way, trails in ways.items()}
    way = max(scores, key=lambda way: (scores[way].rebuilt, way))
    return way, scores[way]


def _without(hits: Iterable[Hit], taken: Counter[tuple[date, str]]) -> list[Hit]:
    return [hit for hit in hits if not taken[hit.day, hit.page]]
