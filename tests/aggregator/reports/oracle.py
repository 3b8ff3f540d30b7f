"""What a report must say, worked out from facts in the plainest way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from aggregator.reports.query import ReportQuery
from oboro.facts import Fact
from oboro.topics import METRICS, STEPS, TOPICS

Figures = dict[str, int | None]


def expected_rows(query: ReportQuery, facts: Sequence[Fact]) -> list[tuple[str, Figures]]:
    """Return every row there is, in order, before any limit."""
    topic = query.source
    mine = [
        fact
        for fact in facts
        if fact.site == query.site
        and query.period.first <= fact.day <= query.period.last
        and fact.topic == topic.name
    ]
    if query.by == "day":
        if query.focus:
            mine = [fact for fact in mine if fact.value == query.focus.value]
        days = [query.period.first + timedelta(days=n) for n in range(len(query.period))]
        return [
            (day.isoformat(), figures(query, topic.name, [f for f in mine if f.day == day]))
            for day in days
        ]
    groups: dict[str, list[Fact]] = {}
    for fact in mine:
        key = fact.value
        if query.focus:
            attributes = dict(zip(topic.attributes, (fact.value, fact.value2), strict=False))
            key = attributes.get(query.by, fact.value)
            if query.by in STEPS:
                (focused,) = (value for name, value in attributes.items() if name != query.by)
            else:
                focused = attributes[query.focus.topic]
            if focused != query.focus.value:
                continue
        groups.setdefault(key, []).append(fact)
    if query.by == "hour":
        hours = [f"{hour:02d}" for hour in range(24)]
        return [(hour, figures(query, topic.name, groups.get(hour, []))) for hour in hours]
    ranked = next((m for m in query.metrics if topic.available(m)), "views")

    def rank(item: tuple[str, list[Fact]]) -> tuple[int, bytes]:
        key, some = item
        return -sum(int(getattr(fact, ranked)) for fact in some), key.encode()

    return [
        (key or "total", figures(query, topic.name, some))
        for key, some in sorted(groups.items(), key=rank)
    ]


def expected_totals(query: ReportQuery, facts: Sequence[Fact]) -> Figures:
    """Return the site's own figures, or the focused value's own."""
    topic, value = (query.focus.topic, query.focus.value) if query.focus else ("total", "")
    mine = [
        fact
        for fact in facts
        if fact.site == query.site
        and query.period.first <= fact.day <= query.period.last
        and (fact.topic, fact.value) == (topic, value)
    ]
    return figures(query, topic, mine)


def figures(query: ReportQuery, topic: str, facts: Sequence[Fact]) -> Figures:
    """Sum the query's metrics over *facts*; None where the topic has no such metric."""
    assert set(query.metrics) <= set(METRICS)
    return {
        metric: sum(int(getattr(fact, metric)) for fact in facts)
        if TOPICS[topic].available(metric)
        else None
        for metric in query.metrics
    }
