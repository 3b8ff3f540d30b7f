"""The closed lists hold every name that the collector tells, and change by version only."""

from __future__ import annotations

import hashlib
import inspect

import pytest

from aggregator.disclosure.fold import fold
from collector.coarsen import agent, agent_devices, agent_names, sources
from collector.coarsen.language import language
from collector.coarsen.place import BUNDLED, CountryDatabase, open_places
from oboro.closed_lists import CLOSED_LISTS, CLOSED_LISTS_VERSION
from oboro.contributions import PUBLICATION_TABLES, Keys
from oboro.facts import DIRECT, OTHER, UNKNOWN

DIGESTS = {1: "ca266a30e87d42c8", 2: "e00f18e8065c14a9"}
"""Of each version that was ever in force; only the last entry is ever added to."""


def told(table: str) -> set[str]:
    """Return every name that the collector can write under *table*, where it tells from lists."""
    match table:
        case "sources":
            return {source.name for source in sources.SOURCES.values()} | {DIRECT, OTHER}
        case "browsers":
            return {*agent_names.BROWSERS.values(), *agent_names.BRANDS.values(), OTHER}
        case "systems":
            return {*agent_names.SYSTEMS.values(), OTHER}
        case "devices":
            return {name for _, name in agent_devices._DEVICES} | {
                "tablet",
                "mobile",
                "desktop",
                OTHER,
            }
        case "hours":
            return {f"{hour:02}" for hour in range(24)}
    raise AssertionError(f"{table} is not told from a list")


@pytest.mark.parametrize("table", ["sources", "browsers", "systems", "devices", "hours"])
def test_every_name_that_the_collector_tells_is_a_public_key(table: str) -> None:
    assert told(table) - set(CLOSED_LISTS[table]) == set()


def test_devices_are_told_in_no_other_words() -> None:
    words = [word for word in CLOSED_LISTS["devices"] if word != OTHER]

    sources_of_both = inspect.getsource(agent) + inspect.getsource(agent_devices)
    assert all(f'"{word}"' in sources_of_both for word in words)


def test_every_country_of_the_database_is_a_public_key() -> None:
    if not BUNDLED.exists():
        pytest.skip("the bundled country database is not built")
    places = open_places(None)
    assert isinstance(places, CountryDatabase)
    networks = (bytes([first, second, 0, 0]) for first in range(1, 224) for second in range(256))

    found = {places.country_of(network) for network in networks}
    assert len(found) > 100
    assert found - set(CLOSED_LISTS["countries"]) == set()


@pytest.mark.parametrize("accepted", ["ja", "en-GB,en;q=0.8", "zh-Hant-TW", "pt-BR", "fil", "*"])
def test_usual_languages_are_public_keys(accepted: str) -> None:
    assert language(accepted) in CLOSED_LISTS["languages"]


def test_a_rare_language_is_published_under_other() -> None:
    keys = CLOSED_LISTS["languages"]
    rare = language("ain")
    assert rare not in keys

    assert fold({rare: 3}, keys)[keys.index(OTHER)] == 3


def test_what_may_be_unknown_has_a_key_for_it() -> None:
    assert {table for table, keys in CLOSED_LISTS.items() if UNKNOWN in keys} == {
        "countries",
        "languages",
    }


def test_every_table_with_closed_keys_has_its_list_and_no_other_has() -> None:
    closed = {name for name, table in PUBLICATION_TABLES.items() if table.keys is Keys.CLOSED}

    assert set(CLOSED_LISTS) == closed


def test_keys_stand_once_each_in_the_order_of_publication() -> None:
    for table, keys in CLOSED_LISTS.items():
        assert list(keys) == sorted(set(keys)), table


def test_a_list_changes_with_a_new_version_only() -> None:
    """When this fails: raise CLOSED_LISTS_VERSION and add the digest under the new number."""
    text = "\n".join(
        f"{table}\t{key}" for table in sorted(CLOSED_LISTS) for key in CLOSED_LISTS[table]
    )

    assert DIGESTS[CLOSED_LISTS_VERSION] == hashlib.sha256(text.encode()).hexdigest()[:16]
    assert max(DIGESTS) == CLOSED_LISTS_VERSION
