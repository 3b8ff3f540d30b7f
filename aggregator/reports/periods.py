"""The span of days a report covers, and the span it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from oboro.errors import UsageError

EARLIEST = date(1970, 1, 2)
LATEST = date(2149, 6, 6)
"""The last day the store can name."""
LONGEST = 3660
"""Days: ten years; a longer list by day is read by nobody."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days of a site, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise UsageError(
                f"the period begins on {self.first} and ends on {self.last}, before it begins; "
                "swap --from and --to"
            )
        if self.first < EARLIEST or self.last > LATEST:
            raise UsageError(f"days are kept between {EARLIEST} and {LATEST} only")
        if len(self) > LONGEST:
            raise UsageError(f"the period has {len(self)} days; ask for at most {LONGEST}")

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def days(self) -> list[date]:
        """Return every day of it, oldest first."""
        return [self.first + timedelta(days=n) for n in range(len(self))]

    def before(self) -> Period | None:
        """Return the period of the same length that ends the day before, if days go so far back.

        >>> Period(date(2026, 3, 8), date(2026, 3, 14)).before()
        Period(first=datetime.date(2026, 3, 1), last=datetime.date(2026, 3, 7))
        """
        first = self.first - timedelta(days=len(self))
        if first < EARLIEST:
            return None
        return Period(first, self.first - timedelta(days=1))


def parsed_day(text: str, option: str) -> date:
    """Return the day that *text* writes as YYYY-MM-DD; *option* is named when it is none."""
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} is no day; write it as YYYY-MM-DD, like 2026-03-31") from None
