"""Totals for a monitoring system; labels are sites and reasons, never visitors."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from oboro.wire import bearer
from oboro.workspace import Workspace

# A counter's birth is the moment of a first hit: finer than anything we keep.
disable_created_metrics()  # type: ignore[no-untyped-call]


def registry_of(workspace: Workspace) -> CollectorRegistry:
    """Return the one registry of *workspace*; rooms make their metrics with it."""
    registry = workspace.find(CollectorRegistry)
    if registry is None:
        registry = CollectorRegistry(auto_describe=True)
        workspace.offer(CollectorRegistry, registry)
    return registry


def tell_parts(workspace: Workspace, names: Iterable[str]) -> None:
    """Show in the totals which parts the process runs, so that those of each are told apart."""
    parts = Gauge("oboro_part", "Parts that run here", ["part"], registry=registry_of(workspace))
    for name in names:
        parts.labels(name).set(1)


def may_read_totals(headers: Mapping[str, str], token: str) -> bool:
    """Tell whether *headers* carry *token*, as ``Authorization: Bearer``; all may without one."""
    if not token:
        return True
    given = bearer(headers).encode("utf-8", "surrogateescape")
    # In the same time for any guess.
    return hmac.compare_digest(given, token.encode())


def exposition(workspace: Workspace) -> web.Response:
    """Return the present totals in the text format of Prometheus."""
    body = generate_latest(registry_of(workspace))
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
