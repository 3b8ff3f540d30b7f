"""Keep the funnels of sites, in versions. Functions take a connection of the catalog.

A version is written once and never changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, Connection, Integer, MetaData, String, Table, select

from oboro.funnels import Funnel

METADATA = MetaData()

FUNNELS = Table(
    "funnels",
    METADATA,
    Column("host", String, primary_key=True, comment="site whose funnel it is"),
    Column("name", String, primary_key=True, comment="funnel"),
    Column("version", Integer, primary_key=True, comment="counted from 1"),
    Column("decided_on", String, nullable=False, comment="day of the decision, in the site's zone"),
    Column("in_force_from", String, nullable=False, comment="first day it holds for"),
    Column("steps", JSON, nullable=False, comment="steps in their order; none where it ended"),
)


def funnels_by_host(connection: Connection) -> Mapping[str, tuple[Funnel, ...]]:
    """Return every site's versions, by name, the oldest first."""
    found: dict[str, tuple[Funnel, ...]] = {}
    rows = connection.execute(
        FUNNELS.select().order_by(FUNNELS.c.host, FUNNELS.c.name, FUNNELS.c.version)
    ).mappings()
    for row in rows:
        funnel = Funnel(
            name=row["name"],
            steps=tuple(row["steps"]),
            version=row["version"],
            decided_on=date.fromisoformat(row["decided_on"]),
            in_force_from=date.fromisoformat(row["in_force_from"]),
        )
        found[row["host"]] = (*found.get(row["host"], ()), funnel)
    return found


def write_funnel(connection: Connection, host: str, funnel: Funnel) -> Funnel:
    """Append *funnel* as the next version of its name and return it as it is kept."""
    last = connection.execute(
        select(FUNNELS.c.version)
        .where(FUNNELS.c.host == host, FUNNELS.c.name == funnel.name)
        .order_by(FUNNELS.c.version.desc())
        .limit(1)
    ).scalar()
    kept = dataclasses.replace(funnel, version=(last or 0) + 1)
    values: dict[str, Any] = {
        "host": host,
        "name": kept.name,
        "version": kept.version,
        "decided_on": kept.decided_on.isoformat(),
        "in_force_from": kept.in_force_from.isoformat(),
        "steps": list(kept.steps),
    }
    connection.execute(FUNNELS.insert().values(values))
    return kept


def forget(connection: Connection, hosts: Iterable[str]) -> None:
    """Delete every version of *hosts*."""
    connection.execute(FUNNELS.delete().where(FUNNELS.c.host.in_(list(hosts))))
