"""Bring the store's tables up to date: numbered steps, forward only, each run once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from oboro.errors import Conflict
from oboro.sql import load_sql
from oboro.store import Store

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: a file of statements."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        """The statements, which end with a semicolon at the end of a line."""
        parts = re.split(r";\s*(?:\n|\Z)", self.text)
        return [part.strip() for part in parts if part.strip()]


def migrations() -> list[Migration]:
    """Return the steps of this version of Oboro, in order."""
    found = []
    for entry in files("oboro.schema").iterdir():
        if match := _NAME.fullmatch(entry.name):
            text = entry.read_text(encoding="utf-8")
            found.append(Migration(int(match[1]), entry.name, text))
    return sorted(found, key=lambda step: step.number)


def pending(store: Store, steps: Sequence[Migration] | None = None) -> list[Migration]:
    """Return the steps the store has not seen; refuse one that changed after it was run."""
    steps = migrations() if steps is None else steps
    done = _applied(store)
    if unknown := set(done) - {step.number for step in steps}:
        raise Conflict(
            f"the store has step {max(unknown):04} of a newer Oboro; run that version instead"
        )
    for step in steps:
        if done.get(step.number, step.checksum) != step.checksum:
            raise Conflict(
                f"oboro/schema/{step.name} was changed after it was run; "
                "put the old text back and write the change as a new step"
            )
    return [step for step in steps if step.number not in done]


def migrate(
    store: Store, dry_run: bool = False, steps: Sequence[Migration] | None = None
) -> list[Migration]:
    """Run the steps the store has not seen, and return them; *dry_run* only returns them."""
    waiting = pending(store, steps)
    if dry_run:
        return waiting
    store.command(load_sql("oboro.schema", "ledger.sql"))
    for step in waiting:
        for statement in step.statements:
            store.command(statement)
        store.insert(
            "migrations", ("number", "name", "checksum"), [(step.number, step.name, step.checksum)]
        )
    return waiting


def _applied(store: Store) -> dict[int, str]:
    if store.query("EXISTS TABLE migrations") == [(0,)]:
        return {}
    rows = store.query("SELECT number, checksum FROM migrations")
    return {int(number): str(checksum) for number, checksum in rows}
