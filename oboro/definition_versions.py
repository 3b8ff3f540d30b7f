"""Keep the goals and funnels of sites, in versions. Functions take a connection of the catalog.

A version is written once and never changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    select,
)

from oboro.funnels import Funnel
from oboro.goals import Goal

METADATA = MetaData()
Definition = TypeVar("Definition", Goal, Funnel)


def _versions(name: str, what: str, *said: Column[Any]) -> Table:
    """Return the table of versions of *what*, each of which says what is in the columns *said*."""
    return Table(
        name,
        METADATA,
        Column("host", String, primary_key=True, comment=f"site whose {what} it is"),
        Column("name", String, primary_key=True, comment=what),
        Column("version", Integer, primary_key=True, comment="counted from 1"),
        Column(
            "decided_on", String, nullable=False, comment="day of the decision, in the site's zone"
        ),
        Column("in_force_from", String, nullable=False, comment="first day it holds for"),
        *said,
    )


GOALS = _versions(
    "goals",
    "goal",
    Column("page", String, nullable=False, comment="pattern of pages that reach it, or empty"),
    Column("event", String, nullable=False, comment="event that reaches it, or empty"),
)
FUNNELS = _versions(
    "funnels",
    "funnel",
    Column("steps", JSON, nullable=False, comment="steps in their order; none where it ended"),
)


def goals_by_host(connection: Connection) -> Mapping[str, tuple[Goal, ...]]:
    """Return every site's versions of goals, by name, the oldest first."""
    return _by_host(
        connection,
        GOALS,
        lambda row: Goal(**_version_in(row), page=row["page"], event=row["event"]),
    )


def funnels_by_host(connection: Connection) -> Mapping[str, tuple[Funnel, ...]]:
    """Return every site's versions of funnels, by name, the oldest first."""
    return _by_host(
        connection, FUNNELS, lambda row: Funnel(**_version_in(row), steps=tuple(row["steps"]))
    )


def write_goal(connection: Connection, host: str, goal: Goal) -> Goal:
    """Append *goal* as the next version of its name and return it as it is kept."""
    return _append(connection, GOALS, host, goal, {"page": goal.page, "event": goal.event})


def write_funnel(connection: Connection, host: str, funnel: Funnel) -> Funnel:
    """Append *funnel* as the next version of its name and return it as it is kept."""
    return _append(connection, FUNNELS, host, funnel, {"steps": list(funnel.steps)})


def forget(connection: Connection, hosts: Iterable[str]) -> None:
    """Delete every version of every goal and funnel of *hosts*."""
    named = list(hosts)
    for table in (GOALS, FUNNELS):
        connection.execute(table.delete().where(table.c.host.in_(named)))


def _by_host(
    connection: Connection, table: Table, made_of: Callable[[RowMapping], Definition]
) -> Mapping[str, tuple[Definition, ...]]:
    found: dict[str, list[Definition]] = {}
    in_order = table.select().order_by(table.c.host, table.c.name, table.c.version)
    for row in connection.execute(in_order).mappings():
        found.setdefault(row["host"], []).append(made_of(row))
    return {host: tuple(versions) for host, versions in found.items()}


def _version_in(row: RowMapping) -> dict[str, Any]:
    return {
        "name": row["name"],
        "version": row["version"],
        "decided_on": date.fromisoformat(row["decided_on"]),
        "in_force_from": date.fromisoformat(row["in_force_from"]),
    }


def _append(
    connection: Connection,
    table: Table,
    host: str,
    definition: Definition,
    said: Mapping[str, Any],
) -> Definition:
    last = connection.execute(
        select(table.c.version)
        .where(table.c.host == host, table.c.name == definition.name)
        .order_by(table.c.version.desc())
        .limit(1)
    ).scalar()
    kept = dataclasses.replace(definition, version=(last or 0) + 1)
    values = {
        "host": host,
        "name": kept.name,
        "version": kept.version,
        "decided_on": kept.decided_on.isoformat(),
        "in_force_from": kept.in_force_from.isoformat(),
        **said,
    }
    connection.execute(table.insert().values(values))
    return kept
