"""What can be kept at all: no moment finer than the hour, nobody, and no third attribute.

Each column that may exist is judged here once. A new one fails until somebody judged it too.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from aggregator.job_record import METADATA as JOB_TABLES
from aggregator.publish.budget import FILE as BUDGET
from aggregator.publish.budget import BudgetLedger
from collector.coarsen.classes import SECONDS, seconds_class
from collector.log_import.journal import METADATA as IMPORT_TABLES
from collector.spooling.database import open_database
from oboro.catalog import Catalog
from oboro.contributions import PUBLICATION_TABLES
from oboro.topics import CROSSINGS, SINGLES, STEP_OF, STEPS, TOPICS, crossing_of
from oboro.workspace import Workspace
from tests.support.command_line import run_oboro

WHERE_AND_WHEN = {"site", "day"}
COUNTS = {"views", "visits", "visitors", "events", "n"}
COARSE_VALUES = {"topic", "value", "value2", "outcome"}
OF_A_PUBLICATION = {"publication_table", "key"}
"""A table's name, and one coarse value in it: the key of a publication is nobody's key."""
OF_A_WRITE = {"batch"}
"""Random numbers of writes; within the hour they are gone."""
OF_A_WRITER = {"node"}
"""The collector that wrote a row: it stands for a part of all networks, and for nothing finer."""
OF_A_COLLECTOR = {"said", "directory", "process", "part", "heard_at", "catalog", "handed_on"}
"""Random numbers of data directories and processes; when one spoke, which it does by the clock."""
OF_WHAT_IS_DECLARED = {"document"}
"""What operators wrote, as in the catalog."""
OF_AN_IMPORT = {"import"}
"""Random numbers of imports, in the tables where their days are staged; gone when they end."""
OF_A_DAY = {"node", "state", "label", "version"}
OF_A_CLOSING = {"open_rows", "kept_rows", "closed_on", "code"}
"""How many rows a whole day had, the day on which it was summed, and why one was not."""
OF_A_RECEIPT = {"action", "first", "last", "table_name", "done_on", "dropped_on", "step"}
"""Which days' rows were dropped for good, on which day, and whether that is over."""
OF_A_MIGRATION = {"number", "name", "checksum"}
COLUMNS_OF_THE_STORE = (
    WHERE_AND_WHEN
    | COUNTS
    | COARSE_VALUES
    | OF_A_PUBLICATION
    | OF_A_WRITE
    | OF_A_WRITER
    | OF_A_COLLECTOR
    | OF_WHAT_IS_DECLARED
    | OF_AN_IMPORT
    | OF_A_DAY
    | OF_A_CLOSING
    | OF_A_RECEIPT
    | OF_A_MIGRATION
)

TYPES_OF_THE_STORE = {
    "String",
    "LowCardinality(String)",
    "FixedString(16)",
    "Date",
    "UInt16",
    "UInt64",
}
"""No type of these holds a time of day, an address or an identifier."""

TABLES_OF_THE_SPOOL = {
    "commits": {"site", "day", "kind", "key", "views", "rows"},
    "batches": {"id", "generation", "state", "kind", "day", "n", "views", "rows"},
    "set_aside": {"id", "kind", "day", "views", "reason", "rows"},
    "replacements": {"kind", "day"},
    "totals": {"name", "n"},
}
TABLES_OF_THE_CATALOG = {
    "sites": {
        "host",
        "zone",
        "aliases",
        "campaigns",
        "events",
        "query_keys",
        "search_keys",
        "properties",
        "downloads",
        "known_as",
        "section_depth",
        "sections",
        "excluded_networks",
        "excluded_hosts",
        "excluded_paths",
        "spam_referrers",
        "demonstration",
    },
    "policies": {
        "host",
        "version",
        "decided_on",
        "in_force_from",
        "cadence",
        "epsilon",
        "distinct_keys",
        "shares",
    },
    "key_sets": {"host", "name", "version", "listed_on", "in_force_from", "keys"},
    "goals": {"host", "name", "version", "decided_on", "in_force_from", "page", "event"},
    "funnels": {"host", "name", "version", "decided_on", "in_force_from", "steps"},
    "site_keys": {"digest", "host", "made_at", "until"},
    "page_titles": {"host", "page", "title", "title_ja", "title_en"},
    "site_changes": {"host", "day", "what"},
}
"""All of it is what operators wrote; a site's key is theirs, and its moments are of making it."""
TABLES_OF_THE_BUDGET = {
    "entries": {
        "number",
        "site",
        "dataset",
        "subject",
        "first",
        "last",
        "step",
        "details",
        "previous",
        "hash",
    },
}
"""Its details are of periods, tables and bundles."""
TABLES_OF_IMPORTS = {
    "imports": {"import", "state", "label", "process"},
    "import_days": {"import", "site", "day", "state", "events", "outcomes", "contributions"},
}
TABLES_OF_JOBS = {
    "job_runs": {"id", "job", "begun", "ended", "done", "failed"},
    "job_failures": {"job", "site", "day", "code", "why", "waits", "since"},
}
"""Their moments are those of our own jobs: they tell when a whole day was summed, and of nobody."""


