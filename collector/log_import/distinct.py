"""How many pages of a visitor's day count, told to a process that has no catalog."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date

from oboro.policy import PublicationPolicy, policy_on
from oboro.sites import Site

Steps = tuple[tuple[date, int], ...]
"""From which day on K is how much."""


def distinct_from(site: Site, days: Iterable[date]) -> Steps:
    """Return K of each of *days*, where it differs from that of the day before."""
    steps: list[tuple[date, int]] = []
    for day in sorted(days):
        distinct = policy_on(day, site.policies).distinct
        if not steps or steps[-1][1] != distinct:
            steps.append((day, distinct))
    return tuple(steps)


def with_distinct(site: Site, steps: Iterable[tuple[date, int]]) -> Site:
    """Return *site* with policies that say K as *steps* do, and nothing else."""
    policies = tuple(
        PublicationPolicy(version=number, in_force_from=day, distinct=distinct)
        for number, (day, distinct) in enumerate(sorted(steps), 1)
    )
    return dataclasses.replace(site, policies=policies)
