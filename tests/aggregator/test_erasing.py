"""Erasing a site leaves not a row of it anywhere, every row of the others, and a receipt."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from aggregator import receipts
from aggregator.closing_job import close_days
from aggregator.day_state import OpenDay
from aggregator.days import Days
from aggregator.erasing import erase_site
from oboro.errors import UsageError
from oboro.facts import Fact
from oboro.operations import quiet
from oboro.workspace import Workspace
from tests.support.closing import facts_read
from tests.support.kept_facts import keep
from tests.support.spooled import a_spool, an_entry
from tests.support.workspace import a_site

GONE, STAYS = "gone.example", "stays.example"
CLOSED, OPEN = date(2026, 3, 2), date(2026, 3, 3)
FACTS = [
    Fact(site, day, "total", "", "", 1, 1, 1, 0) for site in (GONE, STAYS) for day in (CLOSED, OPEN)
]


async def filled(workspace: Workspace) -> Workspace:
    """Return a workspace in which both sites have something in every table."""
    for site in (GONE, STAYS):
        workspace.catalog.add_site(a_site(site))
    keep(workspace.store, FACTS)
    for table, site_column, other in workspace.store.query(
        "SELECT t.name, 1, t.partition_key FROM system.tables AS t "
        "WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree' "
        "AND t.name IN (SELECT table FROM system.columns "
        "WHERE database = currentDatabase() AND name = 'site') "
        "AND t.name NOT IN ('coarse_events', 'statistics', 'closed_days', 'receipts', "
        "'imported_events', 'imported_outcomes', 'imported_contributions')"
    ):
        assert site_column
        assert isinstance(other, str)
        rows = [(site, CLOSED) for site in (GONE, STAYS)]
        workspace.store.insert(table, ("site", "day"), rows)
    both = [OpenDay(site, CLOSED, True, 1) for site in (GONE, STAYS)]
    await close_days(workspace, both, quiet)
    return workspace


def sites_by_table(workspace: Workspace) -> dict[str, set[str]]:
    """Return the sites that have rows, by table."""
    tables = workspace.store.query(
        "SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'site'"
    )
    return {
        table: {
            site
            for (site,) in workspace.store.query(
                "SELECT DISTINCT site FROM {table:Identifier}", {"table": table}
            )
        }
        for (table,) in tables
    }


async def test_no_row_is_left_in_any_table_and_the_others_keep_theirs(
    workspace: Workspace,
) -> None:
    await filled(workspace)
    before = sites_by_table(workspace)
    assert sum(GONE in sites for sites in before.values()) >= 6
    answer = await asyncio.to_thread(erase_site, workspace, GONE, quiet)
    after = sites_by_table(workspace)
    assert [table for table, sites in after.items() if GONE in sites] == ["receipts"]
    assert {table for table, sites in after.items() if STAYS in sites} == {
        table for table, sites in before.items() if STAYS in sites
    }
    assert facts_read(workspace.store) == [fact for fact in FACTS if fact.site == STAYS]
    assert answer["rows"]["statistics"] == answer["rows"]["coarse_events"] == 1
    assert [site.host for site in workspace.catalog.sites()] == [STAYS]


async def test_what_waits_in_the_spool_is_erased_with_it(workspace: Workspace) -> None:
    await filled(workspace)
    spool = a_spool(workspace.settings.data_dir)
    await spool.commit(an_entry(site=GONE))
    await spool.commit(an_entry(site=STAYS))
    await spool.close()
    await asyncio.to_thread(erase_site, workspace, GONE, quiet)
    again = a_spool(workspace.settings.data_dir)
    assert await asyncio.to_thread(again.outbox.holds, STAYS)
    assert not await asyncio.to_thread(again.outbox.holds, GONE)
    await again.close()


async def test_the_receipt_says_what_went_and_the_day_may_be_filled_again(
    workspace: Workspace,
) -> None:
    await filled(workspace)
    await asyncio.to_thread(erase_site, workspace, GONE, quiet)
    found = {receipt["table"]: receipt for receipt in receipts.documents(workspace.store)}
    assert found["statistics"]["rows"] == 1
    assert found[""]["rows"] == sum(one["rows"] for table, one in found.items() if table)
    assert {receipt["state"] for receipt in found.values()} == {"done"}
    assert not Days.of(workspace).is_closed(GONE, CLOSED)
    assert Days.of(workspace).is_closed(STAYS, CLOSED)


async def test_a_site_that_was_erased_or_never_was_is_refused(workspace: Workspace) -> None:
    await filled(workspace)
    await asyncio.to_thread(erase_site, workspace, GONE, quiet)
    with pytest.raises(UsageError, match="nothing is kept of it"):
        await asyncio.to_thread(erase_site, workspace, GONE, quiet)
    workspace.catalog.update_site(a_site(STAYS, aliases=("alias.example",)))
    with pytest.raises(UsageError, match=r"alias of stays\.example"):
        await asyncio.to_thread(erase_site, workspace, "alias.example", quiet)
