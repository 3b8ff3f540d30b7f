"""Each attack finds the bug it is there for, and none finds anything in honest publications."""

from __future__ import annotations

import dataclasses

import msgspec
import numpy as np
import pytest
from numpy.random import Generator

from aggregator.attack.bundle import Bundle, Finding
from aggregator.attack.suite import attack
from oboro.closed_lists import CLOSED_LISTS_VERSION
from oboro.publication import Gap, PublicKeys
from tests.aggregator.attack.releases import POLICY, PUBLIC, Publisher, bundle_of

MAY = ("2026-05-01", "2026-05-31")
JUNE = ("2026-06-01", "2026-06-30")


@pytest.fixture
def rng() -> Generator:
    """A generator of the test's own: what it draws is public."""
    return np.random.default_rng(20260601)


def found_in(*bundles: Bundle) -> list[Finding]:
    """Return what the attacks find."""
    return attack(bundles, PUBLIC)


def attacks_of(found: list[Finding]) -> set[str]:
    """Return which attacks found something."""
    return {finding.attack for finding in found}


@pytest.mark.parametrize("seed", range(20))
def test_honest_publications_stand(seed: int) -> None:
    publisher = Publisher(rng=np.random.default_rng(seed))
    may, june = publisher.draw(MAY), publisher.draw(JUNE)

    found = found_in(
        publisher.publish({MAY: may}),
        publisher.publish({JUNE: june}, number=2),
        publisher.publish({MAY: may, JUNE: june}, number=3),
        publisher.publish({MAY: may}, number=4),
    )

    assert found == []


def test_what_was_published_with_an_older_list_stands_beside_a_longer_one(rng: Generator) -> None:
    publisher = Publisher(rng=rng)
    made = publisher.publish({MAY: publisher.draw(MAY)})
    longer = {name: keys | {"new"} for name, keys in PUBLIC.items()}
    tables = tuple(
        msgspec.structs.replace(
            table, key_set=PublicKeys(kind=table.key_set.kind, version=CLOSED_LISTS_VERSION - 1)
        )
        for table in made.publication.tables
    )
    older = bundle_of(msgspec.structs.replace(made.publication, tables=tables))

    assert attack([older], longer) == []
    assert attacks_of(attack([made], longer)) == {"keys"}


def test_half_the_noise_is_measured(rng: Generator) -> None:
    publisher = Publisher(rng=rng, factor=0.5)

    found = found_in(publisher.publish({MAY: publisher.draw(MAY)}))

    assert attacks_of(found) == {"noise"}
    assert "of what is stated" in found[0].says


def test_noise_three_quarters_as_large_is_measured_over_a_year() -> None:
    publisher = Publisher(rng=np.random.default_rng(1), factor=0.75)
    months = [(f"2026-{month:02}-01", f"2026-{month:02}-28") for month in range(1, 13)]

    found = found_in(*(publisher.publish({span: publisher.draw(span)}) for span in months))

    assert "noise" in attacks_of(found)


def test_a_forgotten_bound_is_seen_in_the_statement(rng: Generator) -> None:
    publisher = Publisher(rng=rng, bounds={"pages": 1})

    found = found_in(publisher.publish({MAY: publisher.draw(MAY)}))

    assert {finding.says.split(":")[0] for finding in found} == {"pages"}
    assert "statement" in attacks_of(found)


def test_a_period_that_is_drawn_again_contradicts_itself(rng: Generator) -> None:
    publisher = Publisher(rng=rng)

    found = found_in(
        publisher.publish({MAY: publisher.draw(MAY)}),
        publisher.publish({MAY: publisher.draw(MAY)}, number=2),
    )

    assert attacks_of(found) == {"subtraction"}


def test_a_draw_made_anew_within_a_longer_range_contradicts_the_months(rng: Generator) -> None:
    publisher = Publisher(rng=rng)
    may, june = publisher.draw(MAY), publisher.draw(JUNE)

    found = found_in(
        publisher.publish({MAY: may}),
        publisher.publish({JUNE: june}, number=2),
        publisher.publish({MAY: may, JUNE: publisher.draw(JUNE)}, number=3),
    )

    assert attacks_of(found) == {"subtraction"}
    assert {finding.bundle for finding in found} == {"0003"}


def test_periods_that_share_days_spend_them_twice(rng: Generator) -> None:
    publisher = Publisher(rng=rng)
    other = ("2026-05-25", "2026-06-24")

    found = found_in(
        publisher.publish({MAY: publisher.draw(MAY)}),
        publisher.publish({other: publisher.draw(other)}, number=2),
    )

    assert attacks_of(found) == {"subtraction"}


