"""Hand what operators declared to the collectors that have no catalog of their own.

One collector owns the catalog: the one with the jobs. It keeps a copy in the store; the others
count by that copy, and read it again every few seconds. Each catalog notes which version of the
copy it is, so that one which is put back, or whose collector begins to run the jobs, is not taken
for what is declared now: a site that was erased meanwhile would be declared again.
"""

from __future__ import annotations

import threading

import msgspec
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table

from oboro import definition_versions, policies, site_keys
from oboro.catalog import Catalog
from oboro.errors import Conflict, OboroError
from oboro.site_rows import SITES
from oboro.sql import load_sql
from oboro.store import Store

COPIED: tuple[Table, ...] = (
    SITES,
    policies.POLICIES,
    definition_versions.GOALS,
    definition_versions.FUNNELS,
    site_keys.SITE_KEYS,
)
"""What counting hangs on; titles and public keys are for pages and publications."""

BEHIND = (
    "another collector has run the jobs since and declared what this one does not know; restart "
    "this one, which then takes that up"
)

NOTES = MetaData()
NOTED = Table("copied", NOTES, Column("version", Integer, primary_key=True))
"""One row: the version of the copy that the catalog is, or was when it changed last."""


class Copy:
    """The copy in the store, as the owner of the catalog writes it and the others read it."""

    def __init__(self, store: Store, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog
        self._known = ""
        self._lock = threading.Lock()
        self.version = 0
        """The version that was written or taken up last."""
        self.taken = False
        """Whether another collector's declarations were taken up by this process."""

    def give(self) -> int:
        """Write the copy where it differs from what is declared now; return its version.

        From any thread: two at once would give two documents one version, and one would be lost.
        Raises a `Conflict` where another catalog has declared anything since this one did.
        """
        with self._lock:
            return self._give()

    def catch_up(self) -> None:
        """Take up what is declared before this catalog is the one that declares; blocking.

        Does nothing where nobody else has declared anything since this catalog did.
        """
        if self.is_behind():
            self.take()

    def is_behind(self) -> bool:
        """Tell whether another catalog has declared anything since this one did; blocking."""
        [(version,)] = self._store.query(_sql("declared_version"))
        noted = noted_version(self._catalog.engine)
        # A catalog without a note that has sites is its owner's, who never shared a store.
        return bool(version) and (
            noted < version if noted is not None else not self._catalog.sites()
        )

    def take(self) -> int:
        """Take up what is declared, where that has changed; return the version counted by."""
        [(version,)] = self._store.query(_sql("declared_version"))
        if version and version == self.version:
            return self.version
        document, version = self._read()
        if not version:
            raise OboroError(
                "no collector has declared any site on this store yet; start the one that runs "
                "the jobs first"
            )
        put_into(self._catalog.engine, document, version)
        self._catalog.read_again()
        self._known, self.version, self.taken = document, version, True
        return version

    def _give(self) -> int:
        document = document_of(self._catalog.engine)
        if document != self._known:
            known, version = self._read()
            noted = noted_version(self._catalog.engine)
            if document != known and noted is not None and noted < version:
                raise Conflict(BEHIND)
            self._known, self.version = known, version
            if document == self._known:
                self._note(self.version)
        if document != self._known:
            # First: a kill in between must not have this catalog taken for an older one.
            self._note(self.version + 1)
            self._store.insert(
                "declared",
                ("name", "document", "version"),
                [("catalog", document, self.version + 1)],
            )
            self._known, self.version = document, self.version + 1
        return self.version

    def _note(self, version: int) -> None:
        if noted_version(self._catalog.engine) != version:
            with self._catalog.engine.begin() as connection:
                _note(connection, version)

    def _read(self) -> tuple[str, int]:
        rows = self._store.query(_sql("declared"))
        return (str(rows[0][0]), int(rows[0][1])) if rows else ("", 0)


def document_of(engine: Engine) -> str:
    """Return what is declared in the catalog behind *engine*, in one order, as JSON."""
    with engine.connect() as connection:
        tables = {
            table.name: [
                dict(row)
                for row in connection.execute(
                    table.select().order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in COPIED
        }
    return msgspec.json.encode(tables).decode()


def noted_version(engine: Engine) -> int | None:
    """Return which version of the copy the catalog behind *engine* is; None if it never was one."""
    NOTES.create_all(engine)
    with engine.connect() as connection:
        return connection.execute(NOTED.select()).scalar()


def put_into(engine: Engine, document: str, version: int) -> None:
    """Put what *document* declares in the place of all that is declared behind *engine*."""
    NOTES.create_all(engine)
    tables = msgspec.json.decode(document)
    with engine.begin() as connection:
        _note(connection, version)
        for table in COPIED:
            connection.execute(table.delete())
            # A column that an older owner does not know keeps its default.
            for row in tables.get(table.name, ()):
                connection.execute(
                    table.insert().values({k: v for k, v in row.items() if k in table.columns})
                )


def _note(connection: Connection, version: int) -> None:
    connection.execute(NOTED.delete())
    connection.execute(NOTED.insert().values(version=version))


def _sql(name: str) -> str:
    return load_sql("oboro.joining", f"{name}.sql")
