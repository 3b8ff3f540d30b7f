"""Make a publication from stored draws: sums over periods, figures in agreement, margins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from aggregator.disclosure.adjust import Adjusted, Drawn, adjust
from aggregator.publish.draws import Draw
from aggregator.publish.judging import Label
from aggregator.publish.periods import Period
from aggregator.publish.terms import Terms
from oboro.contributions import L_INFINITY, PUBLICATION_TABLES, Bound
from oboro.errors import Conflict
from oboro.publication import Figure, Gap, Publication, PublicKeys, PublishedTable

LOST = "lost-"
"""Begins the code of a table that a period has no draw of."""


def assemble(
    site: str,
    terms: Terms,
    drawn: Mapping[Period, Mapping[str, Draw]],
    lost: Iterable[tuple[Period, str]],
    gaps: Mapping[str, str],
    *,
    label: Label,
    number: int,
    previous: str | None,
    software: str,
) -> Publication:
    """Return the publication of the periods in *drawn*, each with its draws by table.

    *site* is its host, *terms* what all of it was drawn under.

    A table that one of the periods has no draw of is left out, and *lost* says so of the period's
    first day. Raises a `Conflict` when a table's keys differ between periods.
    """
    periods = list(drawn)
    lost = list(lost)
    missing = {table for _, table in lost}
    names = [
        name
        for name in PUBLICATION_TABLES
        if name not in missing and all(name in tables for tables in drawn.values())
    ]
    of_table = {name: [tables[name] for tables in drawn.values()] for name in names}
    for name in names:
        check_same_keys(site, [(each.first, each) for each in of_table[name]])
    adjusted = adjust({name: _summed(name, draws) for name, draws in of_table.items()})
    told = [Gap(day=day, code=code) for day, code in gaps.items()]
    told += [Gap(day=period.first.isoformat(), code=LOST + table) for period, table in lost]
    return Publication(
        site=site,
        zone=terms.zone,
        first=periods[0].first.isoformat(),
        last=periods[-1].last.isoformat(),
        cadence=terms.cadence,
        periods=tuple((each.first.isoformat(), each.last.isoformat()) for each in periods),
        policy_version=terms.policy_version,
        epsilon=terms.epsilon,
        distinct=terms.distinct,
        number=number,
        previous=previous,
        label=label.value,
        gaps=tuple(sorted(told, key=lambda gap: (gap.day, gap.code))),
        tables=tuple(_published(name, of_table[name][0], adjusted[name]) for name in names),
        software=software,
    )


def check_same_keys(site: str, draws: Sequence[tuple[str, Draw]]) -> None:
    """Refuse, by a `Conflict` that names the day, draws of one table over different keys."""
    first = draws[0][1]
    for day, draw in draws:
        if (draw.key_version, draw.keys) != (first.key_version, first.keys):
            raise Conflict(
                f"the public keys of {first.table} of {site} are others from {day} on; "
                f"publish the days before and from {day} apart"
            )


def _summed(name: str, draws: Sequence[Draw]) -> Drawn:
    total = np.sum([np.array(draw.draws, dtype=np.int64) for draw in draws], axis=0)
    return Drawn(
        draws=total,
        scale=draws[0].exact_scale,
        periods=len(draws),
        once=PUBLICATION_TABLES[name].bound is Bound.ONCE,
    )


def _published(name: str, draw: Draw, adjusted: Adjusted) -> PublishedTable:
    table = PUBLICATION_TABLES[name]
    columns = (
        adjusted.draws,
        adjusted.draw_low,
        adjusted.draw_high,
        adjusted.figures,
        adjusted.low,
        adjusted.high,
    )
    rows = zip(draw.keys, *(column.tolist() for column in columns), strict=True)
    return PublishedTable(
        name=name,
        topic=table.topic,
        bound="once" if table.bound is Bound.ONCE else "distinct",
        l0=draw.l0,
        linf=L_INFINITY,
        epsilon=draw.epsilon,
        scale=draw.scale,
        mechanism="discrete Laplace",
        key_set=PublicKeys(kind=draw.key_kind, version=draw.key_version, listed_on=draw.listed_on),
        purpose=table.purpose,
        figures=tuple(Figure(*row) for row in rows),
    )
