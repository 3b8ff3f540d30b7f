"""The spool's SQLite database: durable at each commit, without order, without remains."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oboro.errors import OboroError
from oboro.sql import load_sql

log = logging.getLogger("oboro.spool")

VERSION = 1
"""Of the tables' layout, kept in the file."""
DAMAGED = ".damaged-"
"""What the name of a spool that was set aside goes on with, before its number."""
_COMPANIONS = ("", "-wal", "-shm")


class SpoolDamaged(OboroError):
    """The spool's file is not what was written."""


def sql(name: str) -> str:
    """Return the statement *name* of this package."""
    return load_sql(__package__, f"{name}.sql")


def open_database(path: Path) -> sqlite3.Connection:
    """Open the spool at *path*, made if it is not there; a damaged one is set aside and named."""
    try:
        return _opened(path)
    except SpoolDamaged as damage:
        aside = _set_aside(path)
        log.error(
            "%s is damaged (%s) and was set aside as %s with the hits it held; a new spool was "
            "begun. Keep that file: docs/durability.md says what can be done with it.",
            path,
            damage,
            aside.name,
        )
        return _opened(path)


def open_reader(path: Path) -> sqlite3.Connection:
    """Open *path* for reading only; it sees the last commit and never waits for a writer."""
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def damaged_files(path: Path) -> list[str]:
    """Return the names of earlier spools at *path* that were set aside."""
    found = path.parent.glob(path.name + DAMAGED + "*")
    return sorted(file.name for file in found if not file.name.endswith(_COMPANIONS[1:]))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Run the block as one transaction: durable when it ends, undone when it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # A failed COMMIT may have ended the transaction by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def truncate_log(connection: sqlite3.Connection) -> None:
    """Move the write-ahead log into the file and empty it: it holds commits in their order."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.execute("PRAGMA incremental_vacuum").fetchall()


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return how much of the file is in use; freed pages are taken again first."""

    def pragma(name: str) -> int:
        return int(connection.execute(f"PRAGMA {name}").fetchone()[0])

    return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")


def _opened(path: Path) -> sqlite3.Connection:
    new = not path.exists()
    try:
        # Made here, since SQLite would let the whole machine read it.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=10.0
        )
    except (OSError, sqlite3.OperationalError) as error:
        raise OboroError(f"the spool {path} cannot be opened: {error}") from None
    try:
        _prepare(connection, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError):
            raise OboroError(f"the spool {path} cannot be opened: {error}") from None
        raise SpoolDamaged(str(error)) from None
    except BaseException:
        connection.close()
        raise
    if new:
        _sync_directory(path.parent)
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    execute = connection.execute
    execute("PRAGMA auto_vacuum = INCREMENTAL")
    execute("PRAGMA journal_mode = WAL")
    # FULL: a commit returns after the disk has it. secure_delete: zeros over what is deleted.
    execute("PRAGMA synchronous = FULL")
    execute("PRAGMA secure_delete = ON")
    execute("PRAGMA temp_store = MEMORY")
    problems = [row[0] for row in execute("PRAGMA quick_check(1)")]
    if problems != ["ok"]:
        raise SpoolDamaged("the check of its pages failed")
    version = execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise OboroError(
            f"the spool {path} was written by a newer Oboro (layout {version}); run that version"
        )
    for statement in sql("schema").split(";\n"):
        execute(statement)
    execute(f"PRAGMA user_version = {VERSION}")
    truncate_log(connection)


def _set_aside(path: Path) -> Path:
    number = 1 + len(damaged_files(path))
    target = path.with_name(f"{path.name}{DAMAGED}{number}")
    for ending in _COMPANIONS:
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.rename(target.with_name(target.name + ending))
    _sync_directory(path.parent)
    return target


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
