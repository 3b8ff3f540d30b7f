"""Imports begin, stage, move and end; a kill at any point leaves each day once or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from collector.log_import import staging
from collector.log_import.imports import IMPORTED, Imports
from collector.log_import.journal import Journal, Rows
from oboro.contributions import Contribution
from oboro.errors import Conflict, OboroError, UsageError
from oboro.facts import Fact
from oboro.operations import quiet
from oboro.outcomes import OutcomeCount
from oboro.store import Store, StoreError
from oboro.workspace import Workspace
from tests.support.workspace import a_site

SITE = "example.jp"
DAYS = (date(2026, 3, 1), date(2026, 3, 2))
STATES: Mapping[str, Mapping[date, str]] = {SITE: dict.fromkeys(DAYS, IMPORTED)}
LABEL = "objections not knowable"
FACTS = [
    fact
    for day in DAYS
    for fact in (
        Fact(SITE, day, "total", "", "", 7, 3, 2, 0),
        Fact(SITE, day, "page", "/a/", "", 5, 2, 2, 0),
        Fact(SITE, day, "page", "/b/", "", 2, 2, 1, 0),
    )
]
OUTCOMES = [OutcomeCount(SITE, day, "counted", 7) for day in DAYS]
CONTRIBUTIONS = [
    Contribution(SITE, day, table, key, 2)
    for day in DAYS
    for table, key in (("pages", "/a/"), ("totals", "visitor-days"))
]
ALL = [*sorted(FACTS), *sorted(OUTCOMES), *sorted(CONTRIBUTIONS)]
TABLES = ("coarse_events", "outcomes", "contributions", "days")


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def counted(workspace: Workspace) -> Workspace:
    workspace.catalog.add_site(a_site(SITE))
    return workspace


def begun(imports: Imports) -> str:
    return imports.begin(STATES, LABEL, os.getpid())


def staged(imports: Imports) -> str:
    id_ = begun(imports)
    imports.stage(id_, FACTS, OUTCOMES, CONTRIBUTIONS)
    return id_


def restarted(workspace: Workspace) -> Imports:
    """Return what a new process finds."""
    imports = Imports(workspace)
    imports.recover(quiet)
    return imports


def kept(store: Store) -> list[tuple[Any, ...]]:
    return [
        row
        for table in TABLES[:3]
        for row in store.query(
            "SELECT * EXCEPT (node, batch) FROM {table:Identifier} ORDER BY ALL", {"table": table}
        )
    ]


def test_a_finished_import_is_all_there_once_and_nothing_else_is(counted: Workspace) -> None:
    imports = Imports(counted)
    imports.finish(staged(imports), {}, quiet)
    assert kept(counted.store) == ALL
    assert counted.store.query("SELECT site, day, state, label FROM days ORDER BY day") == [
        (SITE, day, IMPORTED, LABEL) for day in DAYS
    ]
    assert staging.staged_imports(counted.store) == []
    assert Journal(counted.catalog.engine).entries() == []


def test_imported_rows_carry_no_batch_number(counted: Workspace) -> None:
    imports = Imports(counted)
    imports.finish(staged(imports), {}, quiet)
    assert counted.store.query(
        "SELECT DISTINCT hex(batch) FROM (SELECT batch FROM coarse_events"
        " UNION ALL SELECT batch FROM outcomes UNION ALL SELECT batch FROM contributions)"
    ) == [("00" * 16,)]


def test_nothing_is_seen_of_an_import_before_it_is_finished(counted: Workspace) -> None:
    staged(Imports(counted))
    assert kept(counted.store) == []
    assert counted.store.query("SELECT count() FROM facts_kept") == [(0,)]


def test_an_import_whose_process_was_killed_while_staging_is_discarded(counted: Workspace) -> None:
    staged(Imports(counted))
    restarted(counted)
    assert kept(counted.store) == []
    assert staging.staged_imports(counted.store) == []
    assert Journal(counted.catalog.engine).entries() == []


def steps_of(counted: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], bool]:
    """Return what kills the process after so many statements; True when it came through."""

    def finish_until(allowed: int) -> bool:
        imports = Imports(counted)
        id_ = staged(imports)
        done = 0
        store = counted.store

        def counting(run: Callable[..., Any]) -> Callable[..., Any]:
            def called(*arguments: Any, **named: Any) -> Any:
                nonlocal done
                if done == allowed:
                    raise Killed
                done += 1
                return run(*arguments, **named)

            return called

        with monkeypatch.context() as patch:
            for name in ("command", "insert"):
                patch.setattr(store, name, counting(getattr(store, name)))
            try:
                imports.finish(id_, {}, quiet)
            except Killed:
                return False
        return True

    return finish_until


def test_a_kill_after_any_statement_of_the_move_leaves_each_day_once(
    counted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish_until = steps_of(counted, monkeypatch)
    for allowed in range(20):
        for table in TABLES:
            counted.store.command(f"TRUNCATE TABLE {table}")
        through = finish_until(allowed)
        restarted(counted)
        assert kept(counted.store) == ALL
        assert counted.store.query("SELECT count() FROM days FINAL") == [(len(DAYS),)]
        if through:
            break
    assert allowed > 3
    assert through


def test_a_day_that_is_there_in_part_is_moved_anew(
    counted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not steps_of(counted, monkeypatch)(0)
    counted.store.insert("coarse_events", Fact._fields, FACTS[:2])
    restarted(counted)
    assert kept(counted.store) == ALL


@pytest.mark.parametrize("kind", ["events", "outcomes", "contributions"])
def test_staged_rows_that_got_lost_are_noticed_before_anything_moves(
    counted: Workspace, kind: str
) -> None:
    imports = Imports(counted)
    id_ = staged(imports)
    counted.store.command("TRUNCATE TABLE {table:Identifier}", {"table": f"imported_{kind}"})
    with pytest.raises(OboroError, match="not all there"):
        imports.finish(id_, {}, quiet)
    assert kept(counted.store) == []


def test_a_second_import_of_a_day_is_a_conflict_that_names_it_and_writes_nothing(
    counted: Workspace,
) -> None:
    imports = Imports(counted)
    imports.finish(staged(imports), {}, quiet)
    before = kept(counted.store)
    with pytest.raises(Conflict, match="2026-03-01, 2026-03-02"):
        begun(imports)
    assert kept(counted.store) == before
    assert Journal(counted.catalog.engine).entries() == []


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("coarse_events", {"site": SITE, "day": DAYS[1], "topic": "total", "views": 1}),
        ("outcomes", {"site": SITE, "day": DAYS[1], "outcome": "bot", "n": 1}),
        ("contributions", {"site": SITE, "day": DAYS[1], "publication_table": "totals", "n": 1}),
        ("days", {"site": SITE, "day": DAYS[1], "node": "", "state": IMPORTED, "version": 1}),
    ],
)
def test_a_day_of_which_anything_is_kept_is_a_conflict(
    counted: Workspace, table: str, row: Mapping[str, Any]
) -> None:
    counted.store.insert(table, tuple(row), [tuple(row.values())])
    with pytest.raises(Conflict, match="figures of 2026-03-02;"):
        begun(Imports(counted))


def test_a_day_on_which_a_collector_ran_and_counted_nothing_can_be_imported(
    counted: Workspace,
) -> None:
    mark = (SITE, DAYS[1], "1", "partial", 1)
    counted.store.insert("days", ("site", "day", "node", "state", "version"), [mark])
    assert begun(Imports(counted))


@pytest.mark.parametrize("day", [date(2026, 3, 4), date(2026, 3, 5)])
def test_a_day_that_is_not_over_in_the_sites_zone_is_a_conflict(
    counted: Workspace, day: date
) -> None:
    with pytest.raises(Conflict, match=f"{day} of example.jp is not over"):
        Imports(counted).begin({SITE: {day: IMPORTED}}, LABEL, os.getpid())


def test_two_imports_of_one_day_at_once_are_a_conflict(counted: Workspace) -> None:
    imports = Imports(counted)
    staged(imports)
    with pytest.raises(Conflict, match="another import"):
        begun(imports)


def test_an_import_whose_reader_is_gone_makes_room_for_another(counted: Workspace) -> None:
    imports = Imports(counted)
    # A number that no process has: the kernel's are smaller.
    imports.begin(STATES, LABEL, 2**30)
    imports.recover(quiet)
    assert staged(imports)


def test_one_import_of_another_site_does_not_disturb(counted: Workspace) -> None:
    counted.catalog.add_site(a_site("example.com"))
    imports = Imports(counted)
    first = staged(imports)
    second = imports.begin({"example.com": {DAYS[0]: IMPORTED}}, "", os.getpid())
    other = Fact("example.com", DAYS[0], "total", "", "", 1, 1, 1, 0)
    imports.stage(second, [other], [], [])
    imports.recover(quiet)
    imports.finish(second, {}, quiet)
    assert kept(counted.store) == [other]
    imports.finish(first, {}, quiet)
    assert len(kept(counted.store)) == len(ALL) + 1


def test_the_same_rows_can_be_imported_again_after_they_were_removed(counted: Workspace) -> None:
    imports = Imports(counted)
    for _ in range(2):
        for table in TABLES:
            counted.store.command(f"ALTER TABLE {table} DELETE WHERE 1 SETTINGS mutations_sync = 2")
        imports.finish(staged(imports), {}, quiet)
    assert kept(counted.store) == ALL


def test_days_that_were_not_named_are_not_staged(counted: Workspace) -> None:
    imports = Imports(counted)
    id_ = begun(imports)
    stray = Fact(SITE, date(2026, 2, 1), "total", "", "", 1, 1, 1, 0)
    with pytest.raises(UsageError, match="2026-02-01"):
        imports.stage(id_, [stray], [], [])


def test_a_journal_of_a_version_without_contributions_is_read(counted: Workspace) -> None:
    imports = Imports(counted)
    begun(imports)
    engine = counted.catalog.engine
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE import_days DROP COLUMN contributions"))

    (entry,) = Journal(engine).entries()

    assert set(entry.days.values()) == {Rows(0, 0, 0)}


def test_an_unknown_site_is_a_usage_error(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match=r"unknown\.example is not counted here"):
        Imports(workspace).begin({"unknown.example": {DAYS[0]: IMPORTED}}, "", os.getpid())


def test_a_move_that_failed_is_finished_by_the_next_one_who_asks(
    counted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports = Imports(counted)
    id_ = staged(imports)

    def failing(*_: Any) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(counted.store, "command", failing)
        with pytest.raises(StoreError):
            imports.finish(id_, {}, quiet)
    imports.recover(quiet)
    assert kept(counted.store) == ALL
