"""Read the largest values of several topics in one statement, under a focus or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from aggregator.reports.counts import Counts, figures
from aggregator.reports.query import (
    DAY,
    DEFAULT_LIMIT,
    HOUR,
    TOTAL,
    ReportQuery,
    focused_first,
    is_kept,
)
from aggregator.reports.report import Report, Row
from oboro.sql import load_sql
from oboro.store import Store
from oboro.topics import METRICS, STEPS, TOPICS, Topic

HOURS = tuple(f"{hour:02d}" for hour in range(24))


class _Found(NamedTuple):
    """A key of a topic, its counts, and how many keys the topic has."""

    key: str
    counts: Counts
    keys: int


def panels(store: Store, query: ReportQuery, topics: Sequence[str]) -> dict[str, Report]:
    """Read *topics* in one pass, each as if *query* had asked by it.

    Topics that are not kept together with the focus are left out of the answer; ``day`` is no
    topic (``answer`` reads it). Where two of them read one crossing from its two ends, it takes
    a second pass.
    """
    asked = {by: replace(query, by=by) for by in topics if by != DAY and is_kept(by, query.focus)}
    own: list[_Found] = []
    found: dict[str, list[_Found]] = {}
    for by_topic in _passes(query, asked):
        read = _read(store, query, by_topic)
        own = read.get(query.total.name, own)
        found |= {by: read.get(topic, []) for topic, listed in by_topic.items() for by in listed}
    totals = figures(own[0].counts if own else Counts(), query.total, query.metrics)
    return {by: _report(part, found[by], totals) for by, part in asked.items()}


def _passes(query: ReportQuery, asked: Mapping[str, ReportQuery]) -> list[dict[str, list[str]]]:
    """Return of each pass what is listed by, under the topic that answers it, the totals' first.

    What is listed from one end of a crossing cannot be read with what is listed from the other.
    """
    passes: list[dict[str, list[str]]] = [{query.total.name: []}]
    for by, part in asked.items():
        name = part.source.name
        free = next((one for one in passes if not _other_end(by, one.get(name, ()))), None)
        if free is None:
            passes.append(free := {})
        free.setdefault(name, []).append(by)
    return passes


def _other_end(by: str, listed: Sequence[str]) -> bool:
    return by in STEPS and bool(set(listed) - {by})


def _read(
    store: Store, query: ReportQuery, by_topic: Mapping[str, Sequence[str]]
) -> dict[str, list[_Found]]:
    """Return what stands in the topics of *by_topic*, largest first."""
    sources = [TOPICS[name] for name in by_topic]
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
        first = {
            topic.name: focused_first(by_topic[topic.name][0], topic)
            for topic in sources
            if topic.is_crossing
        }
        parameters["focus"] = query.focus.value
        parameters["focus_first"] = [name for name, is_first in first.items() if is_first]
        parameters["focus_second"] = [name for name, is_first in first.items() if not is_first]
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