def test_zero_rows_that_are_left_out_are_missed(rng: Generator) -> None:
    publisher = Publisher(rng=rng, keep=lambda _key, n: n > 0)

    found = found_in(publisher.publish({MAY: publisher.draw(MAY)}))

    assert "keys" in attacks_of(found)


def test_keys_that_come_from_what_was_counted_are_seen(rng: Generator) -> None:
    publisher = Publisher(rng=rng)
    bundle = publisher.publish({MAY: publisher.draw(MAY)})

    found = attack([bundle], {**PUBLIC, "pages": PUBLIC["pages"] - {"pages-003"}})

    assert [finding.attack for finding in found] == ["keys"]
    assert "not public before" in found[0].says


def test_a_list_made_once_the_days_had_begun_is_seen(rng: Generator) -> None:
    publisher = Publisher(rng=rng)
    publication = publisher.publish({MAY: publisher.draw(MAY)}).publication
    late = PublicKeys(kind="listed", version=1, listed_on=MAY[0])
    tables = tuple(
        msgspec.structs.replace(table, key_set=late) if table.name == "pages" else table
        for table in publication.tables
    )

    found = found_in(bundle_of(msgspec.structs.replace(publication, tables=tables)))

    assert attacks_of(found) == {"keys"}


def test_noise_that_is_cut_off_before_it_is_summed_is_seen(rng: Generator) -> None:
    publisher = Publisher(rng=rng, clamps=True)

    found = found_in(publisher.publish({MAY: publisher.draw(MAY)}))

    assert "noise" in attacks_of(found)
    assert any("cut off" in finding.says for finding in found)


def test_noise_from_a_seed_is_recognised_in_the_next_month() -> None:
    bundles = [
        (publisher := Publisher(rng=np.random.default_rng(7))).publish(
            {span: publisher.draw(span)}, number=number
        )
        for number, span in enumerate((MAY, JUNE), 1)
    ]

    found = found_in(*bundles)

    assert attacks_of(found) == {"noise"}
    assert all("the same noise" in finding.says for finding in found)


def test_tables_whose_noise_was_taken_back_are_seen(rng: Generator) -> None:
    publisher = Publisher(rng=rng)
    drawn = publisher.draw(MAY)
    for table, draws in drawn.items():
        if table not in ("totals", "pages"):
            first = next(iter(draws))
            draws[first] += sum(drawn["totals"].values()) - sum(draws.values())

    found = found_in(publisher.publish({MAY: drawn}))

    assert attacks_of(found) == {"tables"}


def test_more_spent_than_stated_is_seen(rng: Generator) -> None:
    publisher = Publisher(rng=rng)
    publication = publisher.publish({MAY: publisher.draw(MAY)}).publication

    found = found_in(bundle_of(msgspec.structs.replace(publication, epsilon="1/2")))

    assert attacks_of(found) == {"statement"}
    assert str(POLICY.epsilon) in found[0].says


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("method.en.md", b"made at 2026-06-01T03:04:05\n"),
        ("data/tallies.csv", b"key,n\n/news/,12\n"),
        ("data/countries.csv", b"key,n\nJP,12\n"),
        ("draws.sqlite", b"SQLite format 3"),
    ],
)
def test_anything_beside_the_figures_is_seen(rng: Generator, name: str, content: bytes) -> None:
    publisher = Publisher(rng=rng)
    bundle = publisher.publish({MAY: publisher.draw(MAY)})

    found = found_in(dataclasses.replace(bundle, files={**bundle.files, name: content}))

    assert attacks_of(found) == {"leaks"}


def test_margins_that_follow_the_data_are_seen(rng: Generator) -> None:
    publisher = Publisher(rng=rng)
    publication = publisher.publish({MAY: publisher.draw(MAY)}).publication
    table = publication.tables[2]
    first = msgspec.structs.replace(table.figures[0], draw_low=table.figures[0].draw - 5)
    changed = msgspec.structs.replace(table, figures=(first, *table.figures[1:]))

    found = found_in(
        bundle_of(
            msgspec.structs.replace(
                publication, tables=(*publication.tables[:2], changed, *publication.tables[3:])
            )
        )
    )

    assert attacks_of(found) == {"leaks"}


def test_a_gap_outside_the_periods_is_seen(rng: Generator) -> None:
    publisher = Publisher(rng=rng)
    publication = publisher.publish({MAY: publisher.draw(MAY)}).publication
    gaps = (Gap(day="2026-06-03", code="void"),)

    found = found_in(bundle_of(msgspec.structs.replace(publication, gaps=gaps)))

    assert attacks_of(found) == {"keys"}
