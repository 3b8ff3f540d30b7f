"""Show in ``/metrics`` where every acknowledged page view is, and what had to be put right."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from collector.spool import Spool
from collector.writer import Writer


class SpoolMetrics(Collector):
    """The audit of a spool, read when it is asked for."""

    def __init__(self, spool: Spool, writer: Writer) -> None:
        self._spool = spool
        self._writer = writer

    def collect(self) -> Iterator[Metric]:
        """Return the audit's figures; those of page views add up, or ``difference`` is not 0."""
        audit = self._spool.audit()
        yield CounterMetricFamily(
            "oboro_acknowledged_views",
            "Page views acknowledged since the spool was made",
            audit.acknowledged,
        )
        yield CounterMetricFamily(
            "oboro_verified_views", "Of these: seen in the store", audit.verified
        )
        yield _gauge("oboro_sealed_views", "Of these: on their way to the store", audit.sealed)
        yield _gauge("oboro_pending_views", "Of these: waiting for their site", audit.pending)
        yield _gauge("oboro_set_aside_views", "Of these: set aside as damaged", audit.set_aside)
        yield _gauge(
            "oboro_erased_views",
            "Of these: erased with their site, or too late for a closed day",
            audit.erased,
        )
        yield _gauge("oboro_audit_difference", "Page views lost or doubled", audit.difference)
        yield _gauge("oboro_set_aside", "Batches and commits set aside", audit.aside)
        yield _gauge(
            "oboro_damaged_spools",
            "Spool files set aside as a whole",
            len(self._spool.damaged_files()),
        )
        yield CounterMetricFamily(
            "oboro_batch_repairs",
            "Batches that the store had lost or doubled and that were put right",
            self._writer.repairs,
        )
        yield CounterMetricFamily(
            "oboro_refused_entries",
            "Entries that were not acknowledged because the disk did not take them",
            self._spool.refused,
        )


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value)
