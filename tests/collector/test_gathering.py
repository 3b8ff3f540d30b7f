"""Every increment of a crossing that is ever written is a crowd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.arrival import Arrival
from collector.changes import Changes
from collector.gathering import Gathering
from collector.kind import Kind
from collector.topics import Pair
from oboro.facts import Fact
from oboro.topics import CROSSINGS
from tests.support.hits import Counting, Hit, a_pipeline, arrivals, some_hits

DAY = date(2026, 3, 4)
TRAIT = ("page*source", "/a", "Google")
FIRST = Pair(TRAIT, 1, 1, 1)
AGAIN = Pair(TRAIT, 1, 0, 0)


def gathered(gathering: Gathering, *pairs: Pair, day: date = DAY) -> list[Fact]:
    return gathering.add("example.jp", day, pairs, Changes())


def test_a_pair_is_written_when_k_visitor_days_stand_behind_it() -> None:
    gathering = Gathering(k=3, keys=1)

    nothing = gathered(gathering, FIRST, AGAIN, FIRST)
    lumps = gathered(gathering, FIRST)

    assert nothing == []
    assert lumps == [Fact("example.jp", DAY, *TRAIT, 4, 3, 3, 0)]
    assert gathering.size() == 0


def test_a_lump_waits_for_a_day_on_which_enough_different_keys_came() -> None:
    gathering = Gathering(k=3, keys=2)

    alone = [gathered(gathering, FIRST, AGAIN, day=DAY + timedelta(days=day)) for day in range(5)]
    together = gathered(gathering, FIRST, day=DAY + timedelta(days=4))

    assert alone == [[]] * 5
    assert together == [Fact("example.jp", DAY + timedelta(days=4), *TRAIT, 11, 6, 6, 0)]


def test_further_views_of_the_same_keys_never_make_a_crowd() -> None:
    gathering = Gathering(k=2, keys=1)

    assert gathered(gathering, FIRST, *[AGAIN] * 100) == []


def test_a_new_pair_without_room_is_not_kept_and_the_day_is_known() -> None:
    gathering = Gathering(k=2, keys=1, pairs=1)
    other = FIRST._replace(trait=("page*source", "/b", "Google"))

    gathered(gathering, FIRST, other, other)
    lumps = gathered(gathering, FIRST)

    assert [fact.value for fact in lumps] == ["/a"]
    assert (gathering.size(), gathering.full) == (0, {("example.jp", DAY)})


def test_what_gathers_of_a_removed_site_is_let_go() -> None:
    gathering = Gathering(k=2, keys=1)
    gathered(gathering, FIRST)
    gathering.add("other.jp", DAY, [FIRST], Changes())

    gathering.keep({"other.jp"})

    assert gathering.size() == 1
    assert gathering.add("other.jp", DAY, [FIRST], Changes()) != []


@given(
    hits=some_hits(most=60, pages=2),
    k=st.integers(1, 5),
    keys=st.integers(1, 3),
    failing=st.sets(st.integers(0, 59)),
)
def test_every_lump_stands_behind_k_visitor_days_and_enough_keys_of_its_day(
    hits: list[Hit], k: int, keys: int, failing: set[int]
) -> None:
    counting = a_pipeline(k=k, keys=keys)
    behind: dict[tuple[str, ...], set[tuple[str, date]]] = {}
    views: Counter[tuple[str, ...]] = Counter()
    for number, arrival in enumerate(arrivals(hits)):
        taken = counting.pipeline.take(arrival)
        if number in failing:
            taken.undo()
            continue
        lumps = {fact[2:5]: fact for fact in taken.facts if fact.value2}
        for trait in _pairs(counting, arrival, hits[number]):
            who = behind.setdefault(trait, set())
            who.add((arrival.agent, taken.day))
            views[trait] += arrival.kind is Kind.VIEW
            if lump := lumps.get(trait):
                assert lump.visitors >= k
                assert len(who) >= k
                assert len({agent for agent, day in who if day == lump.day}) >= keys
                assert lump.views == views.pop(trait)
                del behind[trait]


def _pairs(counting: Counting, arrival: Arrival, hit: Hit) -> Iterator[tuple[str, str, str]]:
    """Yield the crossings that a hit carries, the visit's source read from the ledger."""
    (day,) = counting.ledger._days.values()
    known = day.known(day.key_of(arrival.network, arrival.agent, arrival.language))
    assert known is not None
    assert known.origin is not None
    values = {
        "page": arrival.url,
        "section": f"/{hit.page % 3}/",
        "source": known.origin.source,
        "country": hit.country,
        "device": "mobile" if arrival.agent in "012" else "desktop",
    }
    for topic in CROSSINGS:
        first, second = topic.attributes
        if not {first, second} <= values.keys():
            continue
        if arrival.kind is Kind.VIEW or first not in ("page", "section"):
            yield topic.name, values[first], values[second]
