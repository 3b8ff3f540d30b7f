"""What is left of a key between its visits is small, whole, and goes on as if it had been awake."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.key_at_rest import MOST_PAGES, PageNumbers, put_to_rest, woken
from collector.packed_traits import MOST_PACKED, packed, unpacked
from collector.traits import VISIT_ENDINGS
from collector.visits import KeyDay
from tests.support.hits import Hit, a_pipeline, arrivals

NUMBERS = st.sets(st.integers(0, 2**32 - 1), max_size=2 * MOST_PACKED)
PAGES = st.none() | st.lists(st.text(max_size=9), max_size=MOST_PAGES, unique=True).map(tuple)


@given(last=st.floats(0, 4e9), carried=NUMBERS, pages=PAGES, others=PAGES)
def test_what_is_put_to_rest_is_woken_as_it_was(
    last: float, carried: set[int], pages: tuple[str, ...] | None, others: tuple[str, ...] | None
) -> None:
    numbers = PageNumbers()
    put_to_rest(1.0, b"", others, numbers)
    wide = len(carried) > MOST_PACKED
    seen = carried if wide else packed(carried)

    found = woken(put_to_rest(last, seen, pages, numbers), PageNumbers(dict(numbers.given)))

    assert found == (last, seen, pages)


def began_with(known: KeyDay) -> list[tuple[str, str]]:
    """Return what the ends of an open visit are told by."""
    assert known.origin is not None
    return list(zip(VISIT_ENDINGS, (known.origin.source, known.entry), strict=True))


def test_a_key_is_small_between_its_visits_and_known_again_at_the_next() -> None:
    counting = a_pipeline()
    first, second, third = arrivals([Hit(0, 1, page, "") for page in (1, 2, 1)])
    second.at = first.at
    third.at = first.at + timedelta(hours=3)
    for arrival in (first, second):
        counting.pipeline.take(arrival)
    (day,) = counting.ledger._days.values()
    (key,) = day.keys
    awake = day.known(key)
    counting.pipeline.tick(first.at + timedelta(hours=2))
    (rest,) = day.keys.values()

    assert isinstance(rest, bytes)
    assert len(rest) < 200
    assert awake is not None
    known = day.known(key)
    assert known is not None
    assert known == KeyDay(awake.last, "", None, known.seen, b"", awake.pages)
    # At its end a visit carries how many pages it read as well, by its source and its first page.
    ended = {day.numbers.given[ending, began, "2-3"] for ending, began in began_with(awake)}
    assert unpacked(known.seen) == {*unpacked(awake.seen), *ended}
    assert len(ended) == len(VISIT_ENDINGS)
    total, *others = counting.pipeline.take(third).facts
    assert (total.views, total.visits, total.visitors) == (1, 1, 0)
    assert [fact.visitors for fact in others if fact.topic == "page"] == [0]


def test_a_key_that_contributes_more_pages_than_can_be_packed_stays_whole() -> None:
    counting = a_pipeline()
    (arrival,) = arrivals([Hit(0, 1, 1, "")])
    counting.pipeline.take(arrival)
    (day,) = counting.ledger._days.values()
    (key,) = day.keys
    known = day.known(key)
    assert known is not None
    pages = tuple(f"/{n}" for n in range(MOST_PAGES + 1))
    day.keys[key] = known._replace(pages=pages)

    counting.pipeline.tick(arrival.at + timedelta(hours=2))

    rest = day.known(key)
    assert rest is not None
    assert (rest.origin, rest.pages) == (None, pages)
