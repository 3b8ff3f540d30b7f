"""Figures as they stand in the store, and as a topic's meaning lets them be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oboro.topics import Topic


class Counts(NamedTuple):
    """What stands in the store for one key; a metric the topic does not have is 0 there."""

    views: int = 0
    visits: int = 0
    visitors: int = 0
    events: int = 0


def total(counts: Iterable[Counts]) -> Counts:
    """Add up *counts* of the same key."""
    return Counts(*(sum(column) for column in zip(*counts, strict=True)))


def figures(counts: Counts, topic: Topic, metrics: Sequence[str]) -> dict[str, int | None]:
    """Return the *metrics* that *topic* has from *counts*, and None for those it does not have."""
    return {name: getattr(counts, name) if topic.available(name) else None for name in metrics}
