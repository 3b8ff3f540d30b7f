"""Hits that wait together for their commit are summed to the same as their facts."""

from __future__ import annotations

from hypothesis import given

from collector.ingest import entry_of
from collector.spooling.entry import Commit, Entry, commits_of, joined
from oboro.outcomes import OutcomeCount
from tests.support.hits import Hit, a_pipeline, arrivals, some_hits


def test_nothing_is_kept_of_no_hit() -> None:
    assert commits_of([]) == []


@given(hits=some_hits())
def test_hits_are_summed_to_the_same_as_their_facts(hits: list[Hit]) -> None:
    pipeline = a_pipeline().pipeline
    together: list[Entry] = []
    apart: list[Entry] = []
    for arrival in arrivals(hits):
        taken = pipeline.take(arrival)
        outcome = [OutcomeCount(taken.site, taken.day, taken.outcome, 1)]
        together.append(entry_of(taken))
        apart.append(Entry(taken.facts, outcome, taken.keys, taken.contributions))

    assert in_order(commits_of(together)) == in_order(commits_of(apart))
    assert in_order(commits_of([joined(together)])) == in_order(commits_of(apart))
    assert [entry.sites for entry in together] == [entry.sites for entry in apart]
    for one, other in zip(together, apart, strict=True):
        for site, day, *_ in other.facts:
            assert one.tells_of(site, day)


def in_order(commits: list[Commit]) -> list[Commit]:
    return sorted(commits)
