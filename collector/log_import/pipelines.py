"""Build the pipeline of an import: like the live one, with a ledger and a gathering of its own."""

from __future__ import annotations

from collections.abc import Callable

from collector.admission import admit
from collector.coarsen.place import Places, open_places
from collector.coarsener import Coarsener
from collector.gathering import Gathering
from collector.ledger import Ledger
from collector.pipeline import Pipeline
from oboro.randomness import Randomness, SystemRandomness
from oboro.settings import Settings
from oboro.sites import Site


def pipeline_of(
    settings: Settings,
    *,
    randomness: Randomness | None = None,
    places: Places | None = None,
) -> Callable[[Site], Pipeline]:
    """Return what builds a pipeline that counts one site by *settings*."""

    def build(site: Site) -> Pipeline:
        return Pipeline(
            catalog_site_for=lambda _host: site,
            coarsener=Coarsener(places or open_places(settings.country_database)),
            admit=admit,
            ledger=Ledger(
                randomness=randomness or SystemRandomness(),
                capacity=settings.ledger_keys,
                visit_minutes=settings.visit_minutes,
            ),
            gathering=Gathering(
                k=settings.gathering_k,
                keys=settings.gathering_keys,
                pairs=settings.gathering_pairs,
            ),
        )

    return build
