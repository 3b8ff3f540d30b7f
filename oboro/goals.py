"""What a site's operator wants visits to reach, in immutable versions.

A goal is a name, and either pages or an event. Its definition is in force from a day on and is
never changed: another definition, or none any more, is the next version, in force from the site's
next local day at the earliest. So no visit is ever measured by two definitions of one goal, since
midnight ends it, and a report can say between which days a goal's figures cannot be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from oboro.errors import UsageError
from oboro.hidden_characters import is_hidden
from oboro.patterns import checked_path, path_fits
from oboro.policy import ALWAYS

MOST = 20
"""Goals of a site that are in force or will be; each takes a place in the ledger by visitor."""
LONGEST = 60
"""Characters of a goal's name."""
LONGEST_EVENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One version of a goal: a pattern of *page* names, or the name of an *event*.

    With neither, the goal has ended. Raises a `UsageError` for what is no definition.
    """

    name: str
    page: str = ""
    event: str = ""
    version: int = 1
    decided_on: date = ALWAYS
    in_force_from: date = ALWAYS

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= LONGEST or self.name != self.name.strip():
            raise UsageError(f"a goal's name has 1 to {LONGEST} characters, none a space at an end")
        if self.name.startswith("(") or not _shows(self.name):
            raise UsageError(f"{self.name!r} is no name of a goal; write plain text, like contact")
        if self.page and self.event:
            raise UsageError("a goal is reached by pages or by an event; declare two goals")
        if self.page:
            checked_path(self.page)
        if len(self.event) > LONGEST_EVENT or not _shows(self.event):
            raise UsageError(
                f"{self.event!r} is no name of an event; write it as the page tells it"
            )

    @property
    def ended(self) -> bool:
        """Whether this version says that the goal is no more."""
        return not (self.page or self.event)

    def document(self) -> dict[str, Any]:
        """Return it as JSON values; a version that ends its goal has neither pages nor an event."""
        always = self.in_force_from == ALWAYS
        return {
            "name": self.name,
            "version": self.version,
            "in_force_from": None if always else self.in_force_from.isoformat(),
            "page": self.page or None,
            "event": self.event or None,
        }


def goal_of(document: Mapping[str, Any]) -> Goal:
    """Return the version that `Goal.document` shows, but for the day of the decision."""
    since = document["in_force_from"]
    return Goal(
        name=document["name"],
        page=document["page"] or "",
        event=document["event"] or "",
        version=document["version"],
        in_force_from=date.fromisoformat(since) if since else ALWAYS,
    )


def goals_on(day: date, versions: Iterable[Goal]) -> tuple[Goal, ...]:
    """Return the goals in force on *day*, each in its version of that day, by name."""
    latest: dict[str, Goal] = {}
    for goal in versions:
        known = latest.get(goal.name)
        if goal.in_force_from <= day and (known is None or known.version < goal.version):
            latest[goal.name] = goal
    return tuple(latest[name] for name in sorted(latest) if not latest[name].ended)


def within(first: date, last: date, versions: Iterable[Goal]) -> tuple[Goal, ...]:
    """Return the versions in force on any day from *first* to *last*, by name and in order.

    A version that ended a goal within those days is among them.
    """
    kept = tuple(versions)
    before = goals_on(first, kept)
    begun = [
        goal
        for goal in kept
        # Of versions from one day on, the last one holds.
        if first < goal.in_force_from <= last and goal.version == _version_on(goal, kept)
    ]
    return tuple(sorted((*before, *begun), key=lambda goal: (goal.name, goal.version)))


def reached_by_page(page: str, goals: Iterable[Goal]) -> tuple[str, ...]:
    """Return the names of the *goals* that a view of *page* reaches.

    Names of pages end without a slash; a pattern that is written with one means the same page.

    >>> reached_by_page("/contact", [Goal(name="contact", page="/contact/*")])
    ('contact',)
    """
    return tuple(
        goal.name
        for goal in goals
        if goal.page and (path_fits(page, (goal.page,)) or path_fits(f"{page}/", (goal.page,)))
    )


def reached_by_event(event: str, goals: Iterable[Goal]) -> tuple[str, ...]:
    """Return the names of the *goals* that an *event* reaches; an event without a name none."""
    return tuple(goal.name for goal in goals if goal.event and goal.event == event)


def _version_on(goal: Goal, versions: Iterable[Goal]) -> int:
    same = (v for v in versions if v.name == goal.name and v.in_force_from <= goal.in_force_from)
    return max(version.version for version in same)


def _shows(text: str) -> bool:
    return not any(map(is_hidden, text))
