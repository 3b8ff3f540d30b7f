"""A real server's log: the import beside a plain count of the same lines, and its crossings."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from collector.admission.bot import is_bot
from collector.log_import.imports import Imports
from oboro.clock import ManualClock
from oboro.funnels import Funnel
from oboro.topics import CROSSINGS, FUNNEL_STEP, READINGS, TOPICS
from oboro.workspace import Workspace
from tests.support import plain_log_count
from tests.support.arrivals import an_arrival
from tests.support.command_line import run_oboro
from tests.support.plain_log_count import PlainCount
from tests.support.real_log import real_log, site_of

pytestmark = pytest.mark.real_log
LINES = 10_000
DAYS = {"UTC": 4, "Asia/Tokyo": 5}


@pytest.fixture
def log() -> Path:
    found = real_log()
    if found is None:
        pytest.skip("there is no real log here; OBORO_REAL_LOG names one")
    return found


@pytest.fixture(params=list(DAYS))
def counted(request: pytest.FixtureRequest, workspace: Workspace, log: Path) -> Workspace:
    workspace.catalog.add_site(site_of(log, request.param))
    return workspace


def zone_of(workspace: Workspace) -> ZoneInfo:
    return workspace.catalog.sites()[0].zone


def imported(workspace: Workspace, log: Path) -> Any:
    host = workspace.catalog.sites()[0].host
    done = run_oboro("import-log", "--site", host, "--json", str(log), workspace=workspace)
    assert done.status == 0, done.err
    return done.document


def counted_plainly(log: Path, zone: str) -> PlainCount:
    """Count twice: to see which agents there are, then without those that are programs."""
    agents = plain_log_count.count(log, zone).agents
    programs = {agent for agent in agents if is_bot(an_arrival(agent=agent), site_of(log, zone))}
    return plain_log_count.count(log, zone, frozenset(programs))


def test_every_line_is_counted_refused_or_invalid(counted: Workspace, log: Path) -> None:
    answer = imported(counted, log)
    assert answer["lines"] == LINES
    assert answer["counted"] + sum(answer["refused"].values()) + answer["invalid"] == LINES


def test_views_and_visitor_days_are_those_of_a_plain_count(counted: Workspace, log: Path) -> None:
    plain = counted_plainly(log, zone_of(counted).key)
    answer = imported(counted, log)
    assert answer["refused"] == dict(plain.not_counted)
    assert answer["invalid"] == plain.unreadable
    assert [(day["day"], day["views"], day["visitors"]) for day in answer["days"]] == [
        (day.isoformat(), views, len(plain.visitors[day]))
        for day, views in sorted(plain.views.items())
    ]
    assert len(answer["days"]) == DAYS[zone_of(counted).key]


def test_the_facts_of_a_day_agree_with_what_the_command_says(counted: Workspace, log: Path) -> None:
    answer = imported(counted, log)
    rows = counted.store.query(
        "SELECT toString(day), sum(views), sum(visitors) FROM coarse_events"
        " WHERE topic = 'total' GROUP BY day ORDER BY day"
    )
    assert rows == [(day["day"], day["views"], day["visitors"]) for day in answer["days"]]
    singles = counted.store.query(
        "SELECT topic, sum(views) FROM coarse_events"
        " WHERE topic IN ('hour', 'page', 'section', 'source', 'country', 'device', 'browser')"
        " GROUP BY topic"
    )
    assert {views for _, views in singles} == {answer["counted"]}


def test_no_row_of_a_crossing_is_smaller_than_a_crowd_before_during_and_after(
    counted: Workspace, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is one of what gathers although it is single."""
    counted.catalog.add_funnel(
        counted.catalog.sites()[0].host, Funnel(name="on", steps=("/*", "/*", "/*"))
    )
    alone = [topic.name for topic in TOPICS.values() if topic.gathered]
    snapshots: list[list[tuple[Any, ...]]] = []
    untold = [topic.name for topic in CROSSINGS if not topic.available("visitors")]

    def look() -> None:
        for table in ("coarse_events", "imported_events"):
            snapshots.append(
                counted.store.query(
                    # Where visitor-days are no figure, each has a view or the end of a visit.
                    "SELECT topic, value, value2,"
                    " if(topic IN {untold:Array(String)}, greatest(views, visits), visitors)"
                    " FROM {table:Identifier} WHERE value2 != '' OR topic IN {alone:Array(String)}",
                    {"table": table, "untold": untold, "alone": alone},
                )
            )

    for name in ("stage", "finish"):
        step = getattr(Imports, name)

        def watched(*arguments: Any, step: Any = step) -> Any:
            look()
            try:
                return step(*arguments)
            finally:
                look()

        monkeypatch.setattr(Imports, name, watched)
    imported(counted, log)
    look()
    k = counted.settings.gathering_k
    assert len(snapshots) > 6
    assert {FUNNEL_STEP, "page*source"} <= {row[0] for rows in snapshots for row in rows}
    assert [row for rows in snapshots for row in rows if row[3] < k] == []


def test_most_crossings_of_a_few_days_are_partly_there(counted: Workspace, log: Path) -> None:
    answer = imported(counted, log)
    rows = counted.store.query(
        "SELECT topic, sum(greatest(views, visits)) FROM coarse_events"
        " WHERE value2 != '' GROUP BY topic"
    )
    shares = Counter({topic: n / answer["counted"] for topic, n in rows})
    # A log tells neither of events nor how a page was read.
    untold = {"event", *READINGS}
    assert set(shares) == {
        crossing.name for crossing in CROSSINGS if not untold & {*crossing.attributes}
    }
    assert all(0 < share <= 1 for share in shares.values())
    assert shares["source*device"] > 0.5


def test_a_second_import_changes_nothing(counted: Workspace, log: Path, clock: ManualClock) -> None:
    imported(counted, log)
    before = counted.store.query("SELECT * FROM coarse_events ORDER BY ALL")
    host = counted.catalog.sites()[0].host
    again = run_oboro("import-log", "--site", host, str(log), workspace=counted)
    assert again.status == 3
    assert counted.store.query("SELECT * FROM coarse_events ORDER BY ALL") == before


def totals_by_topic(workspace: Workspace) -> list[tuple[Any, ...]]:
    return workspace.store.query(
        "SELECT day, topic, sum(views), sum(visits), sum(visitors), sum(events), "
        "uniqExact(value, value2) FROM facts_kept GROUP BY day, topic ORDER BY day, topic"
    )


def test_closing_its_days_changes_no_total_of_any_topic(counted: Workspace, log: Path) -> None:
    imported(counted, log)
    before = totals_by_topic(counted)
    done = run_oboro("jobs", "--run", "--json", workspace=counted)
    assert done.status == 0
    closing = done.document["jobs"][0]
    assert (closing["name"], closing["due"], closing["failed"]) == ("close-days", [], [])
    assert counted.store.query("SELECT count() FROM coarse_events") == [(0,)]
    assert totals_by_topic(counted) == before
    assert {topic for _, topic, *_ in before} >= {"total", "page", "source", "country", "hour"}
