"""Judge which days of a period can be drawn, which are left out, and with which label."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from aggregator.day_state import COMPLETE, DayQuality, DayState, Quality
from aggregator.days import MISSING
from aggregator.publish.periods import Period
from oboro.errors import Conflict

VOID = "void"
WITHOUT_OBJECTIONS = "imported-without-objections"
DEMONSTRATION = "demonstration"
PARTIAL = "partial"
"""The code of a day that is in the figures with what was counted of it."""


class Label(StrEnum):
    """What a publication says of days that may not be published without it."""

    NONE = ""
    OBJECTIONS_NOT_KNOWABLE = "objections-not-knowable"
    DEMONSTRATION = "demonstration"


_LABEL_OF = {
    "objections not knowable": Label.OBJECTIONS_NOT_KNOWABLE,
    "demonstration": Label.DEMONSTRATION,
}
"""By what imports write beside their days."""
_CODE_OF = {
    Label.OBJECTIONS_NOT_KNOWABLE: WITHOUT_OBJECTIONS,
    Label.DEMONSTRATION: DEMONSTRATION,
}


class NothingToPublish(Conflict):
    """Nothing of what is asked for can ever be published, however long it is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDays:
    """What is known of a period's days; a day that is in none of these was never counted."""

    states: Mapping[date, DayState]
    open: Collection[date]
    """Days that hold something and are not closed."""
    qualities: Mapping[date, DayQuality]
    void: Collection[date]
    demonstration: bool
    """Whether the site is made up as a whole."""
    today: date


class Judged(NamedTuple):
    """Days to draw, what is told of others or of their parts, and the label that goes with it."""

    included: tuple[date, ...]
    gaps: dict[str, str]
    label: Label


def judge(site: str, period: Period, known: KnownDays, *, label: Label, leave_out: bool) -> Judged:
    """Return what of *period* is drawn under *label*.

    A day that cannot be published is refused, by a `Conflict` that names it; with *leave_out* it
    becomes a gap. A day that is open, or not over, is always refused, since it can be waited for.
    Raises `NothingToPublish` when no day is left.
    """
    if period.last >= known.today:
        raise Conflict(f"{period.last} of {site} is not over; {period} can be published after it")
    included, gaps, worn = [], {}, set()
    for day in period.days():
        if day in known.open or known.states.get(day) is DayState.CLOSING:
            raise Conflict(
                f"{day} of {site} is not closed; close it first: oboro close-day --site {site} "
                f"--day {day}, or all days that are due: oboro jobs --run"
            )
        quality = known.qualities.get(day, COMPLETE)
        if day in known.void or quality.quality is Quality.VOID:
            _refuse(leave_out, f"{day} of {site} is void: the ledger had no room for its visitors")
            gaps[day.isoformat()] = VOID
            continue
        if day not in known.states:
            gaps[day.isoformat()] = MISSING
            continue
        needed = Label.DEMONSTRATION if known.demonstration else _label_of(quality.label)
        if needed not in (Label.NONE, label):
            _refuse(
                leave_out,
                f"{day} of {site} is published only with its label: --label {needed}",
            )
            gaps[day.isoformat()] = _CODE_OF[needed]
            continue
        worn.add(needed)
        included.append(day)
        if quality.quality is Quality.PARTIAL:
            gaps[day.isoformat()] = PARTIAL
    if not included:
        reasons = ", ".join(sorted(set(gaps.values())))
        raise NothingToPublish(f"no day from {period} of {site} can be published: {reasons}")
    return Judged(tuple(included), gaps, label if label in worn else Label.NONE)


def _label_of(marked: str) -> Label:
    # A mark that is not known here is taken for the one that warns most.
    labels = {_LABEL_OF.get(each, Label.OBJECTIONS_NOT_KNOWABLE) for each in marked.split(", ")}
    return max(labels, key=list(Label).index) if marked else Label.NONE


def _refuse(leave_out: bool, why: str) -> None:
    if not leave_out:
        raise Conflict(f"{why}. To publish the other days without it: --leave-out")
