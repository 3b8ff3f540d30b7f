"""Bundles as an honest publisher makes them, and as one with a bug does.

Noise is drawn here, apart from the program's own mechanism, so that the attacks are tested against
something they did not come from.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.random import Generator

from aggregator.attack.bundle import Bundle
from aggregator.attack.leaks import COLUMNS
from oboro.closed_lists import CLOSED_LISTS_VERSION
from oboro.contributions import PUBLICATION_TABLES, TOTAL_KEY, Keys
from oboro.policy import PublicationPolicy
from oboro.publication import FILE, Figure, Publication, PublicKeys, PublishedTable, encode

POLICY = PublicationPolicy()
ROWS = 120
MARGIN = 40
TOTAL = 4000


def keys_of(table: str) -> tuple[str, ...]:
    """Return the public keys of *table*."""
    if table == "totals":
        return (TOTAL_KEY,)
    return tuple(f"{table}-{row:03}" for row in range(ROWS))


PUBLIC = {name: frozenset(keys_of(name)) for name in PUBLICATION_TABLES}


def counts_of(table: str, keys: Sequence[str]) -> dict[str, int]:
    """Return counts that fall off quickly, so that most keys have none."""
    if len(keys) == 1:
        return {TOTAL_KEY: TOTAL}
    counts = {key: TOTAL >> (row + 1) for row, key in enumerate(keys)}
    counts[keys[0]] += TOTAL - sum(counts.values())
    return counts


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """One who publishes; each field is honest until a test changes it."""

    rng: Generator
    factor: float = 1.0
    """By how much the noise is smaller than stated."""
    clamps: bool = False
    keep: Callable[[str, int], bool] = lambda _key, _count: True
    bounds: Mapping[str, int] = field(default_factory=dict)
    """L0 by table, where it is not the table's own."""
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Public keys by table, where they are not those of `keys_of`."""

    def noise(self, scale: Fraction, size: int) -> list[int]:
        """Draw discrete Laplace noise: the difference of two geometric variables."""
        p = -math.expm1(-1 / (float(scale) * self.factor))
        one, other = self.rng.geometric(p, size), self.rng.geometric(p, size)
        return [int(each) for each in one - other]

    def draw(self, span: tuple[str, str]) -> dict[str, dict[str, int]]:
        """Return the draws of all tables for a period."""
        drawn = {}
        for name in PUBLICATION_TABLES:
            known = counts_of(name, self.keys.get(name, keys_of(name)))
            counts = {key: n for key, n in known.items() if self.keep(key, n)}
            noise = self.noise(self.scale(name), len(counts))
            noisy = [n + more for n, more in zip(counts.values(), noise, strict=True)]
            if self.clamps:
                noisy = [max(0, n) for n in noisy]
            drawn[name] = dict(zip(counts, noisy, strict=True))
        return drawn

    def l0(self, name: str) -> int:
        """Return the bound that is stated for a table."""
        return self.bounds.get(name, PUBLICATION_TABLES[name].l0(POLICY.distinct))

    def scale(self, name: str) -> Fraction:
        """Return the scale that is stated for a table."""
        return Fraction(self.l0(name)) / POLICY.epsilon_of(name)

    def publish(
        self, drawn: Mapping[tuple[str, str], Mapping[str, Mapping[str, int]]], number: int = 1
    ) -> Bundle:
        """Return the bundle of some periods' draws."""
        spans = sorted(drawn)
        tables = tuple(self._table(name, list(drawn.values())) for name in PUBLICATION_TABLES)
        publication = Publication(
            site="example.jp",
            zone="Asia/Tokyo",
            first=spans[0][0],
            last=spans[-1][1],
            cadence="month",
            periods=tuple(spans),
            policy_version=1,
            epsilon=str(POLICY.epsilon),
            distinct=POLICY.distinct,
            number=number,
            previous=None if number == 1 else "0" * 64,
            label="",
            gaps=(),
            tables=tables,
            software="0.1.0",
        )
        return bundle_of(publication)

    def _table(self, name: str, draws: Sequence[Mapping[str, Mapping[str, int]]]) -> PublishedTable:
        known = PUBLICATION_TABLES[name]
        sums = {key: sum(draw[name][key] for draw in draws) for key in draws[0][name]}
        figures = adjusted(list(sums.values()), TOTAL * len(draws))
        if known.keys is Keys.LISTED:
            figures = [max(0, draw) for draw in sums.values()]
        return PublishedTable(
            name=name,
            topic=known.topic,
            bound=known.bound.value,
            l0=self.l0(name),
            linf=1,
            epsilon=str(POLICY.epsilon_of(name)),
            scale=str(self.scale(name)),
            mechanism="discrete Laplace",
            key_set=PublicKeys(kind=known.keys.value, version=CLOSED_LISTS_VERSION),
            purpose=known.purpose,
            figures=tuple(
                Figure(
                    key=key,
                    draw=draw,
                    draw_low=draw - MARGIN,
                    draw_high=draw + MARGIN,
                    figure=figure,
                    low=max(0, figure - MARGIN),
                    high=figure + MARGIN,
                )
                for (key, draw), figure in zip(sorted(sums.items()), figures, strict=True)
            ),
        )


def adjusted(draws: Sequence[int], total: int) -> list[int]:
    """Return whole numbers that are not negative and add up to *total*."""
    known = np.maximum(np.array(draws), 0)
    figures = (known * total // max(1, int(known.sum()))).tolist()
    figures[0] += total - sum(figures)
    return [int(each) for each in figures]


def bundle_of(publication: Publication) -> Bundle:
    """Return *publication* with the files that the attacks read."""
    files = {FILE: encode(publication), "method.en.md": b"# Method\n"}
    for table in publication.tables:
        text = io.StringIO(newline="")
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(COLUMNS)
        for each in table.figures:
            rows.writerow([getattr(each, column) for column in COLUMNS])
        files[f"data/{table.name}.csv"] = text.getvalue().encode()
    return Bundle(f"{publication.number:04}", publication, files)
