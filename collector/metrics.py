"""What ``/metrics`` shows of a collector beside its spool: outcomes, and the memory in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client import Counter as Total
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from collector.gathering import Gathering
from collector.ledger import Ledger
from oboro.outcomes import Outcome
from oboro.settings import Settings


class MemoryUsed(Collector):
    """How full the collector's memory is, in whole percent: no figure follows a single visitor."""

    def __init__(self, settings: Settings, ledger: Ledger, gathering: Gathering) -> None:
        self._settings = settings
        self._ledger = ledger
        self._gathering = gathering

    def collect(self) -> Iterator[Metric]:
        """Return both shares."""
        yield GaugeMetricFamily(
            "oboro_ledger_used_percent",
            "Share of the keys that the ledger has room for",
            100 * self._ledger.taken() // self._settings.ledger_keys,
        )
        yield GaugeMetricFamily(
            "oboro_gathering_used_percent",
            "Share of the crossings that the gathering has room for",
            100 * self._gathering.size() // self._settings.gathering_pairs,
        )


def outcome_total(registry: CollectorRegistry) -> Callable[[str], None]:
    """Return what counts an answered arrival by its outcome."""
    total = Total("oboro_outcomes", "Arrivals by outcome", ["outcome"], registry=registry)
    # An objection in a log is told by the import alone: there is no series that could count any.
    tallied = [str(outcome) for outcome in Outcome if outcome is not Outcome.OPTED_OUT_IN_LOG]
    by_outcome = {outcome: total.labels(outcome) for outcome in tallied}
    return lambda outcome: by_outcome[outcome].inc()
