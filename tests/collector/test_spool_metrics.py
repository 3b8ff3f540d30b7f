"""The audit in ``/metrics``: figures that add up, without a site or a visitor in them."""

from __future__ import annotations

from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from collector.spool_metrics import SpoolMetrics
from oboro.store import Store
from tests.support.spooled import an_entry, commit_all, emptying


async def test_the_figures_say_where_every_view_is(tmp_path: Path, store: Store) -> None:
    parts = emptying(tmp_path, store, tick_keys=3)
    registry = CollectorRegistry()
    registry.register(SpoolMetrics(parts.spool, parts.writer))
    await commit_all(parts.spool, [an_entry("/written", site="busy.jp") for _ in range(3)])
    await parts.writer.step()
    await commit_all(parts.spool, [an_entry("/waits", site="quiet.jp") for _ in range(2)])
    shown = generate_latest(registry).decode()
    figures = dict(line.rsplit(" ", 1) for line in shown.splitlines() if line[0] != "#")
    assert figures["oboro_acknowledged_views_total"] == "5.0"
    assert figures["oboro_verified_views_total"] == "3.0"
    assert figures["oboro_pending_views"] == "2.0"
    assert figures["oboro_audit_difference"] == "0.0"
    assert "quiet.jp" not in shown
    await parts.spool.close()
