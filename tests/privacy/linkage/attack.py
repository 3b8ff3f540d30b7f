"""The whole attack: from what lies in a data directory to trails, by the way that gives most.

The attacker is given more than a real one has: which combinations of country, browser and so on
occur in the log at all, and the choice of the way that turns out best.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from collector.coarsen.path import page_of, split_address
from oboro.goals import reached_by_page
from oboro.topics import GOAL
from tests.privacy.linkage.arrivals import GOALS
from tests.privacy.linkage.happenings import attached, share_right
from tests.privacy.linkage.hits import (
    FIRST_OF_DAY,
    LATER,
    SURROUNDINGS,
    Hit,
    Knowledge,
    guessed_hits,
)
from tests.privacy.linkage.linker import (
    Claim,
    Trail,
    by_lonely_pages,
    by_sums_over_pages,
    by_surroundings,
)
from tests.privacy.linkage.replay import History
from tests.privacy.linkage.rows import Bundle, by_day
from tests.privacy.linkage.score import Score, rebuilt, score

CROSSED = ("country", "browser", "os", "device", "language")
"""Surroundings in the rows of the baseline."""


def attacked(bundles: Sequence[Bundle], history: History) -> tuple[str, Score]:
    """Return the way that rebuilds most, and how much."""
    return _best(claims(bundles, knowledge_of(history)), history, bundles)


def rebuilt_at_once(snapshots: Sequence[Sequence[Bundle]], history: History) -> list[int]:
    """Return how many trails each of *snapshots* gives away by itself, taken at one moment."""
    knowledge, really = knowledge_of(history), history.trails()
    return [
        max(rebuilt(really, _trails(some)) for some in claims(bundles, knowledge).values())
        for bundles in snapshots
    ]


def claims(bundles: Sequence[Bundle], knowledge: Knowledge) -> dict[str, list[Claim]]:
    """Return the trails that each way of linking claims; each page view is of one of them."""
    hits = [hit for bundle in bundles for hit in guessed_hits(bundle, knowledge)]
    days = list(by_day(bundles).values())
    lonely, summed = by_lonely_pages(days), by_sums_over_pages(days, sums_over)
    by_both = _each_once([*summed, *lonely])
    return {
        "surroundings": by_surroundings(hits),
        "lonely pages": lonely,
        "sums over pages": _each_once(summed),
        "lonely pages, then surroundings": _then_surroundings(lonely, hits),
        "sums over pages, lonely pages, then surroundings": _then_surroundings(by_both, hits),
    }


def sums_over(page: str) -> list[tuple[str, str]]:
    """Return the topics and values that add up *page* with others; declarations are public."""
    section = page_of(split_address(page), (), 1).section
    return [("section", section), *((GOAL, goal) for goal in reached_by_page(page, GOALS))]


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


def _best(
    ways: dict[str, list[Claim]], history: History, bundles: Sequence[Bundle] = ()
) -> tuple[str, Score]:
    """Return the way that rebuilds most, with the best that any way reaches of other measures."""
    really, marked = history.trails(), history.marked()
    scores = {way: score(really, _trails(some)) for way, some in ways.items()}
    way = max(scores, key=lambda way: (scores[way].rebuilt, way))
    return way, scores[way]._replace(
        differing=max(one.differing for one in scores.values()),
        happened=max(share_right(marked, attached(some, bundles)) for some in ways.values()),
    )


def _trails(some: Iterable[Claim]) -> list[Trail]:
    return [claim.trail for claim in some]


def _each_once(some: Iterable[Claim]) -> list[Claim]:
    """Return *some* without those of which an earlier one has a page of the same day."""
    used: set[tuple[date, str]] = set()
    kept = []
    for claim in some:
        day, pages = claim.trail
        if not used & {(day, page) for page in pages}:
            kept.append(claim)
            used |= {(day, page) for page in pages}
    return kept


def _then_surroundings(some: Sequence[Claim], hits: Iterable[Hit]) -> list[Claim]:
    """Return *some*, and trails by the surroundings of the *hits* that are not among them."""
    taken = Counter((day, page) for (day, pages), _ in some for page in pages)
    left = []
    for hit in hits:
        if taken[hit.day, hit.page]:
            taken[hit.day, hit.page] -= 1
        else:
            left.append(hit)
    return [*some, *by_surroundings(left)]
