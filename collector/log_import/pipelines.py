"""Build the pipeline of an import: like the live one, with a ledger and a gathering of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from collector.admission import admit, checks_by
from collector.coarsen.place import NoPlaces, Places
from collector.coarsener import Coarsener
from collector.databases import Databases
from collector.day_marks import PARTIAL, VOID
from collector.gathering import Gathering
from collector.ledger import Ledger
from collector.pipeline import Pipeline
from oboro.randomness import Randomness, SystemRandomness
from oboro.settings import Settings
from oboro.sites import Site


@dataclass(frozen=True, slots=True)
class Counting:
    """A pipeline with the memory it counts in."""

    pipeline: Pipeline
    ledger: Ledger
    gathering: Gathering
    distinct_values: int = 10_000
    """Different pages, sections and referrers that a day may hold, each."""

    def marks(self) -> Mapping[date, str]:
        """Return the days for which there was not memory enough, with the state that says so."""
        partial = {day: PARTIAL for _, day in self.gathering.full}
        return {**partial, **{day: VOID for _, day in self.ledger.full}}


def counting_by(
    settings: Settings,
    *,
    randomness: Randomness | None = None,
    places: Places | None = None,
) -> Callable[[Site], Counting]:
    """Return what builds a pipeline that counts one site by *settings*."""

    databases = None if places else Databases(settings)

    def build(site: Site) -> Counting:
        ledger = Ledger(
            randomness=randomness or SystemRandomness(),
            capacity=settings.ledger_keys,
            visit_minutes=settings.visit_minutes,
        )
        gathering = Gathering(
            k=settings.gathering_k, keys=settings.gathering_keys, pairs=settings.gathering_pairs
        )
        pipeline = Pipeline(
            catalog_site_for=lambda _host: site,
            coarsener=Coarsener(
                places or databases or NoPlaces(), grounds=databases, forgets_daily=False
            ),
            admit=partial(admit, checks=checks_by(settings, databases)),
            ledger=ledger,
            gathering=gathering,
        )
        return Counting(pipeline, ledger, gathering, settings.distinct_values)

    return build
