"""The made-up traffic is the same for the same seed, and looks like a town's."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest

from collector.coarsen.agent import read_agent
from collector.coarsen.place import BUNDLED, open_places
from collector.demo import calendar
from collector.demo.people import CRAWLERS
from collector.demo.town import CITY, LIBRARY, PLACES, Place
from collector.demo.visits import hits_of
from collector.log_import.sieve import Days, Page
from oboro.clock import day_begins

SEED = 1
WEEKDAY = date(2026, 6, 10)
SUNDAY = date(2026, 6, 14)
STORM = date(2026, 9, 12)
RESTART = date(2026, 7, 15)


@cache
def drawn(place: Place, day: date) -> list[Page]:
    return hits_of(place, day, SEED)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.site.host)
def test_the_same_seed_and_day_give_the_same_hits(place: Place) -> None:
    assert drawn(place, WEEKDAY) == hits_of(place, WEEKDAY, SEED)
    assert drawn(place, WEEKDAY) != hits_of(place, WEEKDAY, SEED + 1)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.site.host)
@pytest.mark.parametrize("day", [WEEKDAY, STORM, date(2026, 1, 1)])
def test_every_hit_lies_on_its_day(place: Place, day: date) -> None:
    days = Days(place.site.zone)
    assert {days.of(hit.at) for hit in drawn(place, day)} == {day}


def test_sundays_are_quieter_and_the_storm_is_about_its_pages() -> None:
    assert len(drawn(CITY, SUNDAY)) < len(drawn(CITY, WEEKDAY))
    assert len(drawn(CITY, STORM)) > 3 * len(drawn(CITY, WEEKDAY))
    pages = Counter(hit.url for hit in drawn(CITY, STORM))
    assert "/bousai/" in pages.most_common(1)[0][0]


def test_a_visit_a_day_is_about_what_the_site_is_said_to_have() -> None:
    week = [WEEKDAY + timedelta(days=n) for n in range(7)]
    for place in (CITY, LIBRARY):
        begun = sum(1 for day in week for hit in drawn(place, day) if _from_elsewhere(hit, place))
        assert 0.8 < begun / 7 / place.visits < 1.3


def _from_elsewhere(hit: Page, place: Place) -> bool:
    return hit.agent not in CRAWLERS and place.site.host not in hit.referrer


def test_nothing_is_counted_while_the_collector_restarts() -> None:
    begin = int(day_begins(RESTART, CITY.site.zone).timestamp())
    assert calendar.has_restart(RESTART)
    assert not [hit for hit in drawn(CITY, RESTART) if hit.at - begin in calendar.RESTART]


def test_visitors_come_back_on_other_days() -> None:
    days = [WEEKDAY, WEEKDAY + timedelta(days=1)]
    first, second = ({(hit.network, hit.agent) for hit in drawn(CITY, day)} for day in days)
    assert len(first & second) > 30


def test_every_agent_is_a_browsers_and_every_crawler_a_programs() -> None:
    for agent in {hit.agent for hit in drawn(CITY, WEEKDAY)}:
        assert read_agent(agent).program is (agent in CRAWLERS)


@pytest.mark.skipif(not BUNDLED.exists(), reason="the country database was not built here")
def test_most_visitors_are_from_the_country_itself() -> None:
    places = open_places(None)
    seen = Counter(places.country_of(hit.network) for hit in drawn(CITY, WEEKDAY))
    assert seen["JP"] / seen.total() > 0.8
    assert len(seen) > 5


def test_most_read_on_phones() -> None:
    mobile = sum("Mobi" in hit.agent for hit in drawn(CITY, WEEKDAY))
    assert mobile / len(drawn(CITY, WEEKDAY)) > 0.5


def test_most_views_tell_how_they_were_read_and_that_changes_nobody() -> None:
    views = [hit for hit in drawn(CITY, WEEKDAY) if not (hit.scroll or hit.event)]
    told = [hit for hit in drawn(CITY, WEEKDAY) if hit.scroll]

    assert 0.5 < len(told) / len(views) < 0.8
    assert {hit.url for hit in told} <= {hit.url for hit in views}
    assert all(0 < hit.scroll <= 100 and 0 <= hit.engaged < 1800 for hit in told)
    assert len({hit.scroll // 25 for hit in told}) == 5


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.site.host)
def test_declared_events_happen_on_their_pages_with_declared_properties(place: Place) -> None:
    week = [WEEKDAY + timedelta(days=n) for n in range(7)]
    events = [(hit.url, hit.event) for day in week for hit in drawn(place, day) if hit.event]
    told = {f"{key}={value}" for _, event in events for key, value in event.props.items()}

    assert {event.name for _, event in events} == set(place.site.events)
    assert set(place.site.properties) <= told
    for url, event in events:
        can = place.happenings.get(url.removeprefix(f"https://{place.site.host}"), place.anywhere)
        assert can
        assert event.name == can.event