def test_the_store_has_no_column_that_was_not_judged(workspace: Workspace) -> None:
    tables = run_oboro("schema", "--json", workspace=workspace).document["tables"]

    found = {column["name"] for table in tables for column in table["columns"]}
    types = {column["type"] for table in tables for column in table["columns"]}

    assert {"coarse_events", "outcomes", "contributions", "days"} <= {
        table["name"] for table in tables
    }
    assert found == COLUMNS_OF_THE_STORE
    assert types <= TYPES_OF_THE_STORE


def test_the_store_is_all_in_the_tables_that_the_schema_names(workspace: Workspace) -> None:
    named = {
        table["name"]
        for table in run_oboro("schema", "--json", workspace=workspace).document["tables"]
    }
    there = workspace.store.query(
        "SELECT name FROM system.tables WHERE database NOT IN ('system', 'information_schema',"
        " 'INFORMATION_SCHEMA') AND NOT is_temporary"
    )

    assert {name for (name,) in there} <= named | {"migrations"}


def test_the_engine_keeps_no_log_of_its_own(workspace: Workspace) -> None:
    logs = workspace.store.query(
        "SELECT name FROM system.tables WHERE database = 'system' AND engine LIKE '%MergeTree'"
    )

    assert logs == []


def test_the_spool_has_no_column_that_was_not_judged(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "spool.db")) as spool:
        assert _tables(spool) == TABLES_OF_THE_SPOOL


def test_the_catalog_has_no_column_that_was_not_judged(tmp_path: Path) -> None:
    Catalog.open(f"sqlite:///{tmp_path / 'catalog.db'}").close()

    with closing(sqlite3.connect(tmp_path / "catalog.db")) as catalog:
        assert _tables(catalog) == TABLES_OF_THE_CATALOG


def test_the_budget_ledger_has_no_column_that_was_not_judged(tmp_path: Path) -> None:
    BudgetLedger.open(tmp_path).close()

    with closing(sqlite3.connect(tmp_path / BUDGET)) as ledger:
        assert _tables(ledger) == TABLES_OF_THE_BUDGET


def test_what_imports_and_jobs_note_was_judged() -> None:
    for tables, judged in (
        (IMPORT_TABLES, TABLES_OF_IMPORTS),
        (JOB_TABLES, TABLES_OF_JOBS),
    ):
        assert {t.name: {c.name for c in t.columns} for t in tables.tables.values()} == judged


def test_a_publication_table_has_one_attribute_and_a_bound_of_its_own() -> None:
    singles = {topic.name for topic in SINGLES}

    assert all(table.topic in singles | {""} for table in PUBLICATION_TABLES.values())
    assert {table.l0(8) for table in PUBLICATION_TABLES.values()} == {1, 8}


def test_no_topic_has_more_than_two_attributes() -> None:
    assert all(len(topic.attributes) <= 1 for topic in SINGLES)
    assert all(len(topic.attributes) == 2 for topic in CROSSINGS)
    assert len(TOPICS) == len(SINGLES) + len(CROSSINGS)


def test_crossings_are_of_topics_that_exist_and_at_most_sixteen() -> None:
    singles = {topic.name for topic in SINGLES}

    # A page before, and a page after, are names of pages like any other.
    assert all(set(crossing.attributes) <= singles | STEPS.keys() for crossing in CROSSINGS)
    assert STEP_OF in singles
    assert len(CROSSINGS) <= 16
    assert all(crossing_of(*crossing.attributes) is crossing for crossing in CROSSINGS)


def test_no_topic_tells_a_moment_finer_than_the_hour_or_names_somebody() -> None:
    finer = re.compile("minute|second|time|moment|visitor|user|person|session|address|agent|hash")

    named = {attribute for topic in TOPICS.values() for attribute in topic.attributes}

    # How long pages were in view is one of six classes of a whole visit, and no moment.
    assert {name for name in named if finer.search(name)} == {"time"}
    assert {seconds_class(seconds) for seconds in range(90_000)} == set(SECONDS)


def _tables(database: sqlite3.Connection) -> dict[str, set[str]]:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        name: {row[1] for row in database.execute(f"PRAGMA table_info({name})")}
        for (name,) in names
    }
