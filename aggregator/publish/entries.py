"""The entries of the budget ledger: a chain of rows that are only ever appended."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import DDL, Column, Integer, MetaData, String, Table, UniqueConstraint, event

from oboro.errors import OboroError

METADATA = MetaData()

ENTRIES = Table(
    "entries",
    METADATA,
    Column("number", Integer, primary_key=True, comment="place in the chain, from 1"),
    Column("site", String, nullable=False, comment="host of the site"),
    Column("dataset", String, nullable=False, comment="what is published of it"),
    Column("subject", String, nullable=False, comment="table that is drawn, or the publication"),
    Column("first", String, nullable=False, comment="first day of the period"),
    Column("last", String, nullable=False, comment="last day of the period"),
    Column("step", String, nullable=False, comment="what was done, or is about to be"),
    Column("details", String, nullable=False, comment="the step's own facts, as JSON"),
    Column("previous", String, nullable=False, comment="hash of the entry before"),
    Column("hash", String, nullable=False, comment="SHA-256 of all of the above"),
    UniqueConstraint("site", "dataset", "subject", "first", "last", "step"),
)
for _statement in ("UPDATE", "DELETE"):
    event.listen(
        ENTRIES,
        "after_create",
        DDL(  # type: ignore[no-untyped-call] # SQLAlchemy leaves its result out
            f"CREATE TRIGGER never_{_statement.lower()} BEFORE {_statement} ON entries "
            "BEGIN SELECT RAISE(ABORT, 'the budget ledger is only appended to'); END"
        ).execute_if(dialect="sqlite"),
    )

NOTHING_BEFORE = "0" * 64
"""Stands for the hash of the entry before the first one."""


class Step(StrEnum):
    """What an entry says of its subject; each at most once of one subject and period."""

    MODE = "mode"
    """How everything of a site's dataset is published, once and for all."""
    RESERVED = "reserved"
    """The budget is spent for this draw; nothing was drawn."""
    DRAWING = "drawing"
    """From here on the noise may have been drawn, whatever becomes of it."""
    DRAWN = "drawn"
    """The draw is stored, and its hash is known."""
    BURNED = "burned"
    """The draw was lost before it was stored; the budget stays spent."""
    CLEARED = "cleared"
    """The contributions of the period's days are deleted."""
    NUMBERED = "numbered"
    """A publication has its number, and all that its bytes depend on."""
    PUBLISHED = "published"
    """The draw, or the publication, was handed out."""


class Subject(NamedTuple):
    """What entries are about: one table of a site's dataset, or a publication, and its days."""

    site: str
    dataset: str
    name: str
    first: date
    last: date


class Entry(NamedTuple):
    """One row of the chain."""

    number: int
    subject: Subject
    step: Step
    details: dict[str, Any]
    hash: str


class BrokenChain(OboroError):
    """The budget ledger is not what was written."""


def columns_of(subject: Subject) -> dict[str, str]:
    """Return what an entry's row says of its *subject*."""
    return {
        "site": subject.site,
        "dataset": subject.dataset,
        "subject": subject.name,
        "first": subject.first.isoformat(),
        "last": subject.last.isoformat(),
    }


def row_after(
    previous: str, number: int, subject: Subject, step: Step, details: dict[str, Any]
) -> dict[str, Any]:
    """Return the row that follows the entry whose hash is *previous*."""
    row: dict[str, Any] = {
        "number": number,
        **columns_of(subject),
        "step": step.value,
        "details": msgspec.json.encode(details, order="sorted").decode(),
        "previous": previous,
    }
    return {**row, "hash": _hash(row)}


def checked(rows: Iterable[dict[str, Any]]) -> list[Entry]:
    """Return the entries in *rows*; `BrokenChain` names the first that is not as it was written."""
    previous, entries = NOTHING_BEFORE, []
    for number, row in enumerate(rows, start=1):
        unhashed = {name: value for name, value in row.items() if name != "hash"}
        whole = row["number"] == number and row["previous"] == previous
        if not whole or row["hash"] != _hash(unhashed):
            raise BrokenChain(
                f"the budget ledger, budget.db, was changed at its entry {number}; nothing can be "
                "published until a copy of it that was never changed is put in its place"
            )
        previous = row["hash"]
        subject = Subject(
            row["site"],
            row["dataset"],
            row["subject"],
            date.fromisoformat(row["first"]),
            date.fromisoformat(row["last"]),
        )
        details = msgspec.json.decode(row["details"])
        entries.append(Entry(number, subject, Step(row["step"]), details, previous))
    return entries


def _hash(row: dict[str, Any]) -> str:
    # As a list of texts in the columns' order: no two different rows have the same bytes.
    values = [str(row[column.name]) for column in ENTRIES.columns if column.name != "hash"]
    return hashlib.sha256(msgspec.json.encode(values)).hexdigest()
