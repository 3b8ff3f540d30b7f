"""Totals for a monitoring system; labels are sites and reasons, never visitors."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CollectorRegistry, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

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


def exposition(workspace: Workspace) -> web.Response:
    """Return the present totals in the text format of Prometheus."""
    body = generate_latest(registry_of(workspace))
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
