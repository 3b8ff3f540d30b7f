"""Write out what stores say: ``python -m tests.privacy.taint.dump DATA STORE FILE``.

The engine packs its files, so looking at their bytes does not show every value. It takes one
directory in a process; hence a process of its own.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from oboro.settings import Settings
from oboro.store import Store


def main(data_dir: Path, store_dir: Path, target: Path) -> None:
    """Write every cell of every table, in the store and in each SQLite file."""
    with target.open("wb") as file:
        with closing(
            Store.open(Settings(data_dir=data_dir, store_url=f"chdb://{store_dir.resolve()}"))
        ) as store:
            tables = store.query(
                "SELECT database, name FROM system.tables"
                " WHERE database NOT IN ('INFORMATION_SCHEMA', 'information_schema')"
                " AND (database != 'system' OR engine LIKE '%MergeTree')"
            )
            for database, table in tables:
                rows = store.query(
                    "SELECT * FROM {database:Identifier}.{table:Identifier}",
                    {"database": database, "table": table},
                )
                _write(file, f"{database}.{table}", rows)
        for path in sorted(data_dir.rglob("*")):
            if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3":
                with closing(sqlite3.connect(path)) as database:
                    file.writelines(f"{line}\n".encode() for line in database.iterdump())


def _write(file: BinaryIO, name: str, rows: Any) -> None:
    file.write(f"# {name}\n".encode())
    for row in rows:
        cells = (cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
        file.write(b"\t".join(cells) + b"\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
