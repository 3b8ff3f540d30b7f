"""Days with few visitors: some of a log's, and what the store holds of them after its sums."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from collector.arrival import Arrival
from collector.pipeline import Pipeline
from oboro.facts import Fact
from oboro.outcomes import Outcome
from tests.privacy.linkage.replay import History
from tests.privacy.linkage.rows import Bundle

_DAY = timedelta(days=1)


def fewer(arrivals: Sequence[Arrival], visitors: int, seed: int) -> list[Arrival]:
    """Return *arrivals* of so many *visitors* a day, drawn from those there were."""
    found: dict[date, set[tuple[bytes, str, str]]] = defaultdict(set)
    for arrival in arrivals:
        found[arrival.at.date()].add((arrival.network, arrival.agent, arrival.language))
    chance = random.Random(seed)
    drawn = {
        day: set(chance.sample(sorted(some), min(visitors, len(some))))
        for day, some in sorted(found.items())
    }
    return [
        arrival
        for arrival in arrivals
        if (arrival.network, arrival.agent, arrival.language) in drawn[arrival.at.date()]
    ]


def summed(arrivals: Sequence[Arrival], pipeline: Pipeline) -> tuple[list[Bundle], History]:
    """Return each day's sums as the store holds them after the hourly sum, and what happened."""
    days: dict[date, Bundle] = {}
    history = History()
    for arrival in arrivals:
        _add(days, pipeline.tick(arrival.at))
        taken = pipeline.take(arrival)
        _add(days, taken.facts)
        if taken.outcome == Outcome.COUNTED:
            history.note(arrival, taken.day, taken.facts)
    _add(days, pipeline.tick(arrivals[-1].at + _DAY))
    return list(days.values()), history


def _add(days: dict[date, Bundle], facts: Sequence[Fact]) -> None:
    for fact in facts:
        bundle = days.setdefault(fact.day, Bundle(fact.day, 0))
        bundle.add((fact.topic, fact.value, fact.value2), fact[5:])
