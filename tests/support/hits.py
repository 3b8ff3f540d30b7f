"""Draw hits whose coarse values are in plain sight, and pipelines that take them.

A made-up arrival says its coarse values itself: the page in its address, the source in its
referrer, the country in its network's first byte, the device in its agent's last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from collector.admission.rate import Rate
from collector.arrival import Arrival
from collector.changes import Changes
from collector.coarse import Coarse, Mark, Origin, Surroundings
from collector.coarsen.referrer import DIRECT_ORIGIN
from collector.gathering import Gathering
from collector.kind import Kind
from collector.ledger import Ledger
from collector.live import Live
from collector.packed_traits import NONE, unpacked
from collector.pipeline import Pipeline
from collector.variety import Variety
from collector.visits import SiteDay
from oboro.clock import ManualClock
from oboro.funnels import Step
from oboro.outcomes import Outcome
from oboro.randomness import SeededRandomness
from oboro.sites import Site
from tests.support.workspace import NOON, a_site

WITHIN = "within the site"
_CHANNELS = {"Google": "search", "Yahoo": "search", "X": "social"}


HAPPENINGS: dict[str, tuple[Mark, ...]] = {
    "form": (("event", "form"),),
    "signup": (("event", "signup"), ("property", "plan=free")),
    "file": (("download", "/plan.pdf"),),
    "link": (("outbound", "example.com"),),
    "missing": (("not_found", "/gone"), ("property", "plan=free")),
    "sent": (("event", "form"), ("goal", "apply")),
}
"""Made-up names of what is no view, with the marks that they stand for."""
MARKED_VIEWS: dict[str, tuple[Mark, ...]] = {
    "search": (("search", "gomi"),),
    "again": (("search", "gomi"), ("property", "plan=pro")),
    "thanks": (("goal", "apply"), ("goal", "contact")),
}
"""Made-up names of views with marks."""
ENGAGEMENTS: dict[str, tuple[float, int]] = {
    "glanced": (3, 20),
    "read": (29.6, 74),
    "studied": (200, 100),
}
"""Made-up names of engagements: seconds in view, and percent of the page seen."""


FITTING: dict[str, tuple[Step, ...]] = {
    "/1/1": (("apply 1", 1), ("twice 1", 1), ("twice 1", 2)),
    "/2/2": (("apply 1", 2),),
    "/0/3": (("twice 1", 3),),
    "form": (("apply 1", 3),),
}
"""Made-up pages and names of happenings, with the steps of funnels that they fit."""


class Hit(NamedTuple):
    """One drawn hit: *after* minutes past the one before, by *visitor*."""

    after: int
    visitor: int
    page: int
    source: str
    event: str = ""
    country: str = "JP"


class PlainCoarsener:
    """Read the coarse values that a made-up arrival says."""

    def coarsen(self, arrival: Arrival, site: Site) -> Coarse:
        return Coarse(
            page=arrival.url,
            section=f"/{arrival.url.split('/')[1]}/",
            view=arrival.kind is Kind.VIEW,
            marks=marks_named(arrival.name),
            steps=steps_of(arrival),
            origin=origin_named(arrival.referrer),
            surroundings=surroundings_of(arrival),
        )

    def page_of(self, arrival: Arrival, site: Site) -> str:
        return arrival.url


def marks_named(name: str) -> tuple[Mark, ...]:
    """Return the marks that a made-up name stands for."""
    return {**HAPPENINGS, **MARKED_VIEWS}.get(name, ())


def steps_of(arrival: Arrival) -> tuple[Step, ...]:
    """Return the steps that a made-up page, or what happens on it, fits."""
    return FITTING.get(arrival.url if arrival.kind is Kind.VIEW else arrival.name, ())


def origin_named(source: str) -> Origin | None:
    """Return the origin that a made-up referrer stands for."""
    if source == WITHIN:
        return None
    if not source:
        return DIRECT_ORIGIN
    return Origin(
        source=source, channel=_CHANNELS[source], referrer=f"{source}.example", campaign=""
    )


def surroundings_of(arrival: Arrival) -> Surroundings:
    """Return what a made-up agent stands for: it changes with the visitor."""
    visitor = arrival.agent
    return Surroundings(
        country=arrival.hints.get("country", "JP"),
        browser="Firefox" if visitor in "02468" else "Safari",
        browser_version="100",
        os="Linux",
        os_version="12",
        device="mobile" if visitor in "012" else "desktop",
        screen="1200-1919",
        language="ja",
        region="JP-13" if visitor in "012" else "JP-27",
        network="SoftBank Corp.",
    )


def arrivals(hits: list[Hit], start: datetime = NOON, site: str = "example.jp") -> list[Arrival]:
    """Return the arrivals of *hits*, the first *after* counted from *start*."""
    at = start
    found = []
    for hit in hits:
        at += timedelta(minutes=hit.after)
        found.append(
            Arrival(
                site=site,
                at=at,
                network=bytes(4),
                agent=str(hit.visitor),
                language="",
                url=f"/{hit.page % 3}/{hit.page}",
                referrer=hit.source,
                kind=_kind_named(hit.event),
                name=hit.event,
                engaged=ENGAGEMENTS.get(hit.event, (0.0, 0))[0],
                scroll=ENGAGEMENTS.get(hit.event, (0.0, 0))[1],
                hints={"country": hit.country},
            )
        )
    return found


def _kind_named(name: str) -> Kind:
    if name in ENGAGEMENTS:
        return Kind.ENGAGEMENT
    return Kind.EVENT if name in HAPPENINGS else Kind.VIEW


def some_hits(
    most: int = 40, pages: int = 12, *, engaged: bool = False
) -> st.SearchStrategy[list[Hit]]:
    """Draw hits of a few visitors over hours and days, visits ending and beginning among them.

    *engaged* draws engagements too, which are hits that nothing is counted of.
    """
    names = ("", "", "", "", *HAPPENINGS, *MARKED_VIEWS, *(2 * [*ENGAGEMENTS] if engaged else []))
    return st.lists(
        st.builds(
            Hit,
            after=st.sampled_from((0, 0, 0, 1, 1, 7, 29, 30, 31, 200, 1500)),
            visitor=st.integers(0, 5),
            page=st.integers(0, pages - 1),
            source=st.sampled_from((WITHIN, WITHIN, "", "Google", "Yahoo", "X")),
            event=st.sampled_from(names),
            country=st.sampled_from(("JP", "JP", "US")),
        ),
        max_size=most,
    )


class Counting(NamedTuple):
    """A pipeline, with its parts in reach."""

    pipeline: Pipeline
    ledger: Ledger
    gathering: Gathering
    live: Live
    clock: ManualClock


def a_pipeline(
    *,
    site: Site | None = None,
    capacity: int = 1000,
    k: int = 3,
    keys: int = 2,
    pairs: int = 1000,
    admit: Callable[[Arrival, Site], Outcome | None] = lambda _arrival, _site: None,
    rate: Rate | None = None,
    variety: Variety | None = None,
) -> Counting:
    """Return a pipeline that counts one site and reads made-up arrivals."""
    site = site or a_site()
    clock = ManualClock(NOON)
    ledger = Ledger(randomness=SeededRandomness(1), capacity=capacity)
    gathering = Gathering(k=k, keys=keys, pairs=pairs)
    live = Live(clock, ledger)
    pipeline = Pipeline(
        catalog_site_for=lambda host: site if host == site.host else None,
        coarsener=PlainCoarsener(),
        admit=admit,
        ledger=ledger,
        gathering=gathering,
        live=live,
        rate=rate,
        variety=variety,
    )
    return Counting(pipeline, ledger, gathering, live, clock)


def everything_in(counting: Counting) -> tuple[object, object, object]:
    """Return a copy of all that a pipeline keeps in memory, to be compared with another."""
    return (
        {site: _copied(day) for site, day in counting.ledger._days.items()},
        {site: dict(pairs) for site, pairs in counting.gathering.sites.items()},
        {site: dict(minutes) for site, minutes in counting.live._views.items()},
    )


def _copied(day: SiteDay) -> object:
    traits = {number: trait for trait, number in day.numbers.given.items()}
    keys = {
        key: (
            known._replace(seen=NONE, visit_seen=NONE),
            {traits[number] for number in unpacked(known.seen)},
            {traits[number] for number in unpacked(known.visit_seen)},
        )
        for key in day.keys
        if (known := day.known(key))
    }
    return day.site, day.day, day.until, keys, {m: set(k) for m, k in day.minutes.items()}


def ticking(counting: Counting, taken: list[Arrival]) -> Iterator[Callable[[], None]]:
    """Take each arrival, and tick before every third; yields each step's way back."""
    for number, arrival in enumerate(taken):
        if number % 3 == 2:
            changes = Changes()
            counting.pipeline.expire(arrival.at, changes)
            yield changes.undo
        yield counting.pipeline.take(arrival).undo
