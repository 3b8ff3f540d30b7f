"""Read the largest values of several topics in one statement, under a focus or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from aggregator.reports.counts import Counts, figures
from aggregator.reports.query import DAY, DEFAULT_LIMIT, HOUR, TOTAL, ReportQuery, is_kept
from aggregator.reports.report import Report, Row
from oboro.sql import load_sql
from oboro.store import Store
from oboro.topics import METRICS, Topic

HOURS = tuple(f"{hour:02d}" for hour in range(24))


class _Found(NamedTuple):
    """A key of a topic, its counts, and how many keys the topic has."""

    key: str
    counts: Counts
    keys: int


def panels(store: Store, query: ReportQuery, topics: Sequence[str]) -> dict[str, Report]:
    """Read *topics* in one pass, each as if *query* had asked by it.

    Topics that are not kept together with the focus are left out of the answer; ``day`` is no
    topic (``answer`` reads it).
    """
    asked = {by: replace(query, by=by) for by in topics if by != DAY and is_kept(by, query.focus)}
    sources = {part.source.name: part.source for part in asked.values()}
    sources[query.total.name] = query.total
    found = _read(store, query, list(sources.values()))
    own = found.get(query.total.name, [])
    totals = figures(own[0].counts if own else Counts(), query.total, query.metrics)
    return {
        by: _report(part, found.get(part.source.name, []), totals) for by, part in asked.items()
    }


def _read(store: Store, query: ReportQuery, sources: Sequence[Topic]) -> dict[str, list[_Found]]:
    """Return what stands in the topics *sources*, largest first."""
    parameters: dict[str, Any] = {
        "site": query.site,
        "first": query.period.first,
        "last": query.period.last,
        "topics": [topic.name for topic in sources],
        "ranked_by": [_rank(topic, query.metrics) for topic in sources],
        "rows": max(query.limit or DEFAULT_LIMIT, len(HOURS)),
    }
    name = "panels.sql"
    if query.focus:
        name = "focused_panels.sql"
        crossings = [topic for topic in sources if topic.is_crossing]
        focused = query.focus.topic
        parameters["focus"] = query.focus.value
        parameters["focus_first"] = [c.name for c in crossings if c.attributes[0] == focused]
        parameters["focus_second"] = [c.name for c in crossings if c.attributes[1] == focused]
    found: dict[str, list[_Found]] = {}
    for topic, key, *counts, keys in store.query(load_sql(__package__, name), parameters):
        found.setdefault(topic, []).append(_Found(key, Counts(*counts), keys))
    return found


def _rank(topic: Topic, metrics: Sequence[str]) -> int:
    """Return which of METRICS, from 1, the rows of *topic* are ordered by: the first it has."""
    first = next((metric for metric in metrics if topic.available(metric)), METRICS[0])
    return METRICS.index(first) + 1


def _report(
    query: ReportQuery, found: Sequence[_Found], totals: Mapping[str, int | None]
) -> Report:
    if query.by == HOUR:
        by_hour = {one.key: one.counts for one in found}
        kept = [(hour, by_hour.get(hour, Counts())) for hour in HOURS][: query.limit]
        left = len(HOURS) - len(kept)
    else:
        some = found[: query.limit or DEFAULT_LIMIT]
        kept = [(one.key or TOTAL, one.counts) for one in some]
        left = (found[0].keys if found else 0) - len(kept)
    rows = tuple(Row(key, figures(counts, query.source, query.metrics)) for key, counts in kept)
    return Report(query, rows, totals, rows_left=left)
