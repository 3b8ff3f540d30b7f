"""The ways on which a site's operator follows visits step by step, in immutable versions.

A funnel is a name and two to eight steps, each of them pages, an event or a goal. A visit takes
them in order: each step by a hit of its own that comes after the one of the step before, with
whatever in between. Versions hold as those of goals do (`oboro.goals`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from oboro.errors import UsageError
from oboro.goals import checked_event, checked_name, reaches_page
from oboro.patterns import checked_path
from oboro.policy import ALWAYS

MOST = 10
"""Funnels of a site that are in force or will be."""
FEWEST_STEPS, MOST_STEPS = 2, 8
EVENT, GOAL = "event:", "goal:"
"""What a step begins with that is not pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """One version of a funnel; each step is a pattern of page names, ``event:`` or ``goal:``.

    Without steps, the funnel has ended. Raises a `UsageError` for what is no definition.
    """

    name: str
    steps: tuple[str, ...] = ()
    version: int = 1
    decided_on: date = ALWAYS
    in_force_from: date = ALWAYS

    def __post_init__(self) -> None:
        checked_name(self.name, "funnel")
        if self.steps and not FEWEST_STEPS <= len(self.steps) <= MOST_STEPS:
            raise UsageError(
                f"a funnel has {FEWEST_STEPS} to {MOST_STEPS} steps, in the order in which visits "
                f"take them; {self.name} has {len(self.steps)}"
            )
        for step in self.steps:
            _checked_step(step)

    @property
    def ended(self) -> bool:
        """Whether this version says that the funnel is no more."""
        return not self.steps

    @property
    def key(self) -> str:
        """What its steps are known by in a visit: its name and its version."""
        return f"{self.name} {self.version}"

    @property
    def goals(self) -> frozenset[str]:
        """The names of goals that are steps of it."""
        return frozenset(step.removeprefix(GOAL) for step in self.steps if step.startswith(GOAL))

    def document(self) -> dict[str, Any]:
        """Return it as JSON values; a version that ends its funnel has no steps."""
        always = self.in_force_from == ALWAYS
        return {
            "name": self.name,
            "version": self.version,
            "in_force_from": None if always else self.in_force_from.isoformat(),
            "steps": list(self.steps),
        }


def funnel_of(document: Mapping[str, Any]) -> Funnel:
    """Return the version that `Funnel.document` shows, but for the day of the decision."""
    since = document["in_force_from"]
    return Funnel(
        name=document["name"],
        steps=tuple(document["steps"]),
        version=document["version"],
        in_force_from=date.fromisoformat(since) if since else ALWAYS,
    )


Step = tuple[str, int]
"""A funnel's `Funnel.key`, and the number of one of its steps, counted from 1."""


def steps_fitting(
    funnels: Iterable[Funnel], *, page: str = "", event: str = "", goals: Collection[str] = ()
) -> tuple[Step, ...]:
    """Return the steps that a hit fits: a view of *page*, or an *event*, that reaches *goals*.

    Which of them it takes depends on the visit.

    >>> steps_fitting([Funnel(name="buy", steps=("/cart", "event:paid"))], event="paid")
    (('buy 1', 2),)
    """
    return tuple(
        (funnel.key, number)
        for funnel in funnels
        for number, step in enumerate(funnel.steps, 1)
        if _fits(step, page, event, goals)
    )


def value_of(step: Step) -> str:
    """Return the value that facts have for *step*.

    It names the version: else what gathers under one would be written as the next one's.

    >>> value_of((Funnel(name="sign up", version=3).key, 2))
    'sign up 3.2'
    """
    return f"{step[0]}.{step[1]}"


def step_named(value: str) -> tuple[str, int, int]:
    """Return name, version and number of the step of *value*; both are 0 where it is of none.

    >>> step_named("sign up 3.2")
    ('sign up', 3, 2)
    """
    name, _, numbers = value.rpartition(" ")
    version, _, number = numbers.partition(".")
    if version.isdecimal() and number.isdecimal():
        return name, int(version), int(number)
    return name, 0, 0


def using(goal: str, funnels: Iterable[Funnel]) -> Iterator[str]:
    """Yield the names of those *funnels* that have *goal* as a step."""
    return (funnel.name for funnel in funnels if goal in funnel.goals)


def _fits(step: str, page: str, event: str, goals: Collection[str]) -> bool:
    if step.startswith(EVENT):
        return bool(event) and step == EVENT + event
    if step.startswith(GOAL):
        return step.removeprefix(GOAL) in goals
    return bool(page) and reaches_page(page, step)


def _checked_step(step: str) -> None:
    if step.startswith(EVENT):
        if step == EVENT:
            raise UsageError("event: names no event; write it as the page tells it: event:signup")
        checked_event(step.removeprefix(EVENT))
    elif step.startswith(GOAL):
        checked_name(step.removeprefix(GOAL), "goal")
    elif step.startswith("/"):
        checked_path(step)
    else:
        raise UsageError(f"{step!r} is no step; write pages like /cart*, event:NAME or goal:NAME")
