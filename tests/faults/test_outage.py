"""A day's hits while the store is away, and a million while it is there: all are there once."""

from __future__ import annotations

import json
import sys

import pytest

from bench.outage import measure


@pytest.mark.parametrize(
    ("hits", "away"),
    [
        (5_000, True),
        pytest.param(1_000_000, False, marks=pytest.mark.soak),
        pytest.param(8_640_000, True, marks=pytest.mark.soak),
    ],
)
def test_hits_are_taken_in_and_all_of_them_reach_the_store_once(hits: int, away: bool) -> None:
    told = measure(hits, away=away)
    sys.stdout.write(f"{json.dumps(told)}\n")

    assert told["hits"] >= hits
    assert told["not_202"] == 0
    assert told["verified_views"] == told["acknowledged_views"]
    # Some are programs' and answered like all; some were kept, and their answer was lost.
    kept = told["acknowledged_views"] + told["not_counted"]
    assert told["hits"] <= kept <= told["hits"] + told["unanswered"]
    assert (told["difference"], told["set_aside"]) == (0, 0)
