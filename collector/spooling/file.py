"""The spool's file: each method is one durable step, or a look at what lies there.

Not for several threads at once: one thread does all the writing. Looks that may take long have a
connection of their own, and see what was committed before they began.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from collector.spooling.batches import Audit, Batch, Kept, Sealed
from collector.spooling.database import (
    damaged_files,
    open_database,
    open_reader,
    sql,
    transaction,
    truncate_log,
    used_bytes,
)
from collector.spooling.entry import Commit
from collector.spooling.erasing import (
    erase_in_batches,
    first_labels_of,
    is_in_batches,
    site_days_of,
)
from collector.spooling.refusing import refuse_days
from oboro.errors import OboroError
from oboro.randomness import Randomness

KEY_BYTES = 16
TRIAL_BYTES = 256 * 1024
"""What is written to see whether the disk takes anything: more than most groups of hits."""


class SpoolFile:
    """The SQLite file that acknowledged hits lie in until the store holds them."""

    def __init__(self, path: Path, connection: sqlite3.Connection, randomness: Randomness) -> None:
        self.path = path
        self._connection = connection
        self._randomness = randomness
        self.used_bytes = used_bytes(connection)
        """How much of the disk what is kept takes; may be read from any thread."""

    @classmethod
    def open(cls, path: Path, randomness: Randomness) -> SpoolFile:
        """Open the file at *path*; a damaged one is set aside first and a new one is made."""
        return cls(path, open_database(path), randomness)

    def add(self, commits: Sequence[Commit]) -> None:
        """Keep *commits* as one transaction; they are on the disk when this returns."""
        with transaction(self._connection) as connection:
            self._insert(connection, commits)
            views = sum(commit.views for commit in commits)
            _add_to_total(connection, "acknowledged", views)
        self._measure()

    def try_writing(self) -> None:
        """Write as much as a group of hits takes, and take it away again in the same step.

        Raises when the disk does not take it.
        """
        of_trial = {"id": self._randomness.bytes(KEY_BYTES), "bytes": TRIAL_BYTES}
        with transaction(self._connection) as connection:
            connection.execute(sql("take_room"), of_trial)
            connection.execute(sql("give_room_back"), of_trial)

    def sites(self) -> set[str]:
        """Return the sites that have commits."""
        return {row[0] for row in self._connection.execute(sql("sites"))}

    def commits_of(self, sites: Iterable[str]) -> list[Kept]:
        """Return what is kept of *sites*; may be called from any thread."""
        with closing(open_reader(self.path)) as reader:
            reader.execute("BEGIN")
            return [
                Kept(*row)
                for site in sites
                for row in reader.execute(sql("commits_of_site"), {"site": site})
            ]

    def seal(
        self,
        gone: Sequence[Kept],
        batches: Sequence[Sealed],
        merged: Sequence[Commit],
        damaged: Sequence[Kept],
    ) -> list[Kept]:
        """Replace the commits *gone* by *batches* and *merged*, put *damaged* aside; in one step.

        Returns *merged* as they are kept. `tidy` comes after the last of several steps.
        """
        with transaction(self._connection) as connection:
            for kept in damaged:
                connection.execute(
                    sql("set_aside_commit"),
                    {
                        "site": kept.site,
                        "day": kept.day,
                        "kind": kept.table,
                        "key": kept.key,
                        "reason": "its bytes are damaged",
                    },
                )
            removed = 0
            for (site, day, table), keys in _keys_by_place((*gone, *damaged)).items():
                # One statement for all of them: commits wait for this one, and each statement
                # gives the interpreter away and waits to have it back.
                which = {"site": site, "day": day, "kind": table, "keys": json.dumps(keys)}
                removed += connection.execute(sql("remove_commits"), which).rowcount
            if removed != len(gone) + len(damaged):
                raise OboroError("a commit was sealed twice; nothing was changed")
            connection.executemany(
                sql("add_batch"),
                [
                    (
                        sealed.id,
                        sealed.table,
                        sealed.day.isoformat(),
                        sealed.n,
                        sealed.views,
                        sealed.rows,
                    )
                    for sealed in batches
                ],
            )
            inserted = self._insert(connection, merged)
        self._measure()
        return inserted

    def batches(self, state: str) -> list[Batch]:
        """Return the batches that are ``sealed`` or ``verified``, without their rows."""
        rows = self._connection.execute(sql("batches"), {"state": state})
        return [
            Batch(id, generation, table, date.fromisoformat(day), n, views)
            for id, generation, table, day, n, views in rows
        ]

    def rows_of(self, batch: Batch) -> bytes:
        """Return the rows of *batch* as they were sealed."""
        row = self._connection.execute(sql("batch_rows"), {"id": batch.id}).fetchone()
        if row is None:
            raise OboroError("a batch that was to be delivered is gone from the spool")
        return bytes(row[0])

    def next_generation(self, batch: Batch) -> Batch:
        """Note that the rows of *batch* must go under a new token, before they do."""
        after = batch._replace(generation=batch.generation + 1)
        with transaction(self._connection) as connection:
            changed = connection.execute(
                sql("set_generation"), {"id": batch.id, "generation": after.generation}
            )
            if not changed.rowcount:
                raise OboroError("a batch changed while it was delivered; it goes again")
        return after

    def verify(self, batch: Batch) -> None:
        """Note that the store was seen to hold *batch* once."""
        self._move(batch, "sealed", "verified", 1)

    def doubt(self, batch: Batch) -> None:
        """Note that the store no longer holds *batch*, which has to be delivered again."""
        self._move(batch, "verified", "sealed", -1)

    def forget(self, batches: Sequence[Batch]) -> None:
        """Remove verified *batches*."""
        if batches:
            with transaction(self._connection) as connection:
                connection.executemany(sql("remove_verified"), [(batch.id,) for batch in batches])
            self.tidy()

    def set_aside(self, batch: Batch, reason: str) -> None:
        """Move *batch*, which the store can never take, to where a person finds it."""
        with transaction(self._connection) as connection:
            connection.execute(sql("set_aside_batch"), {"id": batch.id, "reason": reason})
            connection.execute(sql("remove_batch"), {"id": batch.id})

    def release_day(self, table: str, day: date) -> bool:
        """Remove the verified batches of *day*; False, changing nothing, if one is unverified."""
        of_day = {"kind": table, "day": day.isoformat()}
        with transaction(self._connection) as connection:
            found = connection.execute(sql("batches_of_day"), of_day).fetchall()
            if any(state != "verified" for _, state in found):
                return False
            connection.executemany(sql("remove_verified"), [(id,) for id, _ in found])
        if found:
            self.tidy()
        return True

    def release(self, day: date) -> bool:
        """Remove the verified batches of *day* of all tables, as `release_day` does for one.

        A partition of *day* whose replacement may have to be done again is on its way as well.
        """
        of_day = {"day": day.isoformat()}
        with transaction(self._connection) as connection:
            if connection.execute(sql("on_its_way"), of_day).fetchone()[0]:
                return False
            removed = connection.execute(sql("remove_verified_of_day"), of_day).rowcount
        if removed:
            self.tidy()
        return True

    def site_days(self, table: str) -> set[tuple[str, date, str]]:
        """Return the site, day and first label of all rows of *table*, verified ones included."""
        return set(first_labels_of(self._connection, table))

    def holds_day(self, site: str, day: date) -> bool:
        """Tell whether anything may be kept of *day* of *site* that the store has not."""
        of_day = {"site": site, "day": day.isoformat()}
        return bool(self._connection.execute(sql("holds_day"), of_day).fetchone()[0])

    def holds(self, site: str) -> bool:
        """Tell whether anything of *site* is kept that the store was not seen to hold."""
        return site in self.sites() or is_in_batches(self._connection, site)

    def erase(self, sites: Collection[str]) -> None:
        """Remove all that is kept of *sites*.

        Batches that were not verified lose their rows of them and get a new generation, so that
        what was delivered of them is counted as wrong and delivered anew. Comes before their
        rows are deleted from the store.
        """
        with transaction(self._connection) as connection:
            erased = 0
            for site in sites:
                removed = connection.execute(sql("remove_commits_of_site"), {"site": site})
                erased += sum(views for (views,) in removed.fetchall())
            erased += erase_in_batches(connection, sites)
            _add_to_total(connection, "erased", erased)
        self.tidy()

    def all_site_days(self) -> set[tuple[str, date]]:
        """Return every site and day that has a row here, whatever state it is in; any thread."""
        with closing(open_reader(self.path)) as reader:
            reader.execute("BEGIN")
            return site_days_of(reader)

    def refuse(self, closed: Collection[tuple[str, date]]) -> None:
        """Take out what is kept of the days *closed*, and have the hits behind it counted as late.

        Batches change as they do in `erase`. A replacement of such a day is not done again: the
        day's rows were dropped, and it would bring them back.
        """
        days = {day for _, day in closed}
        with transaction(self._connection) as connection:
            refused = refuse_days(connection, closed)
            for kind, day in self.replacements():
                if day in days:
                    of_day = {"kind": kind, "day": day.isoformat()}
                    connection.execute(sql("remove_replacement"), of_day)
            _add_to_total(connection, "erased", refused)
        self.tidy()

    def replacements(self) -> list[tuple[str, date]]:
        """Return the tables and days whose replacement was decided and not seen to end."""
        rows = self._connection.execute(sql("replacements"))
        return [(table, date.fromisoformat(day)) for table, day in rows]

    def begin_replacement(self, table: str, day: date) -> None:
        """Note that the partition of *day* is about to be replaced."""
        self._replacement("add_replacement", table, day)

    def end_replacement(self, table: str, day: date) -> None:
        """Note that the partition of *day* was replaced."""
        self._replacement("remove_replacement", table, day)

    def audit(self) -> Audit:
        """Return where the acknowledged page views are, as of one moment; from any thread."""
        with closing(open_reader(self.path)) as reader:
            return Audit(*reader.execute(sql("audit")).fetchone())

    def damaged_files(self) -> list[str]:
        """Return the names of spools that were set aside as a whole."""
        return damaged_files(self.path)

    def close(self) -> None:
        """Close the file; the log is emptied into it."""
        self._connection.close()

    def tidy(self) -> None:
        """Empty the log, so that the order of commits goes with it."""
        truncate_log(self._connection)
        self._measure()

    def _measure(self) -> None:
        self.used_bytes = used_bytes(self._connection)

    def _insert(self, connection: sqlite3.Connection, commits: Iterable[Commit]) -> list[Kept]:
        kept = [
            Kept(site, day.isoformat(), table, self._randomness.bytes(KEY_BYTES), views, rows)
            for site, day, table, views, rows in commits
        ]
        connection.executemany(sql("add_commit"), kept)
        return kept

    def _move(self, batch: Batch, before: str, after: str, sign: int) -> None:
        # A batch that was rewritten in the meantime has another generation and stays.
        which = {"id": batch.id, "generation": batch.generation, "before": before, "after": after}
        with transaction(self._connection) as connection:
            for (views,) in connection.execute(sql("set_state"), which).fetchall():
                _add_to_total(connection, "verified", sign * views)

    def _replacement(self, statement: str, table: str, day: date) -> None:
        with transaction(self._connection) as connection:
            connection.execute(sql(statement), {"kind": table, "day": day.isoformat()})


def _keys_by_place(commits: Iterable[Kept]) -> dict[tuple[str, str, str], list[str]]:
    places: dict[tuple[str, str, str], list[str]] = {}
    for kept in commits:
        places.setdefault((kept.site, kept.day, kept.table), []).append(kept.key.hex())
    return places


def _add_to_total(connection: sqlite3.Connection, name: str, n: int) -> None:
    if n:
        connection.execute(sql("add_to_total"), {"name": name, "n": n})
