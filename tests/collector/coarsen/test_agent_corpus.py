"""Real agents are named right: of a public corpus, by share; ``bench.agents`` lists every miss."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from collector.coarsen.agent import read_agent, refine
from tests.support.agent_corpus import BOT, PERSON, Known, corpus

EVERY = 20
"""Of the agents of people; each of the bots is read."""


@cache
def known() -> tuple[Known, ...]:
    return tuple(corpus(EVERY))


def test_the_corpus_is_a_thousand_agents_and_more() -> None:
    kinds = Counter(each.kind for each in known())

    assert kinds[PERSON] > 1000
    assert kinds[BOT] > 1000


@pytest.mark.parametrize(("part", "share"), [("browser", 0.97), ("os", 0.97), ("device", 0.9)])
def test_the_agents_of_people_are_named_right(part: str, share: float) -> None:
    told = [each for each in known() if each.kind == PERSON and getattr(each, part)]
    right = sum(
        getattr(refine(read_agent(each.agent), each.hints), part) == getattr(each, part)
        for each in told
    )

    assert right / len(told) >= share


def test_bots_are_told_from_people() -> None:
    refused: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for each in known():
        read = read_agent(each.agent)
        total[each.kind] += 1
        refused[each.kind] += read.program or read.headless

    assert refused[BOT] / total[BOT] >= 0.98
    assert refused[PERSON] / total[PERSON] <= 0.01
