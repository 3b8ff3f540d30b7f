"""Whatever is kept and whatever is asked, a report says what plain counting says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.reports.answer import answer
from aggregator.reports.panels import panels
from aggregator.reports.periods import Period
from aggregator.reports.query import BY, FOCUSES, Focus, ReportQuery, is_kept
from oboro.facts import Fact
from oboro.store import Store
from oboro.topics import CROSSINGS, METRICS, STEP_OF, STEPS, TOPICS
from tests.aggregator.reports.oracle import expected_rows, expected_totals
from tests.support.closing import close
from tests.support.kept_facts import keep

FIRST = date(2026, 2, 26)
# Values that a careless statement would take for SQL, a pattern, an escape or a parameter.
VALUES = (
    "/",
    "/a",
    "a",
    "' OR 1=1 --",
    "\\",
    "\\'",
    "{site:String}",
    "%(site)s",
    "%s",
    "a\tb\n",
    "朧",
)
# Each example has a site of its own, so the store need not be emptied between them.
EXAMPLES = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOSTS = (f"site{n}.example" for n in count())

counts = st.integers(0, 9)
days = st.integers(0, 3).map(lambda n: FIRST + timedelta(days=n))


@dataclass(frozen=True)
class World:
    """Few topics and few values, so that rows meet: a crossing, its two topics, some others."""

    site: str
    topics: tuple[str, ...]
    values: tuple[str, ...]


def _focused_by(attribute: str) -> str:
    return STEP_OF if attribute in STEPS else attribute


@st.composite
def worlds(draw: st.DrawFn) -> World:
    crossing = draw(st.sampled_from(CROSSINGS))
    others = draw(st.lists(st.sampled_from(sorted(TOPICS)), max_size=2))
    values = draw(st.lists(st.sampled_from(VALUES), min_size=2, max_size=4, unique=True))
    topics = (*(3 * [crossing.name]), *map(_focused_by, crossing.attributes), "total", *others)
    return World(next(HOSTS), topics, tuple(values))


@st.composite
def kept_facts(draw: st.DrawFn, world: World) -> Fact:
    topic = TOPICS[draw(st.sampled_from(world.topics))]
    values = st.sampled_from(world.values)
    if topic.name == "hour":
        value = f"{draw(st.integers(0, 23)):02d}"
    else:
        value = draw(values) if topic.attributes else ""
    value2 = draw(values) if topic.is_crossing else ""
    some = [draw(counts) if topic.available(metric) else 0 for metric in METRICS]
    return Fact(world.site, draw(days), topic.name, value, value2, *some)


@st.composite
def queries(draw: st.DrawFn, world: World) -> ReportQuery:
    first, last = draw(st.just((FIRST, FIRST + timedelta(days=3))) | st.tuples(days, days))
    first, last = min(first, last), max(first, last)
    focus = Focus(draw(st.sampled_from(FOCUSES)), draw(st.sampled_from(world.values)))
    first_of_two, other = draw(st.permutations(TOPICS[world.topics[0]].attributes))
    by, narrowed = draw(
        st.sampled_from(
            [
                (first_of_two, replace(focus, topic=_focused_by(other))),
                (_focused_by(first_of_two), None),
                ("day", replace(focus, topic=_focused_by(other))),
                (draw(st.sampled_from([by for by in BY if is_kept(by, None)])), None),
                (draw(st.sampled_from([by for by in BY if is_kept(by, focus)])), focus),
            ]
        )
    )
    return ReportQuery(
        site=world.site,
        period=Period(first, last),
        by=by,
        metrics=tuple(draw(st.lists(st.sampled_from(METRICS), min_size=1, unique=True))),
        focus=narrowed,
        limit=draw(st.none() | st.integers(1, 4)),
    )


@settings(EXAMPLES, max_examples=40)
@given(data=st.data())
def test_a_report_says_what_plain_counting_says(store: Store, data: st.DataObject) -> None:
    world = data.draw(worlds())
    facts = data.draw(
        st.lists(kept_facts(world), max_size=40)
        | st.lists(kept_facts(world), min_size=30, max_size=40)
    )
    other_site = replace(world, site=f"other.{world.site}")
    keep(store, [*facts, *data.draw(st.lists(kept_facts(other_site), max_size=3))])

    _close_some(store, world, data)

    for query in data.draw(st.lists(queries(world), min_size=3, max_size=6)):
        report = answer(store, query)

        rows = expected_rows(query, facts)
        assert [(row.key, row.figures) for row in report.rows] == rows[: query.limit]
        assert report.rows_left == len(rows) - len(report.rows)
        assert report.totals == expected_totals(query, facts)
        assert report.gathering == (query.source.gathers and not rows)


@settings(EXAMPLES, max_examples=15)
@given(data=st.data())
def test_panels_read_together_are_the_reports_read_one_by_one(
    store: Store, data: st.DataObject
) -> None:
    world = data.draw(worlds())
    keep(store, data.draw(st.lists(kept_facts(world), min_size=30, max_size=40)))
    _close_some(store, world, data)
    query = data.draw(queries(world))

    together = panels(store, query, [by for by in BY if by != "day"])

    for by, report in together.items():
        alone = answer(store, report.query)
        assert report.query.by == by
        assert (report.rows, report.totals, report.rows_left) == (
            alone.rows,
            alone.totals,
            alone.rows_left,
        )
    assert set(together) == {by for by in BY if by != "day" and is_kept(by, query.focus)}


def _close_some(store: Store, world: World, data: st.DataObject) -> None:
    """Close some days of one world in four, on which a report must not be seen to depend."""
    if data.draw(st.integers(0, 3)) == 0:
        close(store, [(world.site, day) for day in sorted(data.draw(st.sets(days, min_size=1)))])
