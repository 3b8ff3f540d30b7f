"""What a site's operator wants visits to reach, in immutable versions.

A goal is a name, and either pages or an event. Its definition is in force from a day on and is
never changed: another definition, or none any more, is the next version, in force from the site's
next local day at the earliest. So no visit is ever measured by two definitions of one goal, since
midnight ends it, and a report can say between which days a goal's figures cannot be compared.
"""

from __future__ import annotations

import unicodedata
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
        checked_name(self.name, "goal")
        if self.page and self.event:
            raise UsageError("a goal is reached by pages or by an event; declare two goals")
        if self.page:
            checked_path(self.page)
        checked_event(self.event)

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


def reached_by_page(page: str, goals: Iterable[Goal]) -> tuple[str, ...]:
    """Return the names of the *goals* that a view of *page* reaches.

    Names of pages end without a slash; a pattern that is written with one means the same page.

    >>> reached_by_page("/contact", [Goal(name="contact", page="/contact/*")])
    ('contact',)
    """
    return tuple(goal.name for goal in goals if goal.page and reaches_page(page, goal.page))


def reaches_page(page: str, pattern: str) -> bool:
    """Tell whether a view of *page* reaches what is defined by *pattern*, as goals are."""
    return path_fits(page, (pattern,)) or path_fits(f"{page}/", (pattern,))


def reached_by_event(event: str, goals: Iterable[Goal]) -> tuple[str, ...]:
    """Return the names of the *goals* that an *event* reaches; an event without a name none."""
    return tuple(goal.name for goal in goals if goal.event and goal.event == event)


def checked_name(name: str, of: str) -> None:
    """Raise a `UsageError` when *name* is none for what is called *of*, such as a goal."""
    if not 0 < len(name) <= LONGEST or name != name.strip():
        raise UsageError(f"a {of}'s name has 1 to {LONGEST} characters, none a space at an end")
    if name.startswith("(") or not _shows(name):
        raise UsageError(f"{name!r} is no name of a {of}; write plain text, like contact")


def composed(text: str) -> str:
    """Return *text* as it is kept (NFC): what looks alike for its marks alone is one name.

    >>> composed("cafe\\u0301") == "caf\\u00e9"
    True
    """
    return unicodedata.normalize("NFC", text)


def checked_event(event: str) -> None:
    """Raise a `UsageError` when *event* is no name of an event; an empty one is none at all."""
    if len(event) > LONGEST_EVENT or not _shows(event):
        raise UsageError(f"{event!r} is no name of an event; write it as the page tells it")


def _shows(text: str) -> bool:
    return not any(map(is_hidden, text))
