"""Policies and key sets: versions that are never changed, each from its day on."""

from __future__ import annotations

import dataclasses
from contextlib import closing
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from oboro.catalog import Catalog
from oboro.policy import ALWAYS, DEFAULT_POLICY, Cadence, KeySet, PublicationPolicy, policy_on
from oboro.settings import Settings
from tests.support.workspace import a_site

DAY = date(2026, 3, 5)
POLICY = PublicationPolicy(
    decided_on=DAY - timedelta(1),
    in_force_from=DAY,
    cadence=Cadence.WEEK,
    epsilon=Fraction(1, 3),
    distinct=5,
    shares={"totals": Fraction(1, 7), "pages": Fraction(2, 3)},
)


def policies_of(catalog: Catalog) -> tuple[PublicationPolicy, ...]:
    site = catalog.site_for("example.jp")
    assert site is not None
    return site.policies


def test_a_decision_survives_a_restart_to_the_last_fraction(
    catalog: Catalog, settings: Settings
) -> None:
    catalog.add_site(a_site())
    kept = catalog.add_policy("example.jp", POLICY)

    with closing(Catalog.open(f"sqlite:///{settings.data_dir / 'catalog.db'}")) as again:
        assert policies_of(again) == (kept,)
    assert kept == dataclasses.replace(POLICY, version=2)


def test_a_first_decision_for_all_days_is_version_1(catalog: Catalog) -> None:
    catalog.add_site(a_site())

    kept = catalog.add_policy("example.jp", dataclasses.replace(POLICY, in_force_from=ALWAYS))

    assert kept.version == 1
    assert policy_on(date(2015, 1, 1), policies_of(catalog)) == kept


def test_the_days_before_a_decision_keep_the_version_they_had(catalog: Catalog) -> None:
    catalog.add_site(a_site())
    second = catalog.add_policy("example.jp", POLICY)
    third = catalog.add_policy(
        "example.jp", dataclasses.replace(POLICY, in_force_from=DAY + timedelta(7), distinct=3)
    )

    kept = policies_of(catalog)

    assert policy_on(DAY - timedelta(1), kept) == DEFAULT_POLICY
    assert all(policy_on(DAY + timedelta(n), kept) == second for n in range(7))
    assert policy_on(DAY + timedelta(7), kept) == third


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.lists(st.text(), max_size=20))
def test_keys_come_back_sorted_each_once(catalog: Catalog, keys: list[str]) -> None:
    written = KeySet(table="pages", keys=tuple(keys), listed_on=DAY, in_force_from=DAY)

    kept = catalog.add_key_set("example.jp", written)

    assert kept.keys == tuple(sorted(set(keys)))
    assert catalog.key_set_on("example.jp", "pages", DAY) == kept


def test_a_list_holds_from_its_day_on_and_for_its_table_and_site_only(catalog: Catalog) -> None:
    old, new = (
        catalog.add_key_set(
            "example.jp",
            KeySet(table="pages", keys=(key,), listed_on=first, in_force_from=first),
        )
        for key, first in (("/old", DAY), ("/new", DAY + timedelta(7)))
    )

    assert catalog.key_set_on("example.jp", "pages", DAY - timedelta(1)) is None
    assert catalog.key_set_on("example.jp", "pages", DAY + timedelta(6)) == old
    assert catalog.key_set_on("example.jp", "pages", DAY + timedelta(7)) == new
    assert catalog.key_set_on("example.jp", "events", DAY + timedelta(7)) is None
    assert catalog.key_set_on("other.jp", "pages", DAY + timedelta(7)) is None


def test_a_site_that_is_forgotten_takes_its_decisions_along(catalog: Catalog) -> None:
    catalog.add_site(a_site())
    catalog.add_policy("example.jp", POLICY)
    catalog.add_key_set("example.jp", KeySet(table="pages", keys=("/",)))
    catalog.remove_site("example.jp")
    catalog.add_site(a_site())

    assert policies_of(catalog) == ()
    assert catalog.key_set_on("example.jp", "pages", DAY) is None
