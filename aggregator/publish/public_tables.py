"""Which tables of a period are drawn, over which public keys: all fixed before its first day."""

from __future__ import annotations

from aggregator.disclosure.fold import public_keys
from aggregator.publish.drawing import PublicTable
from aggregator.publish.periods import Period
from oboro.catalog import Catalog
from oboro.closed_lists import CLOSED_LISTS, CLOSED_LISTS_VERSION
from oboro.contributions import PUBLICATION_TABLES, Keys
from oboro.policy import ALWAYS, PublicationPolicy


def public_tables(
    catalog: Catalog, host: str, period: Period, policy: PublicationPolicy
) -> list[PublicTable]:
    """Return the tables that *policy* publishes of *host* for *period*, in their order.

    A listed table has the keys that were in force on the period's first day, hence listed before
    it; without a list there is no such table.
    """
    tables = []
    for table in PUBLICATION_TABLES.values():
        if not policy.epsilon_of(table.name):
            continue
        if table.keys is Keys.CLOSED:
            tables.append(
                PublicTable(
                    name=table.name,
                    kind="closed",
                    keys=CLOSED_LISTS[table.name],
                    version=CLOSED_LISTS_VERSION,
                    listed_on=None,
                )
            )
        elif listed := catalog.key_set_on(host, table.name, period.first):
            always = listed.in_force_from == ALWAYS
            tables.append(
                PublicTable(
                    name=table.name,
                    kind="listed",
                    keys=public_keys(listed.keys),
                    version=listed.version,
                    listed_on=None if always else listed.listed_on.isoformat(),
                )
            )
    return tables
