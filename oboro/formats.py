"""Write numbers and days the way a language does."""

from __future__ import annotations

from datetime import date

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_compact_decimal, format_decimal, format_percent


class Formats:
    """Numbers, shares and days in one locale."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale

    def number(self, value: int) -> str:
        """Return *value* with its groups of digits."""
        return format_decimal(value, locale=self._locale)

    def short(self, value: int) -> str:
        """Return *value* in few characters, for an axis."""
        if value < 10_000:
            return self.number(value)
        return format_compact_decimal(value, locale=self._locale, fraction_digits=1)

    def share(self, value: float) -> str:
        """Return *value* (0.25 is a quarter) as a percentage."""
        pattern = "0%" if value == 0 or value >= 0.0995 else "0.0%"
        return format_percent(value, pattern, locale=self._locale)

    def change(self, value: float) -> str:
        """Return *value* as a percentage with its sign; large ones without decimals."""
        pattern = "+#,##0%;−#,##0%" if abs(value) >= 1 else "+0.0%;−0.0%"
        return format_percent(value, pattern, locale=self._locale)

    def day(self, day: date) -> str:
        """Return *day* in full, with its weekday."""
        return format_skeleton("yMMMEd", day, locale=self._locale)

    def day_of_month(self, day: date) -> str:
        """Return *day* without its year."""
        return format_skeleton("MMMd", day, locale=self._locale)

    def month(self, day: date) -> str:
        """Return the month of *day* with its year."""
        return format_skeleton("yMMM", day, locale=self._locale)

    def month_in_full(self, day: date) -> str:
        """Return the month of *day* with its year, for a heading."""
        return format_skeleton("yMMMM", day, locale=self._locale)

    def decimal(self, value: float, digits: int = 1) -> str:
        """Return *value* with *digits* decimals at most."""
        return format_decimal(round(value, digits), locale=self._locale)

    def span(self, first: date, last: date) -> str:
        """Return a span of days, or the one day it is."""
        if first == last:
            return self.day(first)
        return format_interval(first, last, "yMMMd", locale=self._locale)

    def plain(self, day: date) -> str:
        """Return *day* in the language's usual form, for running text."""
        return format_date(day, "long", locale=self._locale)
