"""Lay out a bar chart: positions in per cent, so that one drawing fits every width.

Lengths are attributes of the drawing, never styles, which the pages' content policy forbids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oboro.axis import scale


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar and the haze behind it, in per cent of the plot."""

    x: float
    width: float
    y: float
    height: float
    haze_x: float
    haze_width: float
    haze_y: float
    haze_height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale: its height in per cent from the top, and its value."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Label:
    """A label under the plot. Those that are not *always* shown are dropped on narrow screens."""

    x: float
    index: int
    anchor: str
    always: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a template needs to draw."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]


def bar_chart(values: Sequence[int], before: Sequence[int] = (), labels: int = 8) -> Chart:
    """Lay out *values*, each with the value *before* as a wider, fainter bar behind."""
    ticks = scale(max([*values, *before, 0]))
    top = ticks[-1] or 1
    step = 100 / max(1, len(values))
    share = 0.62 if len(values) <= 60 else 0.8
    bars = []
    for n, value in enumerate(values):
        earlier = before[n] if n < len(before) else 0
        height, haze = _per_cent(value, top), _per_cent(earlier, top)
        width, haze_width = step * share, step * min(0.94, share + 0.24)
        bars.append(
            Bar(
                x=round(n * step + (step - width) / 2, 3),
                width=round(width, 3),
                y=round(100 - height, 2),
                height=height,
                haze_x=round(n * step + (step - haze_width) / 2, 3),
                haze_width=round(haze_width, 3),
                haze_y=round(100 - haze, 2),
                haze_height=haze,
            )
        )
    lines = tuple(Tick(round(100 - 100 * tick / top, 2), tick) for tick in ticks)
    return Chart(tuple(bars), lines, tuple(_labels(len(values), labels)))


def _per_cent(value: int, top: int) -> float:
    # Something must not look like nothing.
    return round(max(100 * value / top, 0.6), 2) if value else 0.0


def _labels(bars: int, most: int) -> list[Label]:
    if not bars:
        return []
    every = next(n for n in (1, 2, 3, 4, 6, 7, 8, 12, 14, 28, 56, bars) if -(-bars // n) <= most)
    chosen = list(range(0, bars, every))
    made = []
    for position, n in enumerate(chosen):
        x = round(100 * (n + 0.5) / bars, 2)
        first, last = x < 4, x > 96
        anchor = "start" if first else "end" if last else "middle"
        x = 0.0 if first else 100.0 if last else x
        made.append(Label(x, n, anchor, always=position % 2 == 0))
    return made
