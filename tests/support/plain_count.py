"""Count hits the slow and plain way, by what `oboro.topics` says each metric counts.

It knows who everybody is and keeps whole visits, so that it can be read against the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from collector.arrival import Arrival
from collector.coarse import Coarse, Origin
from collector.coarsen.referrer import DIRECT_ORIGIN
from collector.kind import Kind
from collector.pipeline import Coarsening
from oboro.clock import local_day, local_hour
from oboro.facts import Fact
from oboro.sites import Site
from oboro.topics import TOPICS, Counted, Topic

Values = tuple[str, str]
Counts = Mapping[tuple[date, str, str, str], tuple[int, int, int, int]]
IDLE = timedelta(minutes=30)


@dataclass
class Seen:
    """One hit with what it carries."""

    arrival: Arrival
    coarse: Coarse
    hour: int


@dataclass
class Visit:
    """One visit, whole."""

    hits: list[Seen]
    origin: Origin
    last: datetime
    engaged: list[Arrival] = field(default_factory=list)
    reads: dict[str, list[Arrival]] = field(default_factory=dict)
    """Engagements with each page that was viewed before them."""

    @property
    def exit_page(self) -> str:
        """The last page that was viewed; without a view, the page of the first event."""
        viewed = [hit.coarse.page for hit in self.hits if hit.coarse.view]
        return viewed[-1] if viewed else self.hits[0].coarse.page


def plainly_counted(arrivals: Iterable[Arrival], site: Site, coarsener: Coarsening) -> Counts:
    """Return views, visits, visitors and events by day, topic and values; nothing that is 0."""
    key_days: dict[tuple[object, date], list[Visit]] = {}
    for arrival in arrivals:
        day = local_day(arrival.at, site.zone)
        who = (arrival.network, arrival.agent, arrival.language)
        coarse = coarsener.coarsen(arrival, site)
        hit = Seen(arrival, coarse, local_hour(arrival.at, site.zone))
        visits = key_days.get((who, day), [])
        goes_on = bool(visits) and arrival.at - visits[-1].last < IDLE
        if arrival.kind is Kind.ENGAGEMENT:
            if goes_on:
                _engage(visits[-1], arrival, coarse.page)
        elif goes_on:
            visits[-1].hits.append(hit)
            visits[-1].last = arrival.at
        else:
            visit = Visit([hit], coarse.origin or DIRECT_ORIGIN, arrival.at)
            key_days.setdefault((who, day), []).append(visit)
    counts: dict[str, Counter[tuple[date, str, str, str]]] = {
        metric: Counter() for metric in ("views", "visits", "visitors", "events")
    }
    for (_, day), visits in key_days.items():
        for topic in TOPICS.values():
            for metric, values in _counted(topic, visits):
                counts[metric][day, topic.name, *values] += 1
    found = {key for counter in counts.values() for key in counter}
    return {
        key: (
            counts["views"][key],
            counts["visits"][key],
            counts["visitors"][key],
            counts["events"][key],
        )
        for key in found
    }


def sums_of(facts: Iterable[Fact]) -> Counts:
    """Add *facts* up in the same form."""
    sums: dict[tuple[date, str, str, str], tuple[int, int, int, int]] = {}
    for _, day, topic, value, value2, *more in facts:
        before = sums.get((day, topic, value, value2), (0, 0, 0, 0))
        added = (a + b for a, b in zip(before, more, strict=True))
        sums[day, topic, value, value2] = tuple(added)  # type: ignore[assignment]  # four, as zip saw
    return {key: counts for key, counts in sums.items() if any(counts)}


def _engage(visit: Visit, arrival: Arrival, page: str) -> None:
    visit.last = arrival.at
    visit.engaged.append(arrival)
    if any(hit.coarse.view and hit.coarse.page == page for hit in visit.hits):
        visit.reads.setdefault(page, []).append(arrival)


def _moves(visit: Visit) -> Iterator[Values]:
    """Yield each page of *visit* with the next other one."""
    pages = [hit.coarse.page for hit in visit.hits if hit.coarse.view]
    return ((one, other) for one, other in pairwise(pages) if one != other)


def _counted(topic: Topic, visits: list[Visit]) -> Iterator[tuple[str, Values]]:
    """Yield a metric and the values it counts one of, for one visitor's day."""
    if topic.name == "from*to":
        yield from _some("views", (move for visit in visits for move in _moves(visit)))
        return
    for visit in visits:
        for hit in visit.hits:
            if not hit.coarse.view and topic.events is Counted.EACH:
                yield from _some("events", _values(topic, hit, visit))
            if hit.coarse.view and topic.views is Counted.EACH:
                yield from _some("views", _values(topic, hit, visit))
        yield from _some("visits", _visit_values(topic.visits, topic, visit))
    if topic.visitors is Counted.WITH:
        yield from _some("visitors", {v for visit in visits for v in _carried(topic, visit)})
    else:
        yield from _some("visitors", _visit_values(topic.visitors, topic, visits[0]))


