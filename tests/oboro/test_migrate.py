"""Migrations: forward only, each once, and never changed behind the store's back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oboro.errors import Conflict
from oboro.migrate import Migration, migrate, migrations, pending
from oboro.store import Store

EXTRA = Migration(
    9000,
    "9000_extra.sql",
    "-- One; two.\nCREATE TABLE IF NOT EXISTS extra (n UInt8) ENGINE = MergeTree ORDER BY n;\n"
    "ALTER TABLE extra ADD COLUMN IF NOT EXISTS m UInt8;\n",
)


@pytest.fixture
def forgetful(store: Store) -> Iterator[Store]:
    """A store that forgets the extra step afterwards."""
    yield store
    store.command("DROP TABLE IF EXISTS extra")
    store.command("DELETE FROM migrations WHERE number = 9000")


def test_the_steps_of_this_version_are_numbered_without_a_gap() -> None:
    numbers = [step.number for step in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_migrated_store_waits_for_nothing(store: Store) -> None:
    assert pending(store) == []


def test_a_dry_run_only_tells(forgetful: Store) -> None:
    steps = [*migrations(), EXTRA]
    assert migrate(forgetful, dry_run=True, steps=steps) == [EXTRA]
    assert forgetful.query("EXISTS TABLE extra") == [(0,)]


def test_a_step_is_run_once(forgetful: Store) -> None:
    steps = [*migrations(), EXTRA]
    assert [migrate(forgetful, steps=steps), migrate(forgetful, steps=steps)] == [[EXTRA], []]
    assert forgetful.query("SELECT n, m FROM extra") == []


def test_a_step_that_was_changed_after_it_ran_is_refused(forgetful: Store) -> None:
    migrate(forgetful, steps=[*migrations(), EXTRA])
    changed = Migration(EXTRA.number, EXTRA.name, EXTRA.text + "-- later\n")
    with pytest.raises(Conflict, match=r"9000_extra\.sql"):
        migrate(forgetful, steps=[*migrations(), changed])


def test_a_store_of_a_newer_version_is_refused(forgetful: Store) -> None:
    migrate(forgetful, steps=[*migrations(), EXTRA])
    with pytest.raises(Conflict, match="newer"):
        migrate(forgetful)


def test_every_statement_of_every_step_can_run_twice(store: Store) -> None:
    for step in migrations():
        for statement in step.statements:
            store.command(statement)
    assert pending(store) == []
