"""Which days the operators' page shows, from what its address asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from aggregator.reports.periods import Period, parsed_day
from oboro.errors import UsageError

DEFAULT = "28d"
CUSTOM = "custom"
LONGEST = 1100
"""Days a page shows at most: three years."""


def _last(days: int) -> Callable[[date], Period]:
    return lambda today: Period(today - timedelta(days=days - 1), today)


def _yesterday(today: date) -> Period:
    return Period(today - timedelta(days=1), today - timedelta(days=1))


PRESETS: Mapping[str, Callable[[date], Period]] = {
    "today": _last(1),
    "yesterday": _yesterday,
    "7d": _last(7),
    "28d": _last(28),
    "90d": _last(90),
    "13mo": _last(395),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The days chosen. *name* is one of PRESETS or CUSTOM; *problem* is a key of the words."""

    name: str
    period: Period
    today: date
    problem: str | None = None

    @property
    def includes_today(self) -> bool:
        """Whether the last day is not over yet."""
        return self.period.last >= self.today

    @property
    def earlier(self) -> Period | None:
        """The span of the same length before."""
        return self.period.before()

    @property
    def later(self) -> Period | None:
        """The span of the same length after, unless it lies wholly ahead."""
        if self.period.last >= self.today:
            return None
        first = self.period.last + timedelta(days=1)
        return Period(first, first + timedelta(days=len(self.period) - 1))


def chosen_days(query: Mapping[str, str], today: date) -> Choice:
    """Read the days that *query* asks for; what cannot be read becomes the default, and says so."""
    first, last = query.get("from", ""), query.get("to", "")
    if first or last:
        try:
            period = Period(parsed_day(first or last, "from"), parsed_day(last or first, "to"))
        except UsageError:
            return Choice(DEFAULT, PRESETS[DEFAULT](today), today, "period.problem")
        if len(period) > LONGEST:
            return Choice(DEFAULT, PRESETS[DEFAULT](today), today, "period.too_long")
        return Choice(_preset_of(period, today), period, today)
    name = query.get("period", DEFAULT)
    if name not in PRESETS:
        name = DEFAULT
    return Choice(name, PRESETS[name](today), today)


def _preset_of(period: Period, today: date) -> str:
    same = (name for name, days in PRESETS.items() if days(today) == period)
    return next(same, CUSTOM)