def _visit_values(counted: Counted, topic: Topic, visit: Visit) -> Iterable[Values]:
    if counted in (Counted.EACH, Counted.BEGAN):
        return _values(topic, visit.hits[0], visit, begins=True)
    if counted is Counted.WITH:
        return set(_carried(topic, visit))
    if counted is Counted.ENDED:
        ending = _ending(topic.attributes[-1], visit)
        if topic.is_crossing:
            began = visit.origin.source, visit.hits[0].coarse.page
            first = dict(zip(("source", "entry"), began, strict=True))[topic.attributes[0]]
            return [(first, ending)] if first and ending else []
        return [(ending, "")] if ending else []
    return []


def _carried(topic: Topic, visit: Visit) -> Iterator[Values]:
    if topic.name in ("page*time", "page*scroll"):
        for page, engaged in visit.reads.items():
            yield page, _way(topic.attributes[1], engaged)
        return
    if topic.name == "funnel_step":
        yield from _steps(visit)
        return
    for hit in visit.hits:
        yield from _values(topic, hit, visit)


def _steps(visit: Visit) -> Iterator[Values]:
    """Yield each step that *visit* takes: the next of its funnel, by a hit that fits it."""
    taken: Counter[str] = Counter()
    for hit in visit.hits:
        for funnel in {name for name, _ in hit.coarse.steps}:
            if (funnel, taken[funnel] + 1) in hit.coarse.steps:
                taken[funnel] += 1
                yield f"{funnel}.{taken[funnel]}", ""


def _some(metric: str, found: Iterable[Values]) -> Iterator[tuple[str, Values]]:
    return ((metric, values) for values in found)


def _values(topic: Topic, hit: Seen, visit: Visit, *, begins: bool = False) -> list[Values]:
    """Return the values of *topic* that *hit* carries; a mark's topic may have several."""
    if not topic.attributes:
        return [("", "")]
    if topic.attributes[0] == "event" and topic.is_crossing:
        value = hit.coarse.page if topic.attributes[1] == "page" else visit.origin.source
        return [(name, value) for mark, name in hit.coarse.marks if mark == "event" and value]
    if topic.name in MARKED:
        return [(value, "") for name, value in hit.coarse.marks if name == topic.name]
    values = [_value(attribute, hit, visit, begins) for attribute in topic.attributes]
    if not all(values):
        return []
    return [(values[0], values[1] if len(values) == 2 else "")]


def _ending(topic: str, visit: Visit) -> str:
    """Return the value of a *topic* that is known when a visit is over."""
    seconds = (visit.last - visit.hits[0].arrival.at).total_seconds()
    pages = sum(hit.coarse.view for hit in visit.hits)
    if topic == "duration":
        return _length(seconds)
    if topic == "pages":
        return "0" if not pages else "1" if pages == 1 else _more_pages(pages)
    if topic == "exit":
        return visit.exit_page
    return _way(topic, visit.engaged) if visit.engaged else ""


def _way(reading: str, engaged: list[Arrival]) -> str:
    """Return the class of how long pages were in view, or of how far down they were read."""
    if reading == "time":
        return _length(sum(round(arrival.engaged) for arrival in engaged))
    percent = max(arrival.scroll for arrival in engaged)
    ends = [(25, "0-24"), (50, "25-49"), (75, "50-74"), (100, "75-99")]
    return next((name for end, name in ends if percent < end), "100")


def _length(seconds: float) -> str:
    ends = [(10, "0-9"), (30, "10-29"), (60, "30-59"), (180, "60-179"), (600, "180-599")]
    return next((name for end, name in ends if seconds < end), "600+")


def _more_pages(pages: int) -> str:
    return "2-3" if pages < 4 else "4-9" if pages < 10 else "10+"


MARKED = {"event", "property", "goal", "download", "outbound", "not_found", "search"}


def _value(attribute: str, hit: Seen, visit: Visit, begins: bool) -> str:
    if attribute == "hour":
        return f"{hit.hour:02}"
    if attribute == "entry":
        return hit.coarse.page if begins else ""
    if attribute in ("page", "section"):
        # An event happens on a page, but reads none.
        return str(getattr(hit.coarse, attribute)) if hit.coarse.view else ""
    if attribute in ("source", "channel", "referrer", "campaign"):
        return str(getattr(visit.origin, attribute))
    return str(getattr(hit.coarse.surroundings, attribute))
