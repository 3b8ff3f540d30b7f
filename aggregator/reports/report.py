"""An answered query, and the JSON document that ``oboro report --json`` prints of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from aggregator.reports.query import ReportQuery

NO_TITLES: Mapping[str, str] = {}


class Row(NamedTuple):
    """One value of the topic listed, with its figures; None where there is no such figure."""

    key: str
    figures: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Report:
    """An answered query.

    *totals* are the site's own figures, or the focused value's own: never a sum of rows.
    *rows_left* says how many values stand below the limit.
    """

    query: ReportQuery
    rows: tuple[Row, ...]
    totals: Mapping[str, int | None]
    rows_left: int = 0

    @property
    def at_least(self) -> bool:
        """Whether each row may miss what is still gathering behind it."""
        return self.query.source.gathers

    @property
    def gathering(self) -> bool:
        """Whether nothing has gathered yet, which is why there are no rows."""
        return self.at_least and not self.rows

    def document(self, titles: Mapping[str, str] = NO_TITLES) -> dict[str, Any]:
        """Return it as the JSON document of ``oboro report --json``.

        *titles* are those of pages, by name: a row whose key has one tells it.
        """
        query = self.query
        return {
            "site": query.site,
            "from": query.period.first.isoformat(),
            "to": query.period.last.isoformat(),
            "by": query.by,
            "focus": {query.focus.topic: query.focus.value} if query.focus else None,
            "rows": [
                {
                    "key": row.key,
                    **({"title": titles[row.key]} if row.key in titles else {}),
                    **row.figures,
                }
                for row in self.rows
            ],
            "totals": dict(self.totals),
            "rows_left": self.rows_left,
            "at_least": self.at_least,
            "gathering": self.gathering,
        }
