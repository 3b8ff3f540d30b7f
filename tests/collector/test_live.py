"""Live figures are totals of the last half hour, from memory."""

from __future__ import annotations

from datetime import timedelta

from oboro.services import LiveFigures
from tests.support.hits import Counting, Hit, a_pipeline, arrivals
from tests.support.workspace import NOON


def counted(*hits: Hit) -> Counting:
    counting = a_pipeline()
    for arrival in arrivals(list(hits)):
        counting.pipeline.take(arrival)
    return counting


def test_views_are_shown_by_minute_the_present_one_last() -> None:
    counting = counted(Hit(0, 0, 1, ""), Hit(0, 1, 1, ""), Hit(28, 0, 1, ""))
    counting.clock.advance(timedelta(minutes=29))

    views = counting.live.views("example.jp")

    assert (len(views), views[0], views[28], views[29]) == (30, 2, 1, 0)


def test_the_visitors_of_the_last_five_minutes_are_counted_once_each() -> None:
    counting = counted(Hit(0, 0, 1, ""), Hit(6, 1, 1, ""), Hit(1, 1, 2, ""))
    counting.clock.advance(timedelta(minutes=7))

    assert counting.live.now("example.jp") == 1


def test_an_event_is_no_view_but_tells_that_the_site_sends() -> None:
    live = counted(Hit(0, 0, 1, "", "form")).live

    assert (sum(live.views("example.jp")), live.arrived("example.jp")) == (0, True)


def test_a_site_without_hits_has_zeros() -> None:
    live = counted().live

    assert (live.now("a.jp"), live.views("a.jp"), live.arrived("a.jp")) == (0, [0] * 30, False)


def test_a_hit_that_was_not_kept_was_never_shown() -> None:
    counting = a_pipeline()
    (arrival,) = arrivals([Hit(0, 0, 1, "")])

    counting.pipeline.take(arrival).undo()

    assert sum(counting.live.views("example.jp")) == counting.live.now("example.jp") == 0
    assert not counting.live.arrived("example.jp")


def test_minutes_that_are_shown_no_more_are_forgotten() -> None:
    counting = counted(Hit(0, 0, 1, ""))

    counting.pipeline.tick(NOON + timedelta(minutes=40))

    assert counting.live._views == {"example.jp": {}}


def test_live_figures_are_what_the_pages_ask_for() -> None:
    figures: LiveFigures = a_pipeline().live

    assert figures.now("example.jp") == 0
