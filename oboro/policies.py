"""Keep what sites decide about publications: policies and public key sets, in versions.

A version is written once and never changed. Functions take a connection of the catalog.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    select,
)

from oboro.policy import ALWAYS, Cadence, KeySet, PublicationPolicy

METADATA = MetaData()

POLICIES = Table(
    "policies",
    METADATA,
    Column("host", String, primary_key=True, comment="site that decided"),
    Column("version", Integer, primary_key=True, comment="counted from 1"),
    Column("decided_on", String, nullable=False, comment="day of the decision, in the site's zone"),
    Column("in_force_from", String, nullable=False, comment="first day it holds for"),
    Column("cadence", String, nullable=False, comment="period of one draw: day, week, month"),
    Column("epsilon", String, nullable=False, comment="what a visitor-day may cost, a fraction"),
    Column("distinct_keys", Integer, nullable=False, comment="pages counted of a visitor-day"),
    Column("shares", JSON, nullable=False, comment="share of epsilon by table"),
)

KEY_SETS = Table(
    "key_sets",
    METADATA,
    Column("host", String, primary_key=True, comment="site whose keys they are"),
    Column("name", String, primary_key=True, comment="publication table"),
    Column("version", Integer, primary_key=True, comment="counted from 1"),
    Column("listed_on", String, nullable=False, comment="day it was given, in the site's zone"),
    Column("in_force_from", String, nullable=False, comment="first day it holds for"),
    Column("keys", LargeBinary, nullable=False, comment="keys as JSON, deflated"),
)


def policies_by_host(connection: Connection) -> Mapping[str, tuple[PublicationPolicy, ...]]:
    """Return every site's versions, the oldest first."""
    found: dict[str, tuple[PublicationPolicy, ...]] = {}
    rows = connection.execute(POLICIES.select().order_by(POLICIES.c.host, POLICIES.c.version))
    for row in rows.mappings():
        policy = PublicationPolicy(
            version=row["version"],
            decided_on=date.fromisoformat(row["decided_on"]),
            in_force_from=date.fromisoformat(row["in_force_from"]),
            cadence=Cadence(row["cadence"]),
            epsilon=Fraction(row["epsilon"]),
            distinct=row["distinct_keys"],
            shares={name: Fraction(share) for name, share in row["shares"].items()},
        )
        found[row["host"]] = (*found.get(row["host"], ()), policy)
    return found


def write_policy(connection: Connection, host: str, policy: PublicationPolicy) -> PublicationPolicy:
    """Append *policy* as the next version of *host* and return it as it is kept.

    Days before a first decision are under the default policy, whose version is 1.
    """
    last = connection.execute(_last_version(POLICIES, POLICIES.c.host == host)).scalar()
    version = 1 if last is None and policy.in_force_from == ALWAYS else (last or 1) + 1
    kept = dataclasses.replace(policy, version=version)
    values: dict[str, Any] = {
        "host": host,
        "version": version,
        "decided_on": kept.decided_on.isoformat(),
        "in_force_from": kept.in_force_from.isoformat(),
        "cadence": kept.cadence.value,
        "epsilon": str(kept.epsilon),
        "distinct_keys": kept.distinct,
        "shares": {name: str(share) for name, share in kept.shares.items()},
    }
    connection.execute(POLICIES.insert().values(values))
    return kept


def write_key_set(connection: Connection, host: str, keys: KeySet) -> KeySet:
    """Append *keys* as the next version of its table and return it as it is kept."""
    mine = (KEY_SETS.c.host == host) & (KEY_SETS.c.name == keys.table)
    last = connection.execute(_last_version(KEY_SETS, mine)).scalar()
    kept = dataclasses.replace(keys, version=(last or 0) + 1, keys=tuple(sorted(set(keys.keys))))
    values: dict[str, Any] = {
        "host": host,
        "name": kept.table,
        "version": kept.version,
        "listed_on": kept.listed_on.isoformat(),
        "in_force_from": kept.in_force_from.isoformat(),
        "keys": zlib.compress(msgspec.json.encode(kept.keys)),
    }
    connection.execute(KEY_SETS.insert().values(values))
    return kept


def read_key_set(connection: Connection, host: str, table: str, day: date) -> KeySet | None:
    """Return the keys in force on *day*, or None where none were."""
    rows = connection.execute(
        KEY_SETS.select()
        .where(KEY_SETS.c.host == host, KEY_SETS.c.name == table)
        .where(KEY_SETS.c.in_force_from <= day.isoformat())
        .order_by(KEY_SETS.c.version.desc())
        .limit(1)
    ).mappings()
    row = next(iter(rows), None)
    if row is None:
        return None
    return KeySet(
        table=table,
        keys=msgspec.json.decode(zlib.decompress(row["keys"]), type=tuple[str, ...]),
        version=row["version"],
        listed_on=date.fromisoformat(row["listed_on"]),
        in_force_from=date.fromisoformat(row["in_force_from"]),
    )


def forget(connection: Connection, hosts: Iterable[str]) -> None:
    """Delete every version of *hosts*."""
    for table in (POLICIES, KEY_SETS):
        connection.execute(table.delete().where(table.c.host.in_(list(hosts))))


def _last_version(table: Table, mine: ColumnElement[bool]) -> Any:
    return select(table.c.version).where(mine).order_by(table.c.version.desc()).limit(1)
