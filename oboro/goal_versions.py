"""Keep the goals of sites, in versions. Functions take a connection of the catalog.

A version is written once and never changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, select

from oboro.goals import Goal

METADATA = MetaData()

GOALS = Table(
    "goals",
    METADATA,
    Column("host", String, primary_key=True, comment="site whose goal it is"),
    Column("name", String, primary_key=True, comment="goal"),
    Column("version", Integer, primary_key=True, comment="counted from 1"),
    Column("decided_on", String, nullable=False, comment="day of the decision, in the site's zone"),
    Column("in_force_from", String, nullable=False, comment="first day it holds for"),
    Column("page", String, nullable=False, comment="pattern of pages that reach it, or empty"),
    Column("event", String, nullable=False, comment="event that reaches it, or empty"),
)


def goals_by_host(connection: Connection) -> Mapping[str, tuple[Goal, ...]]:
    """Return every site's versions, by name, the oldest first."""
    found: dict[str, tuple[Goal, ...]] = {}
    rows = connection.execute(
        GOALS.select().order_by(GOALS.c.host, GOALS.c.name, GOALS.c.version)
    ).mappings()
    for row in rows:
        goal = Goal(
            name=row["name"],
            page=row["page"],
            event=row["event"],
            version=row["version"],
            decided_on=date.fromisoformat(row["decided_on"]),
            in_force_from=date.fromisoformat(row["in_force_from"]),
        )
        found[row["host"]] = (*found.get(row["host"], ()), goal)
    return found


def write_goal(connection: Connection, host: str, goal: Goal) -> Goal:
    """Append *goal* as the next version of its name and return it as it is kept."""
    last = connection.execute(
        select(GOALS.c.version)
        .where(GOALS.c.host == host, GOALS.c.name == goal.name)
        .order_by(GOALS.c.version.desc())
        .limit(1)
    ).scalar()
    kept = dataclasses.replace(goal, version=(last or 0) + 1)
    values: dict[str, Any] = {
        "host": host,
        "name": kept.name,
        "version": kept.version,
        "decided_on": kept.decided_on.isoformat(),
        "in_force_from": kept.in_force_from.isoformat(),
        "page": kept.page,
        "event": kept.event,
    }
    connection.execute(GOALS.insert().values(values))
    return kept


def forget(connection: Connection, hosts: Iterable[str]) -> None:
    """Delete every version of *hosts*."""
    connection.execute(GOALS.delete().where(GOALS.c.host.in_(list(hosts))))
