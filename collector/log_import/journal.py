"""Which imports are under way, so that the next start can undo or finish them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    Column,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    inspect,
    text,
)
from sqlalchemy.engine.interfaces import ReflectedColumn

from oboro.sql import load_sql

STAGING = "staging"
MOVING = "moving"
MOVED = "moved"

METADATA = MetaData()
IMPORTS = Table(
    "imports",
    METADATA,
    Column("import", String, primary_key=True, comment="random number of the import"),
    Column("state", String, nullable=False, comment="staging, moving or moved"),
    Column("label", String, nullable=False, comment="what readers of its days are told"),
    Column("process", Integer, nullable=False, comment="process that reads the log"),
)
DAYS = Table(
    "import_days",
    METADATA,
    Column("import", String, primary_key=True, comment="random number of the import"),
    Column("site", String, primary_key=True, comment="host of the site"),
    Column("day", Date, primary_key=True, comment="local day of the site"),
    Column("state", String, nullable=False, comment="state the day will have"),
    Column("events", Integer, nullable=False, comment="rows of facts staged so far"),
    Column("outcomes", Integer, nullable=False, comment="rows of outcomes staged so far"),
    Column(
        "contributions",
        Integer,
        nullable=False,
        server_default="0",
        comment="rows of contributions staged so far",
    ),
)

SiteDay = tuple[str, date]


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows of a site-day were staged, by table."""

    events: int
    outcomes: int
    contributions: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One import under way."""

    id: str
    state: str
    label: str
    process: int
    days: Mapping[SiteDay, Rows]
    states: Mapping[SiteDay, str]


class Journal:
    """The imports under way; a finished or discarded one leaves nothing here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        METADATA.create_all(engine)
        if not any(column["name"] == "contributions" for column in _columns(engine)):
            # Made by a version that kept no contributions.
            with engine.begin() as connection:
                connection.execute(text(load_sql(__package__, "count_contributions.sql")))

    def begin(self, id_: str, process: int, label: str, states: Mapping[SiteDay, str]) -> None:
        """Note that *id_* will bring the site-days of *states*."""
        with self._engine.begin() as connection:
            connection.execute(
                IMPORTS.insert().values(
                    {"import": id_, "state": STAGING, "label": label, "process": process}
                )
            )
            rows = [
                {"import": id_, "site": site, "day": day, "state": state, "events": 0,
                 "outcomes": 0, "contributions": 0}
                for (site, day), state in states.items()
            ]  # fmt: skip
            if rows:
                connection.execute(DAYS.insert(), rows)

    def staged(self, id_: str, added: Mapping[SiteDay, Rows]) -> None:
        """Note rows that were staged."""
        with self._engine.begin() as connection:
            for (site, day), rows in added.items():
                connection.execute(
                    DAYS.update()
                    .where(DAYS.c["import"] == id_, DAYS.c.site == site, DAYS.c.day == day)
                    .values(
                        events=DAYS.c.events + rows.events,
                        outcomes=DAYS.c.outcomes + rows.outcomes,
                        contributions=DAYS.c.contributions + rows.contributions,
                    )
                )

    def mark(self, id_: str, states: Mapping[date, str]) -> None:
        """Note another state that days will have."""
        with self._engine.begin() as connection:
            for day, state in states.items():
                connection.execute(
                    DAYS.update()
                    .where(DAYS.c["import"] == id_, DAYS.c.day == day)
                    .values(state=state)
                )

    def reach(self, id_: str, state: str) -> None:
        """Note that *id_* is MOVING (from here on it is finished, not undone) or MOVED."""
        with self._engine.begin() as connection:
            connection.execute(
                IMPORTS.update().where(IMPORTS.c["import"] == id_).values(state=state)
            )

    def forget(self, id_: str) -> None:
        """Note that nothing is left to do for *id_*."""
        with self._engine.begin() as connection:
            connection.execute(DAYS.delete().where(DAYS.c["import"] == id_))
            connection.execute(IMPORTS.delete().where(IMPORTS.c["import"] == id_))

    def entries(self) -> list[Entry]:
        """Return every import under way."""
        with self._engine.connect() as connection:
            imports = connection.execute(IMPORTS.select()).mappings().all()
            rows = connection.execute(DAYS.select()).mappings().all()
        return [
            Entry(
                id=one["import"],
                state=one["state"],
                label=one["label"],
                process=one["process"],
                days={
                    (row["site"], row["day"]): Rows(
                        row["events"], row["outcomes"], row["contributions"]
                    )
                    for row in rows
                    if row["import"] == one["import"]
                },
                states={
                    (row["site"], row["day"]): row["state"]
                    for row in rows
                    if row["import"] == one["import"]
                },
            )
            for one in imports
        ]

    def entry(self, id_: str) -> Entry | None:
        """Return the import *id_*, if it is under way."""
        return next((entry for entry in self.entries() if entry.id == id_), None)


def _columns(engine: Engine) -> list[ReflectedColumn]:
    return inspect(engine).get_columns(DAYS.name)


def days_by_site(days: Iterable[SiteDay]) -> dict[str, list[date]]:
    """Return *days* in order, by site."""
    found: dict[str, list[date]] = {}
    for site, day in sorted(days):
        found.setdefault(site, []).append(day)
    return found
