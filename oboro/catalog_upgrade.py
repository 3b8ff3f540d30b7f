"""Bring a catalog of an earlier version up to date: what was declared since is added, empty."""

from __future__ import annotations

from sqlalchemy import Engine, MetaData, inspect
from sqlalchemy.schema import CreateColumn


def add_missing_columns(engine: Engine, metadata: MetaData) -> None:
    """Add the columns of *metadata* that tables of *engine* lack; each has a default of its own."""
    with engine.begin() as connection:
        known = inspect(connection)
        for table in metadata.sorted_tables:
            present = {column["name"] for column in known.get_columns(table.name)}
            for column in table.columns:
                if column.name not in present:
                    defined = CreateColumn(column).compile(dialect=engine.dialect)
                    statement = f"ALTER TABLE {table.name} ADD COLUMN {defined}"
                    connection.exec_driver_sql(statement)
