"""Definitions in immutable versions: which of them hold on a day, and which within a span of days.

A version holds from a day on, until the next of its name does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar


class Versioned(Protocol):
    """One version of a definition that has a name."""

    @property
    def name(self) -> str:
        """What it defines."""
        ...

    @property
    def version(self) -> int:
        """Which of its name's versions it is, counted from 1."""
        ...

    @property
    def in_force_from(self) -> date:
        """The first day it holds for."""
        ...

    @property
    def ended(self) -> bool:
        """Whether it says that what it defined is no more."""
        ...


Version = TypeVar("Version", bound=Versioned)


def in_force_on(day: date, versions: Iterable[Version]) -> tuple[Version, ...]:
    """Return the versions in force on *day*, one of each name that has not ended, by name."""
    latest: dict[str, Version] = {}
    for version in versions:
        known = latest.get(version.name)
        if version.in_force_from <= day and (known is None or known.version < version.version):
            latest[version.name] = version
    return tuple(latest[name] for name in sorted(latest) if not latest[name].ended)


def within(first: date, last: date, versions: Iterable[Version]) -> tuple[Version, ...]:
    """Return the versions in force on any day from *first* to *last*, by name and in order.

    A version that ended what it names within those days is among them.
    """
    kept = tuple(versions)
    before = in_force_on(first, kept)
    begun = [
        each
        for each in kept
        # Of versions from one day on, the last one holds.
        if first < each.in_force_from <= last and each.version == _version_on(each, kept)
    ]
    return tuple(sorted((*before, *begun), key=lambda each: (each.name, each.version)))


class Standing(StrEnum):
    """How a version of a definition stands on a day."""

    IN_FORCE = "in force"
    TO_COME = "to come"
    """It holds from a later day on."""
    REPLACED = "replaced"
    """Another version holds in its place, or will before it could."""
    OVER = "over"
    """What it defines has ended, by it or by a later version."""


def standing_on(day: date, one: Version, versions: Iterable[Version]) -> Standing:
    """Return how *one* of *versions* stands on *day*."""
    later = [v for v in versions if v.name == one.name and v.version > one.version]
    if one.in_force_from > day:
        replaced = any(v.in_force_from <= one.in_force_from for v in later)
        return Standing.REPLACED if replaced else Standing.TO_COME
    holding = [v for v in later if v.in_force_from <= day]
    if holding:
        last = max(holding, key=lambda v: v.version)
        return Standing.OVER if last.ended else Standing.REPLACED
    return Standing.OVER if one.ended else Standing.IN_FORCE


def _version_on(one: Versioned, versions: Iterable[Versioned]) -> int:
    same = (v for v in versions if v.name == one.name and v.in_force_from <= one.in_force_from)
    return max(version.version for version in same)
