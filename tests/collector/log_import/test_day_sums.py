"""Counting hits together sums to the same as taking each of them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.arrival import Arrival
from collector.kind import Kind
from collector.log_import.day_sums import DaySums, SummedDay
from collector.log_import.pipelines import counting_by
from collector.pipeline import Pipeline
from oboro.contributions import VOID
from oboro.facts import Fact, summed
from oboro.goals import Goal
from oboro.randomness import SeededRandomness
from oboro.settings import Settings
from tests.support.arrivals import CHROME, IPHONE, an_arrival
from tests.support.places import places_of
from tests.support.workspace import NOON, a_site

SITE = a_site(
    events=("download",),
    goals=(
        Goal(name="a", page="/a/*"),
        Goal(name="file", event="download"),
        Goal(name="file", page="/c/", version=2, in_force_from=date(2026, 3, 5)),
    ),
)


class Hit(NamedTuple):
    """A hit, some seconds after the one before."""

    after: int
    visitor: int
    path: str
    referrer: str
    event: str


HITS = st.lists(
    st.builds(
        Hit,
        after=st.sampled_from([0, 20, 900, 1801, 7200, 40_000]),
        visitor=st.integers(0, 5),
        path=st.sampled_from(["/", "/a/", "/a/b/", "/c/"]),
        referrer=st.sampled_from(["", "https://www.google.com/", "https://example.jp/"]),
        event=st.sampled_from(["", "", "", "download", "undeclared"]),
    ),
    max_size=60,
)


def arrivals(hits: Iterable[Hit]) -> Iterable[Arrival]:
    at = NOON.timestamp()
    for hit in hits:
        at += hit.after
        yield replace(
            an_arrival(),
            at=datetime.fromtimestamp(at, UTC),
            network=bytes((198, 51, hit.visitor % 3, 0)),
            agent=(CHROME, IPHONE)[hit.visitor % 2],
            url=f"https://example.jp{hit.path}",
            referrer=hit.referrer,
            kind=Kind.EVENT if hit.event else Kind.VIEW,
            name=hit.event,
        )


def a_pipeline(ledger_keys: int) -> Pipeline:
    chosen = Settings(gathering_k=3, gathering_keys=2, ledger_keys=ledger_keys)
    counting_for = counting_by(chosen, randomness=SeededRandomness(1), places=places_of({}))
    return counting_for(SITE).pipeline


@settings(max_examples=60, deadline=None)
@given(HITS, st.sampled_from([2, 100]))
def test_counting_hits_together_sums_to_the_same(hits: list[Hit], ledger_keys: int) -> None:
    apart, together = a_pipeline(ledger_keys), a_pipeline(ledger_keys)
    facts: list[Fact] = []
    contributed: Counter[tuple[object, ...]] = Counter()
    sums = DaySums(SITE.host)
    outcomes: list[Counter[str]] = [Counter(), Counter()]
    for arrival in arrivals(hits):
        taken = apart.take(arrival)
        facts += taken.facts
        for *key, n in taken.contributions:
            contributed[tuple(key)] += n
        outcomes[0][taken.outcome] += 1
        outcomes[1][together.take_into(arrival, sums)] += 1
    end = datetime(2027, 1, 1, tzinfo=UTC)
    facts += apart.stop(end)
    sums.add(together.stop(end))
    left = [sums.leave(day, {}) for day in sums.days()]
    # A day without room is marked as a whole, and none of its hits says so by itself.
    assert contributions_of(left) == Counter(
        {key: n for key, n in contributed.items() if key[2] != VOID}
    )
    assert facts_of(left) == [fact for fact in summed(facts) if any(fact[5:])]
    assert outcomes[0] == outcomes[1]
    assert sums.days() == []


def contributions_of(days: Iterable[SummedDay]) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for day in days:
        for table, key, n in day.contributions:
            found[day.site, day.day, table, key] += n
    return found


def facts_of(days: Iterable[SummedDay]) -> list[Fact]:
    return [Fact(day.site, day.day, *values) for day in days for values in day.facts]


def test_a_day_tells_its_views_and_visitor_days() -> None:
    sums = DaySums(SITE.host)
    pipeline = a_pipeline(100)
    for arrival in arrivals(
        [Hit(0, 1, "/", "", ""), Hit(9, 1, "/a/", "", ""), Hit(9, 2, "/", "", "")]
    ):
        pipeline.take_into(arrival, sums)
    day = sums.leave(date(2026, 3, 4), {"counted": 3})
    assert (day.views, day.visitors) == (3, 2)
    assert day.outcomes == [("counted", 3)]
    assert ("totals", "visitor-days", 2) in day.contributions
