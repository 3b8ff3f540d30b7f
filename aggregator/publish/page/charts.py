"""Lay out bars with their margins of error, in per cent of the plot, so that any width fits.

Lengths are attributes of the drawing, never styles, which a strict content policy forbids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oboro.axis import scale
from oboro.publication import Figure

_CAP = 0.32
"""How far the ends of an error bar reach to either side, as a share of the bar's width."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One lying bar: how long it is, and from where to where its margin of error reaches."""

    length: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Column:
    """One standing bar with its error bar; measured from the left and from the top."""

    figure: Figure
    x: float
    width: float
    middle: float
    cap_from: float
    cap_to: float
    top: float
    low: float
    high: float
    slot: float
    slot_width: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the scale: its height from the top, and its value."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Standing bars over a scale."""

    bars: tuple[Column, ...]
    lines: tuple[Line, ...]


def reaches(figures: Sequence[Figure]) -> list[Reach]:
    """Lay out *figures* as lying bars; the furthest reach of any margin is the whole width."""
    whole = max((figure.high for figure in figures), default=0) or 1
    return [
        Reach(_part(figure.figure, whole), _part(figure.low, whole), _part(figure.high, whole))
        for figure in figures
    ]


def columns(figures: Sequence[Figure]) -> Columns:
    """Lay out *figures* as standing bars, in the order given."""
    lines = scale(max((figure.high for figure in figures), default=0))
    top, step = lines[-1], 100 / max(1, len(figures))
    # Few bars would else be slabs.
    width = min(0.62 * step, 9.0)
    bars = []
    for n, figure in enumerate(figures):
        middle = (n + 0.5) * step
        bars.append(
            Column(
                figure=figure,
                x=round(middle - width / 2, 3),
                width=round(width, 3),
                middle=round(middle, 3),
                cap_from=round(middle - min(width * _CAP, 0.8), 3),
                cap_to=round(middle + min(width * _CAP, 0.8), 3),
                top=round(100 - _part(figure.figure, top), 2),
                low=round(100 - _part(figure.low, top), 2),
                high=round(100 - _part(figure.high, top), 2),
                slot=round(n * step, 3),
                slot_width=round(step, 3),
            )
        )
    return Columns(
        tuple(bars), tuple(Line(round(100 - _part(value, top), 2), value) for value in lines)
    )


def _part(value: int, whole: int) -> float:
    return round(100 * value / whole, 2)
