"""On which days an operator changed what is counted of a site, so that figures can say so.

Functions take a connection of the catalog.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import NamedTuple

from sqlalchemy import Column, Connection, MetaData, String, Table

from oboro.sites import Site

METADATA = MetaData()

SITE_CHANGES = Table(
    "site_changes",
    METADATA,
    Column("host", String, primary_key=True, comment="site of which it was changed"),
    Column("day", String, primary_key=True, comment="day of the change, in the site's zone"),
    Column("what", String, primary_key=True, comment="what was changed"),
)
DATABASES = "databases"
"""Stands for what tells places and networks, which all sites share."""
_SAY_NOTHING_OF_COUNTING = frozenset({"host", "zone", "demonstration", "policies"})
DECLARED = tuple(field.name for field in fields(Site) if field.name not in _SAY_NOTHING_OF_COUNTING)
"""Declarations that decide what is counted, or under which name."""
CHANGED = (*DECLARED, DATABASES)
"""All that is noted."""


class SiteChange(NamedTuple):
    """On *day*, in the site's zone, *what* was changed: one of `CHANGED`."""

    day: date
    what: str


def changed_between(before: Site, after: Site) -> list[str]:
    """Return which declarations of a site differ."""
    return [name for name in DECLARED if getattr(before, name) != getattr(after, name)]


def note_changes(connection: Connection, host: str, changes: Iterable[SiteChange]) -> None:
    """Note *changes* of *host*, each once a day."""
    for change in changes:
        noted = {"host": host, "day": change.day.isoformat(), "what": change.what}
        same = [column == noted[column.name] for column in SITE_CHANGES.columns]
        if connection.execute(SITE_CHANGES.select().where(*same)).first() is None:
            connection.execute(SITE_CHANGES.insert().values(noted))


def read_changes(connection: Connection, host: str, first: date, last: date) -> list[SiteChange]:
    """Return what was changed of *host* from *first* to *last*, in order."""
    rows = connection.execute(
        SITE_CHANGES.select()
        .where(SITE_CHANGES.c.host == host)
        .where(SITE_CHANGES.c.day.between(first.isoformat(), last.isoformat()))
        .order_by(SITE_CHANGES.c.day, SITE_CHANGES.c.what)
    )
    return [SiteChange(date.fromisoformat(row["day"]), row["what"]) for row in rows.mappings()]


def forget(connection: Connection, hosts: Iterable[str]) -> None:
    """Delete what is noted of *hosts*."""
    connection.execute(SITE_CHANGES.delete().where(SITE_CHANGES.c.host.in_(list(hosts))))
