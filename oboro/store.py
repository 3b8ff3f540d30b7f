"""The store of coarse events: ClickHouse, embedded or on a server, behind one class.

The only module that names ``clickhouse_connect``. Synchronous: call it through
``asyncio.to_thread``; the engine releases the interpreter's lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from oboro.errors import OboroError, UsageError
from oboro.settings import Settings

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

DATABASE = "oboro"
IDLE_HANDLES = 8

_SETTINGS: Mapping[str, Any] = {
    # The engine's own logs would keep statements, and when they ran.
    "log_queries": 0,
    "log_query_threads": 0,
    "log_processors_profiles": 0,
    "max_memory_usage": 1_000_000_000,
    "max_bytes_before_external_group_by": 250_000_000,
    "max_bytes_before_external_sort": 250_000_000,
    # One insert is one part, there when the call returns: batches are counted right after.
    "async_insert": 0,
}

_ENGINE: Mapping[str, Any] = {
    # The engine's own defaults are a server's: gigabytes.
    "mark_cache_size": 64_000_000,
    "index_mark_cache_size": 16_000_000,
    "mmap_cache_size": 64,
}


class StoreUnavailable(OboroError):
    """The store cannot be opened or reached."""


class StoreError(OboroError):
    """The store refused a statement. Values of rows are never part of the message."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class Store:
    """Pooled handles on the database; each call takes one for itself.

    A handle answers one caller at a time, so a long query must not hold the one that the
    writer needs.
    """

    node = "collector"
    """The collector that this process writes as: rows carry its name, and lie by it."""

    def __init__(self, connect: Callable[[], Client], node: str = "collector") -> None:
        self._connect = connect
        self.node = node
        self._idle: list[Client] = []
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Open the store that *settings* name, and its database; no migration is run."""
        where = _where(settings)
        first = _client(where, None)
        try:
            first.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
            store = cls(lambda: _client(where, DATABASE), settings.node)
            store._give_back(store._connect())
        finally:
            first.close()
        return store

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of *sql*; *parameters* fill its ``{name:Type}`` on the server."""
        with self._handle() as client, _refusals():
            rows = client.query(sql, parameters=dict(parameters or {})).result_rows
        return [tuple(row) for row in rows]

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement that answers with nothing."""
        with self._handle() as client, _refusals():
            client.command(sql, parameters=dict(parameters or {}))

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        token: str | None = None,
    ) -> None:
        """Append *rows*; the engine forgets a second insert with the same *token*, and only then.

        The token alone does not promise exactly one copy: count the batch afterwards.
        """
        if not rows:
            return
        # Without a token the engine would compare rows, and forget those that came back after
        # others were put in the place of a day.
        settings = (
            {"insert_deduplication_token": token} if token else {"deduplicate_insert": "disable"}
        )
        with self._handle() as client, _insert_refusals(table):
            client.insert(table, rows, column_names=list(columns), settings=settings)

    def close(self) -> None:
        """Close the idle handles; those in use are closed when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for client in idle:
            client.close()

    @contextmanager
    def _handle(self) -> Iterator[Client]:
        with self._lock:
            if self._closed:
                raise StoreUnavailable("the store is closed")
            client = self._idle.pop() if self._idle else None
        client = client or self._connect()
        try:
            yield client
        finally:
            self._give_back(client)

    def _give_back(self, client: Client) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < IDLE_HANDLES:
                self._idle.append(client)
                return
        client.close()


def _where(settings: Settings) -> Mapping[str, Any]:
    """Return what tells the driver the place: a server's address, or a directory for the engine."""
    if settings.store_url.startswith("chdb:"):
        return {"dsn": settings.store_url, "chdb_options": dict(_ENGINE)}
    if settings.store_url:
        return {"dsn": settings.store_url}
    path = str(settings.data_dir.resolve() / "store")
    if "?" in path:
        # The engine would read the rest as options and keep its files elsewhere.
        raise UsageError("OBORO_DATA_DIR must not contain a question mark")
    return {"interface": "chdb", "path": path, "chdb_options": dict(_ENGINE)}


def _client(where: Mapping[str, Any], database: str | None) -> Client:
    # Imported here: it takes a third of a second that ``oboro --help`` need not wait.
    import clickhouse_connect
    from clickhouse_connect.driver import options
    from clickhouse_connect.driver.exceptions import ClickHouseError

    # The driver would load pandas at the first insert, to ask whether rows are a frame of it: that
    # takes a second, during which no hit is answered. It is told what it assumes without pandas.
    options.pd = options.pd_time_test = None
    try:
        return clickhouse_connect.get_client(**where, database=database, settings=dict(_SETTINGS))
    except ClickHouseError as error:
        raise StoreUnavailable(f"the store cannot be opened: {_first_line(error)}") from None


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn the driver's errors into ours, with what the engine said."""
    from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError

    try:
        yield
    except ClickHouseError as error:
        if isinstance(error, OperationalError) and error.code is None and error.__cause__:
            # Its words would repeat the address with all parameters of the statement.
            kind = type(error.__cause__).__name__
            raise StoreError(f"the store does not answer: {kind}") from None
        raise StoreError(
            f"the store refused a statement: {_first_line(error)}", getattr(error, "code", None)
        ) from None


@contextmanager
def _insert_refusals(table: str) -> Iterator[None]:
    """Turn any error of an insert into ours, without its words: they can quote a row."""
    try:
        yield
    except Exception as error:
        code, name = getattr(error, "code", None), getattr(error, "name", None)
        raise StoreError(
            f"the store did not take rows for {table}: {name or type(error).__name__}", code
        ) from None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:500]
