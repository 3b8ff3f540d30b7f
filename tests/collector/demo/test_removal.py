from __future__ import annotations

from datetime import date
from typing import Any

from collector.demo.removal import remove
from oboro.facts import Fact
from oboro.operations import quiet
from oboro.outcomes import OutcomeCount
from oboro.rooms import closed_days_of
from oboro.workspace import Workspace
from tests.support.workspace import a_site

DEMO, OWN = "city.oboro.example", "example.jp"
TABLES = ("coarse_events", "statistics", "closed_days", "outcomes", "contributions", "days")
COLUMNS = ("site", "day", "state", "open_rows", "kept_rows", "closed_on", "version")
DAYS = (date(2026, 3, 1), date(2026, 3, 2))


def filled(workspace: Workspace) -> Workspace:
    """Return a workspace with a demonstration on both days, and a site of one's own on one."""
    workspace.catalog.add_site(a_site(DEMO, demonstration=True))
    workspace.catalog.add_site(a_site(OWN))
    rows = [(site, day) for site in (DEMO, OWN) for day in DAYS if (site, day) != (OWN, DAYS[1])]
    facts = [Fact(site, day, "total", "", "", 3, 2, 1, 0) for site, day in rows]
    outcomes = [OutcomeCount(site, day, "counted", 3) for site, day in rows]
    marks = [(site, day, "", "imported", "demonstration", 1) for site, day in rows]
    workspace.store.insert("coarse_events", Fact._fields, facts)
    workspace.store.insert("statistics", Fact._fields, facts)
    closed = [(site, day, "closed", 1, 1, day, 3) for site, day in rows]
    workspace.store.insert("closed_days", COLUMNS, closed)
    workspace.store.insert("outcomes", OutcomeCount._fields, outcomes)
    columns = ("site", "day", "publication_table", "key", "n")
    contributions = [(site, day, "totals", "visitor-days", 1) for site, day in rows]
    workspace.store.insert("contributions", columns, contributions)
    workspace.store.insert("days", ("site", "day", "node", "state", "label", "version"), marks)
    return workspace


def sites_with_rows(workspace: Workspace) -> set[tuple[str, Any]]:
    return {
        (table, row[0])
        for table in TABLES
        for row in workspace.store.query(
            "SELECT DISTINCT site FROM {table:Identifier}", {"table": table}
        )
    }


def test_removing_the_demonstration_leaves_every_other_row_and_no_row_of_it(
    workspace: Workspace,
) -> None:
    receipt = remove(filled(workspace), quiet)
    rows = dict.fromkeys(sorted(TABLES), 2)
    assert receipt == {"removed": [DEMO], "rows": rows}
    assert sites_with_rows(workspace) == {(table, OWN) for table in TABLES}
    assert [site.host for site in workspace.catalog.sites()] == [OWN]


def test_a_day_of_the_demonstration_that_was_closed_may_be_filled_again(
    workspace: Workspace,
) -> None:
    closed = closed_days_of(filled(workspace))
    assert closed is not None
    assert closed.is_closed(DEMO, DAYS[0])
    remove(workspace, quiet)
    assert not closed.is_closed(DEMO, DAYS[0])
    assert closed.is_closed(OWN, DAYS[0])


def test_removing_twice_finds_nothing_left(workspace: Workspace) -> None:
    remove(filled(workspace), quiet)
    assert remove(workspace, quiet) == {"removed": [], "rows": {}}
